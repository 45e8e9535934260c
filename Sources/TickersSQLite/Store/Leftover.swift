import Tickers

/// What has been decided in a large settlement, or by cancelling a large workflow, and is written down piece by piece.
///
/// That it was decided is in the file already: the workflows are marked as unsettled, or as being cancelled too. So nobody waits for the pieces, and what is
/// missing after a crash is decided again.
struct Leftover {
    private struct Child {
        /// What it is in the file.
        let written: TickerState
        /// What it has become.
        let state: TickerState
        /// The edges that are written together with it; most have one, which needs no array.
        private var edge: Int32?
        private var others: [Int32] = []

        init(written: TickerState, state: TickerState) {
            (self.written, self.state) = (written, state)
        }

        var edges: [Int32] { edge.map { [$0] + others } ?? [] }

        mutating func add(_ edge: Int32) {
            if self.edge == nil { self.edge = edge } else { others.append(edge) }
        }
    }

    private var queue: [Int32] = []
    private var head = 0
    private var children: [Int32: Child] = [:]
    /// How many children are left per workflow.
    private(set) var counts: [Int32: Int] = [:]
    /// How many of them were cancelled, per workflow.
    private var cancelled: [Int32: Int] = [:]
    /// What has to be added to the number of tickers in each state to come to what the file's rows say.
    private(set) var lag = StoreCounts()

    var isEmpty: Bool { children.isEmpty }

    func contains(_ child: Int32) -> Bool { children[child] != nil }

    /// Whether tickers of a workflow are left that were cancelled with it.
    func isCancelling(_ workflow: Int32) -> Bool { cancelled[workflow] != nil }

    /// The workflows of which tickers are left that were cancelled with them.
    var cancelledWorkflows: [Int32] { cancelled.keys.sorted() }

    /// All that is left, in the order in which it was decided. O(children).
    var all: [Int32] { queue[head...].filter { children[$0] != nil } }

    mutating func add(_ child: Int32, from written: TickerState, to state: TickerState, of workflow: Int32) {
        guard children[child] == nil else { return }
        children[child] = Child(written: written, state: state)
        queue.append(child)
        counts[workflow, default: 0] += 1
        if state == .cancelled { cancelled[workflow, default: 0] += 1 }
        lag.add(1, in: written)
        lag.add(-1, in: state)
    }

    /// Returns whether the child is left, and so the edge with it.
    mutating func add(edge: Int32, to child: Int32) -> Bool {
        guard let place = children.index(forKey: child) else { return false }
        children.values[place].add(edge)
        return true
    }

    /// Makes room for so many children at once.
    mutating func reserve(_ count: Int) {
        children.reserveCapacity(children.count + count)
        queue.reserveCapacity(queue.count + count)
    }

    /// Takes out a child that is being written, with its edges; `nil` for one that is not left.
    mutating func take(_ child: Int32, of workflow: Int32) -> (edges: [Int32], isLastOfWorkflow: Bool)? {
        guard let own = children.removeValue(forKey: child) else { return nil }
        lag.add(-1, in: own.written)
        lag.add(1, in: own.state)
        if own.state == .cancelled { cancelled[workflow] = cancelled[workflow].flatMap { $0 > 1 ? $0 - 1 : nil } }
        let left = (counts[workflow] ?? 1) - 1
        counts[workflow] = left == 0 ? nil : left
        return (own.edges, left == 0)
    }

    /// The next child in the order in which they were decided.
    mutating func next() -> Int32? {
        while head < queue.count {
            let child = queue[head]
            head += 1
            if children[child] != nil { return child }
        }
        queue = []
        head = 0
        return nil
    }
}
