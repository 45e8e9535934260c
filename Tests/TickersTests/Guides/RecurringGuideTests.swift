import Foundation
import Testing
import Tickers

@Suite("The guide to recurring work")
struct RecurringGuideTests {
    @Test("its rules are right and have a next occurrence")
    func rules() throws {
        let opening = try Timestamp("2026-03-18T08:00:00Z")
        let closing = try Timestamp("2026-10-31T08:00:00Z")
        let rules = RecurringGuide.rules(in: try zone("Europe/Berlin"), opening: opening, closing: closing)
        for rule in rules {
            try rule.validate()
            #expect(rule.next(after: opening.advanced(by: .seconds(-1))) != nil, "\(rule)")
        }
        #expect(rules.last?.upcoming(after: .distantPast, limit: 1_000).count == 100)
    }

    @Test("its preview and its message are what is shown")
    func shown() throws {
        let guide = try Guide("Recurring")
        let lines = RecurringGuide.preview(in: try zone("Europe/Berlin"), after: try Timestamp("2026-03-18T08:00:00Z"))
        guide.shows(lines.joined(separator: "\n"))
        guide.shows(RecurringGuide.problem())
    }

    @Test("every form in its table is read")
    func forms() throws {
        let rows = try Guide("Recurring").table("write").dropFirst(2)
        #expect(rows.count == 9)
        let words = rows.last?.first?.split(separator: ", ").map(String.init) ?? []
        #expect(words.count == 7)
        for word in words { try RecurrenceRule.cron(word, in: .gmt).validate() }
    }

    @Test("what becomes of fixed times is as in its table")
    func clockChanges() throws {
        let rules = RecurringGuide.policies(in: try zone("Europe/Berlin"))
        let march = try Timestamp("2026-03-28T23:00:00Z")
        let october = try Timestamp("2026-10-24T22:00:00Z")
        func instants(_ rule: RecurrenceRule, _ start: Timestamp, hours: Int) -> [String] {
            rule.occurrences(after: start, through: start.advanced(by: .seconds(hours * 3_600)), limit: 9).map(\.short)
        }
        #expect(instants(rules[0], march, hours: 23) == ["2026-03-29 01:00:00"])
        #expect(instants(rules[0], october, hours: 25) == ["2026-10-25 00:30:00"])
        #expect(instants(rules[1], march, hours: 23) == [])
        #expect(instants(rules[1], october, hours: 25) == ["2026-10-25 00:30:00", "2026-10-25 01:30:00"])
    }
}
