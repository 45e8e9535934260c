/// Who holds a place under a limit key, and who waits for one, for all keys.
///
/// A gate stands for a key as long as stored tickers have it, so keys that came and went cost nothing. While a gate has
/// a free place nobody waits at it.
package struct KeyGates {
    private struct Gate {
        var key: String
        var maxConcurrent: Int
        /// Stored tickers under the key, wherever they stand.
        var tickers = 0
        /// Places that are taken; more than there are, when the limit has been lowered since.
        var holders = 0
        /// Those whose turn has not come, in the order in which they became due; some may have left.
        var waiting = Deque<ReadyEntry>()
        var stale = 0
    }

    private var gates: [Gate] = []
    private var vacant: [Int32] = []
    private var byKey: [String: Int32] = [:]

    package init() {}

    /// Keys that stored tickers have.
    package var count: Int { byKey.count }

    /// Gates that there is memory for: as many as were in use at once.
    package var capacity: Int { gates.count }

    /// The gate of one more stored ticker under a key, whose limit it sets. O(1).
    package mutating func join(_ key: LimitKey) -> Int32 {
        let gate = byKey[key.key] ?? newGate(key)
        gates[Int(gate)].maxConcurrent = key.maxConcurrent
        gates[Int(gate)].tickers += 1
        return gate
    }

    /// The gate of a ticker that comes back from a file: it changes no limit that is known. O(1).
    ///
    /// - Parameter limit: The limit of a key that is not known.
    package mutating func rejoin(_ key: LimitKey, limit: (LimitKey) -> Int) -> Int32 {
        let gate = byKey[key.key] ?? newGate(LimitKey(key.key, maxConcurrent: limit(key)))
        gates[Int(gate)].tickers += 1
        return gate
    }

    /// A ticker that comes back from a file had a place and has it still, whatever the limit is by now. O(1).
    package mutating func placeRetaken(at gate: Int32) {
        gates[Int(gate)].holders += 1
    }

    /// Says that a ticker under the key, which holds no place, is not stored any more. O(1).
    package mutating func leave(_ gate: Int32) {
        let index = Int(gate)
        gates[index].tickers -= 1
        guard gates[index].tickers == 0 else { return }
        precondition(gates[index].holders == 0, "a place under \"\(gates[index].key)\" is held by nobody")
        byKey[gates[index].key] = nil
        gates[index] = Gate(key: "", maxConcurrent: 0)
        vacant.append(gate)
    }

    /// A ticker under the key has become due: takes a place, or waits for one if none is free. O(1).
    ///
    /// - Returns: Whether it has a place.
    package mutating func becameDue(_ entry: ReadyEntry, at gate: Int32) -> Bool {
        let index = Int(gate)
        guard gates[index].holders < gates[index].maxConcurrent else {
            gates[index].waiting.append(entry)
            return false
        }
        gates[index].holders += 1
        return true
    }

    /// A ticker has given up the place it held. Ask for ``next(at:in:now:)`` until there is nobody.
    package mutating func placeGivenUp(at gate: Int32) {
        gates[Int(gate)].holders -= 1
    }

    /// Whose turn it is.
    package enum Turn {
        /// This one now has a place.
        case comes(ReadyEntry)
        /// This one is not due after all and does not wait any more.
        case early(ReadyEntry)
        /// No place is free, or nobody waits.
        case nobody
    }

    /// Gives a free place to the first who waits. Amortised O(1).
    package mutating func next(at gate: Int32, in rows: some ReadyRows, now: Timestamp) -> Turn {
        let index = Int(gate)
        guard gates[index].holders < gates[index].maxConcurrent else { return .nobody }
        while let entry = gates[index].waiting.popFirst() {
            switch rows.readiness(row: entry.row, ticket: entry.ticket, now: now) {
            case .ready:
                gates[index].holders += 1
                return .comes(entry)
            case .early:
                return .early(entry)
            case .stale:
                gates[index].stale -= 1
            }
        }
        return .nobody
    }

    /// Says that one who waited has left by another way; sweeps when they are the half. Amortised O(1).
    package mutating func noteStale(at gate: Int32, in rows: some ReadyRows) {
        let index = Int(gate)
        gates[index].stale += 1
        guard gates[index].stale > 64, gates[index].stale * 2 > gates[index].waiting.count else { return }
        gates[index].waiting.filter { rows.isCurrent($0) }
        gates[index].stale = 0
    }

    /// Places that are taken under a key.
    package func holders(of key: String) -> Int { byKey[key].map { gates[Int($0)].holders } ?? 0 }

    /// Tickers that wait for a place under a key.
    package func waiting(for key: String) -> Int {
        byKey[key].map { gates[Int($0)].waiting.count - gates[Int($0)].stale } ?? 0
    }

    private mutating func newGate(_ key: LimitKey) -> Int32 {
        let gate = Gate(key: key.key, maxConcurrent: key.maxConcurrent)
        let number: Int32
        if let unused = vacant.popLast() {
            number = unused
            gates[Int(number)] = gate
        } else {
            number = Int32(gates.count)
            gates.append(gate)
        }
        byKey[key.key] = number
        return number
    }

    /// Crashes where a gate contradicts itself. O(gates).
    package func checkInvariants() {
        for gate in gates {
            precondition(gate.holders >= 0 && gate.holders <= gate.tickers, "\(gate.holders) hold \"\(gate.key)\"")
            precondition(gate.stale >= 0 && gate.stale <= gate.waiting.count, "\(gate.stale) have left \"\(gate.key)\"")
            let isFull = gate.holders >= gate.maxConcurrent
            precondition(isFull || gate.waiting.isEmpty, "\"\(gate.key)\" has a free place and somebody waits")
        }
        precondition(count + vacant.count == gates.count, "a gate has no key")
    }
}
