import Foundation
import Testing
import Tickers

@Suite("Stored rules")
struct StoredRuleTests {
    private struct Fridays: RecurrenceSchedule {
        func next(after instant: Timestamp) -> Timestamp? {
            RecurrenceRule.cron("0 9 * * FRI", in: .gmt).next(after: instant)
        }
    }

    private static let instant = Timestamp(second: 1_774_742_400)

    private static func encoded(_ rule: RecurrenceRule) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(rule), as: UTF8.self)
    }

    private static func decoded(_ text: String) throws -> RecurrenceRule {
        try JSONDecoder().decode(RecurrenceRule.self, from: Data(text.utf8))
    }

    static let table: [(RecurrenceRule, String)] = [
        (.every(.milliseconds(1_500)), #"{"every_us":1500000}"#),
        (
            .every(.seconds(1), anchor: instant).starting(at: instant),
            #"{"anchor_us":1774742400000000,"every_us":1000000,"start_us":1774742400000000}"#
        ),
        (.cron("0 2 * * *", in: .gmt), #"{"cron":"0 2 * * *","zone":"GMT"}"#),
        (
            RecurrenceRule.daily(at: TimeOfDay(2, 30), in: .gmt)
                .ending(at: instant).atMost(10).jittered(by: .seconds(30)).onClockChange(
                    skipped: .skip,
                    repeated: .both
                ),
            #"{"cron":"30 2 * * *","end_us":1774742400000000,"jitter_us":30000000,"maximum":10,"#
                + #""repeated":"both","skipped":"skip","zone":"GMT"}"#
        ),
        (.once(instant), #"{"once_us":1774742400000000}"#),
        (.custom("fridays", Fridays()), #"{"custom":"fridays"}"#),
    ]

    @Test("the stored form is this text, and reads back as the same rule", arguments: table)
    func forms(rule: RecurrenceRule, text: String) throws {
        #expect(try Self.encoded(rule) == text)
        #expect(try Self.decoded(text) == rule)
    }

    @Test("a zone is stored by its identifier and means the same afterwards")
    func zones() throws {
        let rule = RecurrenceRule.cron("0 2 * * *", in: try zone("Europe/Berlin"))
        let text = #"{"cron":"0 2 * * *","zone":"Europe/Berlin"}"#
        #expect(try Self.encoded(rule) == text)
        #expect(try Self.decoded(text).next(after: Self.instant)?.short == "2026-03-29 01:00:00")
    }

    @Test(
        "what this system cannot read is kept as it was, with the problem",
        arguments: [
            (
                #"{"cron":"0 2 * * *","zone":"Mars/Olympus"}"#,
                "The system knows no time zone \"Mars/Olympus\"."
            ),
            (
                #"{"cron":"0 2 * *","zone":"GMT"}"#,
                "\"0 2 * *\" has 4 fields, not five or six: minute, hour, day of month, month, day of week, and before them the "
                    + "second if there are six."
            ),
        ]
    )
    func unreadable(text: String, problem: String) throws {
        let rule = try Self.decoded(text)
        let error = #expect(throws: TickerError.self) { try rule.validate() }
        #expect(error?.message == problem)
        #expect(rule.next(after: Self.instant) == nil)
        #expect(rule.count(after: .distantPast, through: .distantFuture) == 0)
        #expect(try Self.encoded(rule) == text)
    }

    @Test("a zone whose identifier says less than the zone is refused, for it could not be stored")
    func oddZone() throws {
        let odd = try #require(TimeZone(secondsFromGMT: 3_690))
        let rule = RecurrenceRule.cron("0 2 * * *", in: odd)
        let error = #expect(throws: TickerError.self) { try rule.validate() }
        let identifier = "\"\(odd.identifier)\""
        #expect(
            error?.message == "The time zone \(identifier) shows other times than the system's zone of this identifier."
        )
        try RecurrenceRule.cron("0 2 * * *", in: try #require(TimeZone(secondsFromGMT: 5 * 3_600 + 1_800))).validate()
    }

    @Test("what is no rule at all is refused")
    func broken() {
        for text in ["{}", #"{"cron":"* * * * *"}"#, #"{"every_us":"soon"}"#, "[]"] {
            #expect(throws: DecodingError.self) { try Self.decoded(text) }
        }
    }

    @Test("a custom schedule is found again by its name")
    func custom() throws {
        var schedules = RecurrenceSchedules()
        schedules.register("fridays", Fridays())
        try schedules.validate()
        let stored = try Self.decoded(#"{"custom":"fridays"}"#)
        let error = #expect(throws: TickerError.self) { try stored.validate() }
        #expect(error?.message == "no schedule is registered under \"fridays\"")
        #expect(stored.next(after: Self.instant) == nil)
        let rule = stored.bound(to: schedules)
        try rule.validate()
        #expect(rule == stored)
        #expect(
            rule.upcoming(after: Self.instant, limit: 2).map(\.short) == ["2026-04-03 09:00:00", "2026-04-10 09:00:00"]
        )
        let end = Self.instant.advanced(by: .seconds(365 * 86_400))
        #expect(rule.count(after: Self.instant, through: end) == 52)
        #expect(rule.occurrences(after: Self.instant, through: end, limit: 1).map(\.short) == ["2027-03-26 09:00:00"])
        // Under another name there is none, and what has one keeps it.
        #expect(throws: TickerError.self) { try stored.bound(to: RecurrenceSchedules()).validate() }
        try rule.bound(to: RecurrenceSchedules()).validate()
    }

    @Test("a schedule that is registered twice or without a name is a problem of the registry")
    func registry() {
        var schedules = RecurrenceSchedules()
        schedules.register("fridays", Fridays())
        schedules.register("fridays", Fridays())
        schedules.register("", Fridays())
        let error = #expect(throws: TickerError.self) { try schedules.validate() }
        #expect(error?.code == .invalidSchedule)
        #expect(error?.message.hasPrefix("the schedule \"fridays\" is registered twice; ") == true)
        #expect(schedules.names == ["", "fridays"])
    }

    @Test("in words")
    func words() throws {
        #expect("\(RecurrenceRule.cron("@daily", in: .gmt).atMost(3))" == "cron \"@daily\" in GMT, 3 times")
        #expect("\(RecurrenceRule.every(.seconds(5)))" == "every 5.0 seconds")
        #expect("\(RecurrenceRule.once(Self.instant))" == "once at 2026-03-29T00:00:00.000000Z")
    }
}
