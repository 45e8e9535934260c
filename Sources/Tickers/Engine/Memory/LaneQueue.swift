/// Entries of one priority in the order of their tickets.
///
/// Nearly all come in that order, so a ring holds them. Who had to wait for a place under its limit key comes in after
/// younger ones and stands in a heap beside it.
package struct LaneQueue: Sendable {
    private var ring = Deque<ReadyEntry>()
    private var late = Heap<ReadyEntry>()
    private var latestTicket: UInt64 = 0

    package init() {}

    package var count: Int { ring.count + late.count }

    /// The entry with the lowest ticket.
    package var first: ReadyEntry? {
        guard let late = late.first else { return ring.first }
        guard let next = ring.first else { return late }
        return min(late, next)
    }

    /// O(1), O(log n) for one that comes in late.
    package mutating func insert(_ entry: ReadyEntry) {
        if entry.ticket > latestTicket || ring.isEmpty {
            latestTicket = entry.ticket
            ring.append(entry)
        } else {
            late.insert(entry)
        }
    }

    /// O(1), O(log n) for one that came in late.
    package mutating func popFirst() -> ReadyEntry? {
        guard let oldest = late.first else { return ring.popFirst() }
        if let next = ring.first, next < oldest { return ring.popFirst() }
        return late.popFirst()
    }

    /// Keeps the entries that satisfy the predicate. O(n).
    package mutating func filter(_ isKept: (ReadyEntry) -> Bool) {
        ring.filter(isKept)
        late.removeAll { !isKept($0) }
    }
}
