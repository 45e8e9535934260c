import Foundation
import Testing
import Tickers

/// Every change of every clock from 1970 to 2037.
@Suite("Clock changes")
struct ClockChangeTests {
    /// A fixed time of the day in a zone around one change, worked out from Foundation's offsets alone.
    private struct Expectation {
        let zone: TimeZone
        let changes: [KnownZones.Change]
        let time: Int

        /// The instants at which the time runs for the days around a change, in order.
        func instants(around change: KnownZones.Change) -> [Int] {
            let day = (change.at + change.before).flooredDivision(by: 86_400).quotient
            return Set((day - 1...day + 1).compactMap(instant)).sorted()
        }

        /// The first instant at which the clock shows the time on a day; the end of the gap if it never does, and
        /// nothing if it shows no time of that day.
        private func instant(onDay day: Int) -> Int? {
            let local = day * 86_400 + time
            let near = changes.filter { abs($0.at - local) < 3 * 86_400 }
            let offsets = near.flatMap { [$0.before, $0.after] } + [zone.offset(at: local)]
            let shown = Set(offsets).map { local - $0 }.filter { $0 + zone.offset(at: $0) == local }
            if let first = shown.min() { return first }
            let gap = near.first { $0.before < $0.after && $0.affected.contains(local) }
            guard let gap else { return nil }
            let isGone = gap.affected.lowerBound <= day * 86_400 && (day + 1) * 86_400 <= gap.affected.upperBound
            return isGone ? nil : gap.at
        }
    }

    @Test("a fixed time runs exactly once on every day that there is", arguments: KnownZones.shards)
    func fixedTimes(identifiers: [String]) throws {
        var checked = 0
        for identifier in identifiers {
            let zone = try zone(identifier)
            let changes = KnownZones.changes[identifier, default: []]
            for (index, change) in changes.enumerated() {
                let affected = change.affected
                let middle = (affected.lowerBound + affected.upperBound) / 2
                for local in [affected.lowerBound, middle, affected.upperBound - 1] {
                    let time = local.flooredDivision(by: 86_400).remainder
                    let near = Array(changes[max(0, index - 1)...min(index + 1, changes.count - 1)])
                    let expectation = Expectation(zone: zone, changes: near, time: time)
                    let expected = expectation.instants(around: change)
                    let time3 = TimeOfDay(time / 3_600, time / 60 % 60, time % 60)
                    let rule = RecurrenceRule.daily(at: time3, in: zone)
                    let (first, last) = (expected[0], expected[expected.count - 1])
                    let start = Timestamp(second: first - 1)
                    let found = rule.upcoming(after: start, limit: expected.count).map(\.second)
                    let count = rule.count(after: start, through: Timestamp(second: last))
                    if found != expected || count != expected.count {
                        Issue.record("\(rule) at \(change): \(found) and \(count) instead of \(expected)")
                        return
                    }
                    checked += 1
                }
            }
        }
        #expect(checked > 9_000)
    }

    @Test("wildcards and steps go through by real time: every quarter of an hour is one", arguments: KnownZones.shards)
    func wildcards(identifiers: [String]) throws {
        var checked = 0
        for identifier in identifiers {
            let zone = try zone(identifier)
            let rule = RecurrenceRule.cron("*/15 * * * *", in: zone)
            for change in KnownZones.changes[identifier, default: []] where change.isInQuarters {
                // Most changes are at a quarter of an hour; one is not.
                let start = change.at - change.at % 900 - 5 * 900
                let found = rule.upcoming(after: Timestamp(second: start), limit: 10).map(\.second)
                let expected = (1...10).map { start + $0 * 900 }
                if found != expected {
                    Issue.record("\(rule) at \(change): \(found) instead of \(expected)")
                    return
                }
                checked += 1
            }
        }
        #expect(checked > 3_000)
    }

    /// A zone, a time of the day, an instant before, and the instants that follow.
    static let named: [(String, TimeOfDay, String, [String])] = [
        // Half an hour.
        (
            "Australia/Lord_Howe", TimeOfDay(2, 15), "2026-10-02T12:00:00Z",
            ["2026-10-02 15:45:00", "2026-10-03 15:30:00", "2026-10-04 15:15:00"]
        ),
        (
            "Australia/Lord_Howe", TimeOfDay(1, 45), "2026-04-03T12:00:00Z",
            ["2026-04-03 14:45:00", "2026-04-04 14:45:00", "2026-04-05 15:15:00"]
        ),
        // No 30 December 2011, no 21 August 1993.
        (
            "Pacific/Apia", TimeOfDay(12), "2011-12-29T00:00:00Z",
            ["2011-12-29 22:00:00", "2011-12-30 22:00:00", "2011-12-31 22:00:00"]
        ),
        (
            "Pacific/Apia", .midnight, "2011-12-29T00:00:00Z",
            ["2011-12-29 10:00:00", "2011-12-30 10:00:00", "2011-12-31 10:00:00"]
        ),
        (
            "Pacific/Kwajalein", TimeOfDay(12), "1993-08-20T12:00:00Z",
            ["1993-08-21 00:00:00", "1993-08-22 00:00:00", "1993-08-23 00:00:00"]
        ),
        // No midnight.
        (
            "America/Sao_Paulo", .midnight, "2018-11-03T00:00:00Z",
            ["2018-11-03 03:00:00", "2018-11-04 03:00:00", "2018-11-05 02:00:00"]
        ),
        (
            "Asia/Beirut", .midnight, "2026-03-27T12:00:00Z",
            ["2026-03-27 22:00:00", "2026-03-28 22:00:00", "2026-03-29 21:00:00"]
        ),
        (
            "Africa/Cairo", .midnight, "2025-04-23T12:00:00Z",
            ["2025-04-23 22:00:00", "2025-04-24 22:00:00", "2025-04-25 21:00:00"]
        ),
        (
            "America/Santiago", .midnight, "2025-09-06T00:00:00Z",
            ["2025-09-06 04:00:00", "2025-09-07 04:00:00", "2025-09-08 03:00:00"]
        ),
        // Two hours, and the two that are shown twice.
        (
            "Antarctica/Troll", TimeOfDay(2, 15), "2026-03-28T00:00:00Z",
            ["2026-03-28 02:15:00", "2026-03-29 01:00:00", "2026-03-30 00:15:00"]
        ),
        (
            "Antarctica/Troll", TimeOfDay(2, 30), "2026-10-24T00:00:00Z",
            ["2026-10-24 00:30:00", "2026-10-25 00:30:00", "2026-10-26 02:30:00"]
        ),
        // Winter time is the exception on paper.
        (
            "Europe/Dublin", TimeOfDay(1, 30), "2026-03-28T00:00:00Z",
            ["2026-03-28 01:30:00", "2026-03-29 01:00:00", "2026-03-30 00:30:00"]
        ),
        (
            "Europe/Dublin", TimeOfDay(1, 30), "2026-10-24T00:00:00Z",
            ["2026-10-24 00:30:00", "2026-10-25 00:30:00", "2026-10-26 01:30:00"]
        ),
        // Changes for good.
        (
            "Asia/Pyongyang", TimeOfDay(23, 45), "2015-08-13T12:00:00Z",
            ["2015-08-13 14:45:00", "2015-08-14 14:45:00", "2015-08-15 15:15:00"]
        ),
        (
            "Asia/Pyongyang", TimeOfDay(23, 45), "2018-05-03T12:00:00Z",
            ["2018-05-03 15:15:00", "2018-05-04 15:00:00", "2018-05-05 14:45:00"]
        ),
    ]

    @Test("by name", arguments: named)
    func byName(identifier: String, time: TimeOfDay, start: String, expected: [String]) throws {
        let rule = RecurrenceRule.daily(at: time, in: try zone(identifier))
        #expect(rule.upcoming(after: try Timestamp(start), limit: expected.count).map(\.short) == expected)
    }

    /// A cron expression in Berlin, policies, and the occurrences on 29 March and 25 October 2026, in UTC.
    static let policies:
        [(String, DaylightSaving.SkippedTimes, DaylightSaving.RepeatedTimes, march: [String], october: [String])] = [
            ("30 2 * * *", .runAtGapEnd, .first, ["01:00"], ["00:30"]),
            ("30 2 * * *", .skip, .first, [], ["00:30"]),
            ("30 2 * * *", .runAtGapEnd, .both, ["01:00"], ["00:30", "01:30"]),
            ("30 2 * * *", .skip, .last, [], ["01:30"]),
            ("0 2 * * *", .runAtGapEnd, .first, ["01:00"], ["00:00"]),
            ("0 2 * * *", .runAtGapEnd, .last, ["01:00"], ["01:00"]),
            // Two in the gap, and the one at its end, are one.
            ("10,50 2 * * *", .runAtGapEnd, .first, ["01:00"], ["00:10", "00:50"]),
            ("0 2-3 * * *", .runAtGapEnd, .first, ["01:00"], ["00:00", "02:00"]),
            ("0 2-3 * * *", .skip, .both, ["01:00"], ["00:00", "01:00", "02:00"]),
            ("0 1-4 * * *", .runAtGapEnd, .first, ["00:00", "01:00", "02:00"], ["00:00", "02:00", "03:00"]),
            ("0 1-4 * * *", .runAtGapEnd, .last, ["00:00", "01:00", "02:00"], ["01:00", "02:00", "03:00"]),
            // A wildcard or a step: whatever the policies say.
            ("*/30 2 * * *", .runAtGapEnd, .first, [], ["00:00", "00:30", "01:00", "01:30"]),
            ("0 1/1 * * *", .runAtGapEnd, .first, hours(0...21), hours(0...22)),
        ]

    private static func hours(_ range: ClosedRange<Int>) -> [String] {
        range.map { $0 < 10 ? "0\($0):00" : "\($0):00" }
    }

    @Test("what the policies do in Berlin", arguments: policies)
    func policy(
        text: String,
        skipped: DaylightSaving.SkippedTimes,
        repeated: DaylightSaving.RepeatedTimes,
        march: [String],
        october: [String]
    ) throws {
        let rule = RecurrenceRule.cron(text, in: try zone("Europe/Berlin"))
            .onClockChange(skipped: skipped, repeated: repeated)
        for (day, expected) in [("2026-03-29", march), ("2026-10-25", october)] {
            // Berlin's clock shows the day from an hour or two before midnight in UTC; nothing in the table is that
            // early.
            let start = try Timestamp("\(day)T00:00:00Z").microseconds - 1
            let end = Timestamp(microseconds: start + 22 * 3_600_000_000 + (day == "2026-03-29" ? 0 : 3_600_000_000))
            let found = rule.occurrences(after: Timestamp(microseconds: start), through: end, limit: 50)
            #expect(found.map(\.short) == expected.map { "\(day) \($0):00" }, "\(day)")
            #expect(rule.count(after: Timestamp(microseconds: start), through: end) == expected.count)
        }
    }
}
