/// What has been decided in a large settlement and is written down piece by piece.
///
/// That it was decided is in the file already: the workflows are marked as unsettled. So nobody waits for the pieces, and what is
/// missing after a crash is decided again.
struct Leftover {
    private var queue: [Int32] = []
    private var head = 0
    /// The edges that are written together with their child, per child that has not been written.
    private var edges: [Int32: [Int32]] = [:]
    /// How many children are left per workflow.
    private(set) var counts: [Int32: Int] = [:]

    var isEmpty: Bool { edges.isEmpty }

    func contains(_ child: Int32) -> Bool { edges[child] != nil }

    mutating func add(_ child: Int32, of workflow: Int32) {
        guard edges[child] == nil else { return }
        edges[child] = []
        queue.append(child)
        counts[workflow, default: 0] += 1
    }

    mutating func add(edge: Int32, to child: Int32) { edges[child]?.append(edge) }

    /// Takes out a child that is being written, with its edges; `nil` for one that is not left.
    mutating func take(_ child: Int32, of workflow: Int32) -> (edges: [Int32], isLastOfWorkflow: Bool)? {
        guard let own = edges.removeValue(forKey: child) else { return nil }
        let left = (counts[workflow] ?? 1) - 1
        counts[workflow] = left == 0 ? nil : left
        return (own, left == 0)
    }

    /// The next child in the order in which they were decided.
    mutating func next() -> Int32? {
        while head < queue.count {
            let child = queue[head]
            head += 1
            if edges[child] != nil { return child }
        }
        queue = []
        head = 0
        return nil
    }
}
