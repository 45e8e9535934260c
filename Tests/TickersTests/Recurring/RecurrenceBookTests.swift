import Foundation
import Testing
import Tickers
import TickersTesting

/// What a store keeps of recurrences, against a dictionary that is searched from one end to the other.
@Suite("The book of recurrences")
struct RecurrenceBookTests {
    private static let serving = RecurrenceServing(functions: ["Work"], templates: [])

    private static func record(_ name: String, every seconds: Int, input: Int, at now: Timestamp) -> RecurrenceRecord {
        let spec = TickerSpec(function: "Work", options: .inherited)
        let target = RecurrenceDefinition.Target.function(.init(spec: spec, input: Data("\(input)".utf8)))
        let rule = RecurrenceRule.every(.seconds(seconds))
        let definition = RecurrenceDefinition(rule: rule, target: target, missed: .runOnce, overlap: .allow)
        return RecurrenceRecord(name: name, definition: definition, now: now)
    }

    @Test("says what is due, and what comes next, whatever is put, changed and removed", arguments: UInt64(0)..<16)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var book = RecurrenceBook()
        var all: [String: RecurrenceRecord] = [:]
        var now = Timestamp(second: 1_000_000)
        for _ in 0..<(isLong ? 2_000 : 200) {
            let name = "r\(Int.random(in: 0..<40, using: &random))"
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                book.remove(name)
                all[name] = nil
            case 1:
                now = now.advanced(by: .seconds(Int.random(in: 0..<20, using: &random)))
            case _:
                let seconds = Int.random(in: 1...50, using: &random)
                let record = Self.record(name, every: seconds, input: seconds % 3, at: now)
                book.put(record)
                all[name] = record
            }
            let due = book.due(now: now, limit: .max, by: Self.serving)
            let expected = all.values.filter { $0.next.map { $0 <= now } ?? false }
            #expect(Set(due.records) == Set(expected), "seed \(seed)")
            #expect(due.records.count == expected.count, "seed \(seed)")
            #expect(
                due.records.map(\.next) == expected.map(\.next).sorted { ($0 ?? now) < ($1 ?? now) },
                "seed \(seed)"
            )
            #expect(due.next == all.values.compactMap(\.next).filter { $0 > now }.min(), "seed \(seed)")
            #expect(book.all == all.values.sorted { $0.name < $1.name }, "seed \(seed)")
            #expect(book[name] == all[name], "seed \(seed)")
        }
    }

    @Test("a clock that goes back has all decided on anew that come sooner by it, for whoever looks first")
    func goesBack() {
        var book = RecurrenceBook()
        let start = Timestamp(second: 1_000_000)
        func look(_ seconds: Int, by serving: RecurrenceServing = Self.serving) -> [String] {
            book.due(now: start.advanced(by: .seconds(seconds)), limit: 2, by: serving).records.map(\.name)
        }
        for name in ["a", "b", "c"] { book.put(Self.record(name, every: 60, input: 0, at: start)) }
        #expect(look(1) == [])
        #expect(look(-3_600, by: RecurrenceServing(functions: ["Other"], templates: [])) == [])
        let now = start.advanced(by: .seconds(-3_600))
        for round in 1...2 {
            let names = look(-3_600)
            #expect(names.count == (round == 1 ? 2 : 1))
            for var record in names.compactMap({ book[$0] }) {
                let rule = record.definition.rule
                record.next = record.cursor.timePassed(to: now, rule: rule, missed: .skip, watchedSince: now).next
                book.put(record)
            }
        }
        #expect(look(-3_600) == [])
        #expect(look(-3_540).count == 2)
        #expect(book.due(now: start, limit: 0, by: Self.serving).hasRecurrences)
    }

    @Test("definitions that say the same but for the input share what they say")
    func shared() throws {
        var book = RecurrenceBook()
        let now = Timestamp(second: 0)
        for number in 0..<3 { book.put(Self.record("r\(number)", every: number == 2 ? 5 : 7, input: number, at: now)) }
        let records = book.all
        #expect(records[0].definition.terms === records[1].definition.terms)
        #expect(records[0].definition.terms !== records[2].definition.terms)
        #expect(records[0].definition != records[1].definition)
        #expect(records.allSatisfy { $0.declared === $0.definition })
        let data = try JSONEncoder().encode(records[1])
        #expect(try JSONDecoder().decode(RecurrenceRecord.self, from: data) == records[1])
    }
}
