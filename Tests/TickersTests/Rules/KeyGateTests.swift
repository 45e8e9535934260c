import Testing
import Tickers

/// Rows of which a test says who has left and who is not due.
private struct GateRows: ReadyRows {
    var gone: Set<UInt64> = []
    var early: Set<UInt64> = []

    func readiness(row: Int32, ticket: UInt64, now: Timestamp) -> Readiness {
        if gone.contains(ticket) { return .stale }
        return early.contains(ticket) && now != .distantFuture ? .early : .ready
    }
}

@Suite("Gates of limit keys")
struct KeyGateTests {
    private static let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func entry(_ ticket: UInt64) -> ReadyEntry {
        ReadyEntry(readySince: Self.now, ticket: ticket, row: Int32(ticket))
    }

    /// Everyone whose turn comes, and who turns out to be early, until there is nobody.
    private func turns(_ gates: inout KeyGates, at gate: Int32, in rows: GateRows = GateRows()) -> [String] {
        var turns: [String] = []
        while true {
            switch gates.next(at: gate, in: rows, now: Self.now) {
            case .comes(let entry): turns.append("\(entry.ticket)")
            case .early(let entry): turns.append("early \(entry.ticket)")
            case .nobody:
                gates.checkInvariants()
                return turns
            }
        }
    }

    @Test("as many as there are places enter, the others in the order in which they came")
    func places() {
        var gates = KeyGates()
        var gate = Int32(0)
        for _ in 1...6 { gate = gates.join(LimitKey("k", maxConcurrent: 2)) }
        #expect((1...6).map { gates.becameDue(entry($0), at: gate) } == [true, true, false, false, false, false])
        #expect(turns(&gates, at: gate) == [])
        gates.placeGivenUp(at: gate)
        #expect(turns(&gates, at: gate) == ["3"])
        gates.placeGivenUp(at: gate)
        gates.placeGivenUp(at: gate)
        #expect(turns(&gates, at: gate) == ["4", "5"])
        #expect(gates.holders(of: "k") == 2)
        #expect(gates.waiting(for: "k") == 1)
    }

    @Test("keys know nothing of one another")
    func independent() {
        var gates = KeyGates()
        let (a, b) = (gates.join("a"), gates.join("b"))
        _ = (gates.join("a"), gates.join("b"))
        #expect(gates.becameDue(entry(1), at: a) == true)
        #expect(gates.becameDue(entry(2), at: b) == true)
        #expect(gates.becameDue(entry(3), at: a) == false)
        gates.placeGivenUp(at: b)
        #expect(turns(&gates, at: b) == [])
        gates.placeGivenUp(at: a)
        #expect(turns(&gates, at: a) == ["3"])
    }

    @Test("one who has left while waiting is passed over, and one who is not due after all is handed back")
    func leftAndEarly() {
        var gates = KeyGates()
        var gate = Int32(0)
        for _ in 1...5 { gate = gates.join("k") }
        for ticket in 1...5 { _ = gates.becameDue(entry(UInt64(ticket)), at: gate) }
        let rows = GateRows(gone: [2, 4], early: [3])
        gates.noteStale(at: gate, in: rows)
        gates.noteStale(at: gate, in: rows)
        #expect(gates.waiting(for: "k") == 2)
        gates.placeGivenUp(at: gate)
        #expect(turns(&gates, at: gate, in: rows) == ["early 3", "5"])
        gates.placeGivenUp(at: gate)
        #expect(turns(&gates, at: gate, in: rows) == [])
        #expect(gates.becameDue(entry(3), at: gate) == true)
    }

    @Test("the latest ticker sets the limit: more places let more enter at once, fewer make them wait for ends")
    func limitChanges() {
        var gates = KeyGates()
        var gate = Int32(0)
        for _ in 1...6 { gate = gates.join("k") }
        for ticket in 1...6 { _ = gates.becameDue(entry(UInt64(ticket)), at: gate) }
        _ = gates.join(LimitKey("k", maxConcurrent: 4))
        #expect(turns(&gates, at: gate) == ["2", "3", "4"])
        _ = gates.join("k")
        for _ in 1...3 {
            gates.placeGivenUp(at: gate)
            #expect(turns(&gates, at: gate) == [])
        }
        gates.placeGivenUp(at: gate)
        #expect(turns(&gates, at: gate) == ["5"])
    }

    @Test("100,000 keys one after the other need one gate, and what left a gate takes no memory in it")
    func recycled() {
        var gates = KeyGates()
        var entered = 0
        for number in 0..<100_000 {
            let gate = gates.join(LimitKey("k\(number)"))
            if gates.becameDue(entry(1), at: gate) { entered += 1 }
            gates.placeGivenUp(at: gate)
            gates.leave(gate)
        }
        #expect(entered == 100_000)
        #expect(gates.count == 0)
        #expect(gates.capacity == 1)
        // A key comes back with the limit that it comes back with, and nothing else.
        let gate = gates.join(LimitKey("k7", maxConcurrent: 2))
        _ = gates.join(LimitKey("k7", maxConcurrent: 2))
        #expect(gates.becameDue(entry(2), at: gate) == true)
        #expect(gates.becameDue(entry(3), at: gate) == true)
        gates.checkInvariants()
    }

    @Test("thousands who leave while they wait cost as many steps, and the others keep their order")
    func sweeps() {
        let count: UInt64 = 100_000
        var gates = KeyGates()
        var gate = Int32(0)
        for _ in 0...count { gate = gates.join("k") }
        for ticket in 0...count { _ = gates.becameDue(entry(ticket), at: gate) }
        var rows = GateRows()
        for ticket in 1...count where ticket % 1_000 != 0 {
            rows.gone.insert(ticket)
            gates.noteStale(at: gate, in: rows)
        }
        #expect(gates.waiting(for: "k") == 100)
        var order: [String] = []
        for _ in 0..<101 {
            gates.placeGivenUp(at: gate)
            order += turns(&gates, at: gate, in: rows)
        }
        #expect(order == (1...100).map { "\($0 * 1_000)" })
    }
}
