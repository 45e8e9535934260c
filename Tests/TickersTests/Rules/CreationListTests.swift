import Testing
import Tickers

@Suite("Rows in the order of creation")
struct CreationListTests {
    private struct Row: CreationLinked {
        var id: TickerID
        var links = CreationLinks()

        private(set) var isVacant = false

        init(id: TickerID) { self.id = id }

        mutating func vacate() { isVacant = true }
    }

    /// A list and the naive telling of it: sorted numbers.
    private struct Pair {
        var list: CreationList
        var rows = Slab<Row>()
        var rowOf: [UInt64: Int32] = [:]
        var numbers: [UInt64] = []

        init(spacing: Int) { list = CreationList(spacing: spacing) }

        static func id(_ number: UInt64) -> TickerID { TickerID(high: number, low: 1) }

        mutating func append(_ number: UInt64) {
            let row = rows.insert(Row(id: Self.id(number)))
            list.append(row, id: Self.id(number), in: &rows)
            rowOf[number] = row
            numbers.append(number)
        }

        mutating func remove(at index: Int) throws {
            let number = numbers.remove(at: index)
            let next = index < numbers.count ? Self.id(numbers[index]) : nil
            let removed = rowOf.removeValue(forKey: number)
            let row = try #require(removed)
            list.remove(row, id: Self.id(number), next: next, in: &rows)
            rows.remove(row)
        }

        func found(beyond number: UInt64?, _ order: PageOrder) -> UInt64? {
            list.row(beyond: number.map(Self.id), order, in: rows) { rows[$0].id }.map { rows[$0].id.high }
        }

        func walked(_ order: PageOrder) -> [UInt64] {
            var walked: [UInt64] = []
            var cursor = list.row(beyond: nil, order, in: rows) { rows[$0].id }
            while let row = cursor {
                walked.append(rows[row].id.high)
                cursor = list.row(after: row, order, in: rows)
            }
            return walked
        }

        func check() {
            list.checkInvariants(in: rows) { rows[$0].id }
        }
    }

    @Test("random comings and goings, against sorted numbers", arguments: [1, 2, 3, 7, 1_024], UInt64(0)..<20)
    func random(spacing: Int, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var pair = Pair(spacing: spacing)
        var last: UInt64 = 0
        // Some runs mostly grow, some mostly shrink, some take the oldest first as retention does.
        let growth = Int.random(in: 40...70, using: &random)
        let takesOldest = Bool.random(using: &random)
        for _ in 0..<600 {
            if pair.numbers.isEmpty || Int.random(in: 0..<100, using: &random) < growth {
                last += UInt64.random(in: 1...3, using: &random)
                pair.append(last)
            } else {
                let index = takesOldest ? 0 : Int.random(in: 0..<pair.numbers.count, using: &random)
                try pair.remove(at: index)
            }
            pair.check()
            // Ids that are there, that are gone, and that never were.
            let sought = UInt64.random(in: 0...last + 1, using: &random)
            #expect(pair.found(beyond: sought, .oldestFirst) == pair.numbers.first { $0 > sought }, "seed \(seed)")
            #expect(pair.found(beyond: sought, .newestFirst) == pair.numbers.last { $0 < sought }, "seed \(seed)")
        }
        #expect(pair.walked(.oldestFirst) == pair.numbers)
        #expect(pair.walked(.newestFirst) == pair.numbers.reversed())
    }

    @Test("empty, filled and emptied again", arguments: [1, 2, 1_024])
    func emptied(spacing: Int) throws {
        var pair = Pair(spacing: spacing)
        for round in UInt64(0)..<3 {
            #expect(pair.found(beyond: nil, .oldestFirst) == nil)
            #expect(pair.found(beyond: 1, .newestFirst) == nil)
            for number in 1...5 { pair.append(round * 10 + UInt64(number)) }
            pair.check()
            #expect(pair.walked(.oldestFirst) == (1...5).map { round * 10 + $0 })
            for _ in 0..<5 { try pair.remove(at: pair.numbers.count - 1) }
            pair.check()
        }
    }
}
