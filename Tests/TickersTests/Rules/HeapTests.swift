import Testing
import Tickers
import TickersTesting

@Suite("Heaps")
struct HeapTests {
    @Test("after any operation the heap holds what a sorted array holds", arguments: 0..<20 as Range<UInt64>)
    func likeASortedArray(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heap = Heap<Int>()
        var sorted: [Int] = []
        for step in 0..<1_000 {
            let what: Comment = "seed \(seed), step \(step)"
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                let divisor = Int.random(in: 2...5, using: &random)
                heap.removeAll { $0.isMultiple(of: divisor) }
                sorted.removeAll { $0.isMultiple(of: divisor) }
            case 1...7:
                #expect(heap.popFirst() == (sorted.isEmpty ? nil : sorted.removeFirst()), what)
            default:
                let value = Int.random(in: 0..<500, using: &random)
                heap.insert(value)
                sorted.insert(value, at: sorted.firstIndex { $0 > value } ?? sorted.endIndex)
            }
            #expect(heap.count == sorted.count && heap.first == sorted.first && heap.isOrdered, what)
        }
        var rest: [Int] = []
        while let value = heap.popFirst() { rest.append(value) }
        #expect(rest == sorted, "seed \(seed)")
    }

    @Test("what was cancelled is swept from the heap of what is due later, and the rest still comes in order")
    func sweepsStaleEntries() throws {
        let seed: UInt64 = 7
        var random = SeededGenerator(seed: seed)
        let driver = TableDriver()
        let steps = (0..<4_000).map { _ in
            PlannedStep("Work", due: .after(.seconds(Int.random(in: 1...1_000, using: &random))))
        }
        var alive = try driver.add(steps)
        #expect(driver.table.heap.count == 4_000)
        alive.shuffle(using: &random)
        while alive.count > 100 {
            driver.cancel(alive.removeLast())
            // Stale entries are never more than half, but for the few that are not worth a sweep.
            #expect(driver.table.heap.count <= max(2 * alive.count, alive.count + 65), "seed \(seed)")
        }
        driver.advance(.seconds(1_000))
        let expected = alive.map { driver[$0].due }.sorted()
        #expect(driver.claim().map(\.scheduledFor) == expected)
        #expect(driver.table.heap.count == 0)
    }
}
