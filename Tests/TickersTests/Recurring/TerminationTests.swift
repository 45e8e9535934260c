import Foundation
import Testing
import Tickers

/// The search ends, whatever it is asked for, and says so when there is nothing to find.
@Suite("The end of the search")
struct TerminationTests {
    /// Expressions that come rarely, or only at times that a clock skips.
    static let adversarial = [
        "0 0 29 2 *", "0 0 ? 2 1#5", "0 0 ? 2 SUN#5", "0 0 */28 2 7", "0 0 L-28 2 *", "0 0 L-28 2 ?",
        "*/15 2 ? 3 7L", "0/30 2 ? 3 SUNL", "* 2 25-31 3 ?", "*/30 0 ? 9 7#1", "*/20 1 ? 3,10 7L",
        "* * * 30 12 ?", "59 59 23 31 12 SAT", "0 0 31W 1 *", "0 0 0 1 1 ?", "*/59 23 29 2 *",
    ]

    static let identifiers = [
        "UTC", "Europe/Berlin", "Europe/Dublin", "America/Santiago", "Africa/Cairo", "Africa/Casablanca",
        "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia", "America/New_York",
    ]

    @Test("within 10,000 steps from anywhere, and the answer is later than the question", arguments: adversarial)
    func steps(text: String) throws {
        let expression = try CronExpression(text)
        var most = 0
        for identifier in Self.identifiers {
            let clock = try #require(ZoneClock.named(identifier))
            for year in [-5_000, 1, 1_000, 1_850, 1_969, 2_026, 2_095, 2_399, 5_000, 9_598, 9_999, 20_000] {
                let instant = Timestamp(second: CivilDate(year: year, month: 3, day: 1).daysSince1970 * 86_400)
                var steps = SearchSteps()
                let next = expression.next(after: instant, on: clock, .standard, &steps)
                most = max(most, steps.taken)
                #expect(next.map { $0 > instant } ?? true, "\(text) in \(identifier) after \(instant)")
            }
        }
        #expect(most <= SearchSteps.most)
    }

    @Test("what the clock always skips never comes, by real time")
    func skipped() throws {
        let rule = RecurrenceRule.cron("*/15 2 ? 3 7L", in: try zone("Europe/Berlin"))
        #expect(rule.next(after: try Timestamp("2026-01-01T00:00:00Z")) == nil)
        // A fixed time in the same gap runs at its end.
        let fixed = RecurrenceRule.cron("15 2 ? 3 7L", in: try zone("Europe/Berlin"))
        #expect(fixed.next(after: try Timestamp("2026-01-01T00:00:00Z"))?.short == "2026-03-29 01:00:00")
    }

    @Test("nothing comes after the year 9999, and nothing before the year 1")
    func bounds() throws {
        let daily = RecurrenceRule.cron("0 0 * * *", in: .gmt)
        #expect(daily.next(after: .distantPast)?.short == "0001-01-01 00:00:00")
        let last = Timestamp(second: 253_402_214_400)
        #expect(last.short == "9999-12-31 00:00:00")
        #expect(daily.next(after: last.advanced(by: .seconds(-1))) == last)
        #expect(daily.next(after: last) == nil)
        #expect(daily.next(after: .distantFuture) == nil)
        let tokyo = RecurrenceRule.cron("0 0 1 1 *", in: try zone("Asia/Tokyo"))
        #expect(tokyo.upcoming(after: last, limit: 2).map(\.short) == ["9999-12-31 15:00:00"])
        let hourly = RecurrenceRule.every(.seconds(3_600))
        #expect(hourly.next(after: .distantPast)?.short == "0001-01-01 00:00:00")
        #expect(hourly.next(after: last)?.short == "9999-12-31 01:00:00")
        #expect(hourly.next(after: last.advanced(by: .seconds(23 * 3_600))) == nil)
        #expect(hourly.count(after: .distantPast, through: .distantFuture) == 3_652_059 * 24)
        #expect(daily.count(after: .distantPast, through: .distantFuture) == 3_652_059)
    }

    @Test(
        "a day of a one-second rule has exactly 86,400 instants, each on its second",
        arguments: ["UTC", "Europe/Berlin"]
    )
    func everySecond(identifier: String) throws {
        let start = try Timestamp("2026-03-28T23:00:00Z")
        for rule in [RecurrenceRule.cron("* * * * * *", in: try zone(identifier)), .every(.seconds(1))] {
            var position = start.advanced(by: .seconds(-1))
            var count = 0
            let end = start.advanced(by: .seconds(86_400))
            while let next = rule.next(after: position), next < end {
                if next.since(position) != .seconds(1) { Issue.record("\(next) follows \(position)") }
                position = next
                count += 1
            }
            #expect(count == 86_400)
            let before = start.advanced(by: .seconds(-1))
            #expect(rule.count(after: before, through: end.advanced(by: .microseconds(-1))) == 86_400)
        }
    }

    @Test("counting agrees with going through, over random spans in zones that change their clocks", arguments: 1...4)
    func counting(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var counted = 0
        for _ in 0..<(isLong ? 20_000 : 200) {
            let cron = ScannedCron(using: &random)
            guard let identifier = Self.identifiers.randomElement(using: &random) else { continue }
            let rule = RecurrenceRule.cron(cron.text, in: try zone(identifier)).onClockChange(
                skipped: DaylightSaving.SkippedTimes.allCases[Int.random(in: 0...1, using: &random)],
                repeated: DaylightSaving.RepeatedTimes.allCases[Int.random(in: 0...2, using: &random)]
            )
            guard rule.problems.isEmpty else { continue }
            let start = Timestamp(microseconds: Int64.random(in: 0...2_000_000_000_000_000, using: &random))
            let all = rule.upcoming(after: start, limit: 100)
            guard let last = all.last else { continue }
            counted += all.count
            let limit = Int.random(in: 1...20, using: &random)
            let some = rule.occurrences(after: start, through: last, limit: limit)
            #expect(rule.count(after: start, through: last) == all.count, "\(rule) after \(start); seed \(seed)")
            #expect(some == Array(all.suffix(limit)), "\(rule) after \(start); seed \(seed)")
        }
        #expect(counted > 10_000)
    }
}
