/// What is due later, the earliest on top; among equals the one that was queued first.
///
/// Entries that have been overtaken by events stay until they come up or make up half the heap.
package struct DueHeap {
    package struct Entry: Comparable {
        package let due: Timestamp
        /// The ticker's place in the order of queueing; it also tells whether the entry is still current.
        package let ticket: UInt64
        package let row: Int32

        package static func < (left: Entry, right: Entry) -> Bool {
            left.due != right.due ? left.due < right.due : left.ticket < right.ticket
        }
    }

    private var heap = Heap<Entry>()
    private var stale = 0

    package init() {}

    package var first: Entry? { heap.first }
    package var count: Int { heap.count }

    /// O(log n).
    package mutating func insert(_ entry: Entry) { heap.insert(entry) }

    /// O(log n).
    package mutating func popFirst() -> Entry? { heap.popFirst() }

    /// Says that one more entry is no longer current. Sweeps when they are the half; amortised O(1).
    package mutating func noteStale(in rows: some ReadyRows) {
        stale += 1
        guard stale > 64, stale * 2 > heap.count else { return }
        heap.removeAll { entry in
            switch rows.readiness(row: entry.row, ticket: entry.ticket, now: .distantFuture) {
            case .ready, .early: false
            case .stale: true
            }
        }
        stale = 0
    }

    /// Says that an entry which was not current has left.
    package mutating func staleLeft() {
        stale = max(0, stale - 1)
    }
}
