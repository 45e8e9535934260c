/// An order of steps in which parents come before children, or a cycle that stands in its way.
///
/// Kahn's algorithm ("Topological sorting of large networks", 1962): steps whose parents are all placed are placed, in the
/// order in which they were added. What is left then has a cycle, which is found by walking from parent to parent.
/// O(steps + edges), without recursion.
package struct WorkflowOrder {
    /// All steps, parents first; shorter when there is a cycle.
    package let order: [Int]
    /// The steps of one cycle, each followed by its child.
    package let cycle: [Int]?

    package init(stepCount: Int, edges: [NewEdge]) {
        var children = Adjacency(count: stepCount)
        var openParents = Array(repeating: 0, count: stepCount)
        for edge in edges {
            guard case .step(let parent) = edge.parent else { continue }
            children.count(parent)
            openParents[edge.child] += 1
        }
        children.seal()
        for edge in edges {
            guard case .step(let parent) = edge.parent else { continue }
            children.add(edge.child, to: parent)
        }
        var order = (0..<stepCount).filter { openParents[$0] == 0 }
        order.reserveCapacity(stepCount)
        var next = 0
        while next < order.count {
            for child in children[order[next]] {
                openParents[child] -= 1
                if openParents[child] == 0 { order.append(child) }
            }
            next += 1
        }
        self.order = order
        cycle = order.count == stepCount ? nil : Self.cycle(among: openParents, edges: edges)
    }

    /// Every step that is left has a parent that is left, so walking up comes back to a step that was seen.
    private static func cycle(among openParents: [Int], edges: [NewEdge]) -> [Int] {
        var anyParent: [Int: Int] = [:]
        for edge in edges where openParents[edge.child] > 0 {
            if case .step(let parent) = edge.parent, openParents[parent] > 0 { anyParent[edge.child] = parent }
        }
        guard var step = anyParent.keys.min() else { return [] }
        var seenAt: [Int: Int] = [:]
        var path: [Int] = []
        while seenAt[step] == nil {
            seenAt[step] = path.count
            path.append(step)
            guard let parent = anyParent[step] else { return path }
            step = parent
        }
        return path[(seenAt[step] ?? 0)...].reversed()
    }
}

/// The children of every step in one array: counted first, then filled.
private struct Adjacency {
    private var starts: [Int]
    private var filled: [Int] = []
    private var children: [Int] = []

    init(count: Int) {
        starts = Array(repeating: 0, count: count + 1)
    }

    mutating func count(_ parent: Int) { starts[parent + 1] += 1 }

    mutating func seal() {
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        filled = starts
        children = Array(repeating: 0, count: starts.last ?? 0)
    }

    mutating func add(_ child: Int, to parent: Int) {
        children[filled[parent]] = child
        filled[parent] += 1
    }

    subscript(parent: Int) -> ArraySlice<Int> { children[starts[parent]..<starts[parent + 1]] }
}
