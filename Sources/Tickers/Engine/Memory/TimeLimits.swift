/// What time will end: tickers that expire and workflows that reach their deadline, the earliest first.
///
/// An entry that has been overtaken by events stays until it comes up or most entries are like it.
struct TimeLimits {
    struct Entry: Comparable {
        enum Subject {
            case ticker(TickerID, row: Int32)
            case workflow(WorkflowID, row: Int32)
        }

        let at: Timestamp
        let subject: Subject

        /// At one instant the youngest comes first, so that children end by it and not by their parents' end.
        static func < (left: Entry, right: Entry) -> Bool {
            left.at != right.at ? left.at < right.at : left.id > right.id
        }

        static func == (left: Entry, right: Entry) -> Bool { left.at == right.at && left.id == right.id }

        private var id: TickerID {
            switch subject {
            case .ticker(let id, _): id
            case .workflow(let id, _): id.first
            }
        }
    }

    private var heap = Heap<Entry>()
    private var sweepAt = 256

    var next: Timestamp? { heap.first?.at }
    var count: Int { heap.count }

    /// O(log n), and amortised O(1) for sweeping out what `isCurrent` refuses.
    mutating func insert(_ entry: Entry, isCurrent: (Entry) -> Bool) {
        if heap.count >= sweepAt {
            heap.removeAll { !isCurrent($0) }
            sweepAt = max(256, heap.count * 2)
        }
        heap.insert(entry)
    }

    /// The earliest entry if its time has come. O(log n).
    mutating func popFirst(by now: Timestamp) -> Entry? {
        guard let first = heap.first, first.at <= now else { return nil }
        return heap.popFirst()
    }
}
