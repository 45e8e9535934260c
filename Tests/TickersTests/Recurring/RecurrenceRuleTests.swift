import Foundation
import Testing
import Tickers

@Suite("Rules of recurrences")
struct RecurrenceRuleTests {
    private static let day = Timestamp(second: 1_774_742_400)  // 2026-03-29 00:00 UTC

    private static func at(_ seconds: Double) -> Timestamp { day.advanced(by: .seconds(seconds)) }

    @Test("an interval counts from its anchor, in both directions and without drift")
    func intervals() {
        let rule = RecurrenceRule.every(.milliseconds(1_500), anchor: Self.at(0.25))
        #expect(rule.upcoming(after: Self.at(0), limit: 3) == [Self.at(0.25), Self.at(1.75), Self.at(3.25)])
        #expect(rule.next(after: Self.at(0.25)) == Self.at(1.75))
        #expect(rule.next(after: Self.at(-1.5)) == Self.at(-1.25))
        // A third of a billion periods later it is still on its grid.
        let late = Self.at(0.25).advanced(by: .milliseconds(1_500) * 333_333_333)
        #expect(rule.next(after: late.advanced(by: .microseconds(-1))) == late)
        #expect(rule.count(after: Self.at(0), through: late) == 333_333_334)
    }

    @Test("without an anchor it counts from the start, or from 1970")
    func anchors() {
        #expect(RecurrenceRule.every(.seconds(7_200)).next(after: Self.at(1))?.short == "2026-03-29 02:00:00")
        let started = RecurrenceRule.every(.seconds(7_200)).starting(at: Self.at(90))
        #expect(started.next(after: .distantPast) == Self.at(90))
        #expect(started.next(after: Self.at(90)) == Self.at(7_290))
        let anchored = RecurrenceRule.every(.seconds(7_200), anchor: Self.at(0)).starting(at: Self.at(90))
        #expect(anchored.next(after: .distantPast) == Self.at(7_200))
    }

    @Test("down to a millisecond")
    func milliseconds() {
        let rule = RecurrenceRule.every(.milliseconds(1))
        let found = rule.upcoming(after: Self.at(0), limit: 1_000)
        #expect(found == (1...1_000).map { Self.day.advanced(by: .milliseconds($0)) })
    }

    @Test("daily and weekly are cron expressions of their own")
    func sugar() throws {
        let berlin = try zone("Europe/Berlin")
        #expect(.daily(at: TimeOfDay(2, 30), in: berlin) == RecurrenceRule.cron("30 2 * * *", in: berlin))
        #expect(.daily(at: TimeOfDay(2, 30, 15), in: berlin) == RecurrenceRule.cron("15 30 2 * * *", in: berlin))
        let weekly = RecurrenceRule.weekly(on: [.friday, .sunday, .monday], at: .midnight, in: berlin)
        #expect(weekly == .cron("0 0 * * SUN,MON,FRI", in: berlin))
        let found = weekly.upcoming(after: Self.day, limit: 4).map(\.short)
        #expect(found == ["2026-03-29 22:00:00", "2026-04-02 22:00:00", "2026-04-04 22:00:00", "2026-04-05 22:00:00"])
        #expect(TimeOfDay(9).description == "09:00")
        #expect(TimeOfDay(9, 5, 7).description == "09:05:07")
    }

    @Test("start and end are both inside, and a maximum bounds a preview")
    func bounds() {
        let rule = RecurrenceRule.every(.seconds(10)).starting(at: Self.at(20)).ending(at: Self.at(50))
        #expect(rule.upcoming(after: .distantPast, limit: 9) == [20, 30, 40, 50].map(Self.at))
        #expect(rule.next(after: Self.at(50)) == nil)
        #expect(rule.count(after: .distantPast, through: .distantFuture) == 4)
        #expect(rule.atMost(3).upcoming(after: .distantPast, limit: 9) == [20, 30, 40].map(Self.at))
        #expect(rule.occurrences(after: .distantPast, through: Self.at(49), limit: 2) == [30, 40].map(Self.at))
        #expect(rule.occurrences(after: Self.at(20), through: Self.at(49), limit: 0) == [])
        #expect(rule.upcoming(after: Self.at(0), limit: 0) == [])
    }

    @Test("once is once")
    func once() {
        let rule = RecurrenceRule.once(Self.at(1))
        #expect(rule.upcoming(after: Self.at(0), limit: 9) == [Self.at(1)])
        #expect(rule.next(after: Self.at(1)) == nil)
        #expect(rule.count(after: Self.at(0), through: Self.at(1)) == 1)
        #expect(rule.count(after: Self.at(1), through: Self.at(2)) == 0)
    }

    @Test("jitter stays within its bound, follows from name and instant, and differs between names")
    func jitter() {
        let rule = RecurrenceRule.every(.seconds(60)).jittered(by: .seconds(30))
        let instants = rule.upcoming(after: Self.day, limit: 1_000)
        let delays = instants.map { rule.delay(of: $0, named: "nightly") }
        #expect(delays.allSatisfy { $0 >= .zero && $0 < .seconds(30) })
        #expect(delays == instants.map { rule.delay(of: $0, named: "nightly") })
        #expect(Set(delays).count > 990)
        let mean = delays.reduce(.zero, +) / delays.count
        #expect(mean > .seconds(14) && mean < .seconds(16))
        let same = instants.filter { rule.delay(of: $0, named: "nightly") == rule.delay(of: $0, named: "weekly") }
        #expect(same.isEmpty)
        // What is stored for a name and an instant stays so from one version to the next.
        #expect(rule.delay(of: Self.day, named: "nightly") == .microseconds(25_951_909))
        #expect(RecurrenceRule.every(.seconds(60)).delay(of: Self.day, named: "nightly") == .zero)
    }

    /// A rule, and what is said about it.
    static let problems: [(RecurrenceRule, String)] = [
        (.every(.zero), "an interval of 0.0 seconds is below one millisecond"),
        (.every(.microseconds(999)), "an interval of 0.000999 seconds is below one millisecond"),
        (.every(.seconds(-5)), "an interval of -5.0 seconds is below one millisecond"),
        (
            .every(.nanoseconds(1_000_500)),
            "an interval of 0.0010005 seconds is not a whole number of microseconds"
        ),
        (.every(.seconds(40_000_000_000)), "an interval of 40000000000.0 seconds is longer than 1,000 years"),
        (.once(.distantFuture), "distant future is not between the years 1 and 9999"),
        (
            .daily(at: TimeOfDay(24, 60), in: .gmt),
            "hour 24 of a time of the day is not in 0-23; "
                + "minute 60 of a time of the day is not in 0-59"
        ),
        (.weekly(on: [], at: .midnight, in: .gmt), "a weekly rule names no day"),
        (
            RecurrenceRule.once(day).starting(at: at(2)).ending(at: at(1)).atMost(0).jittered(by: .seconds(-1)),
            "the end 2026-03-29T00:00:01.000000Z is before the start 2026-03-29T00:00:02.000000Z; "
                + "a maximum of 0 occurrences is below one; a jitter of -1.0 seconds is negative"
        ),
        (
            RecurrenceRule.cron("0 0 29 2 *", in: .gmt).starting(at: day).ending(at: at(9)),
            "nothing occurs between start and end"
        ),
        (
            .cron("0 0 30 2 *", in: .gmt),
            "\"0 0 30 2 *\" never comes: day of month (field 3) \"30\", month (field 4) \"2\" and day of week (field 5) "
                + "\"*\" have no day in common, in no year; months have 31, 30, 28 or, in leap years, 29 days."
        ),
    ]

    @Test("what is wrong with a rule is kept, and it has no occurrences", arguments: problems)
    func problem(rule: RecurrenceRule, message: String) {
        let error = #expect(throws: TickerError.self) { try rule.validate() }
        #expect(error?.code == .invalidSchedule)
        #expect(error?.message == message)
        if rule.start == nil { #expect(rule.next(after: day) == nil) }
    }

    private let day = Self.day

    @Test("rules that are right have no problems")
    func noProblems() throws {
        try RecurrenceRule.every(.milliseconds(1)).validate()
        try RecurrenceRule.cron("@daily", in: .gmt).starting(at: day).validate()
        try RecurrenceRule.once(day).ending(at: day).validate()
    }
}
