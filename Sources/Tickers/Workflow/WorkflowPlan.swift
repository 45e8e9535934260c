/// A workflow that has been checked as a whole and brought into an order in which parents come before their children.
package struct WorkflowPlan: Sendable {
    package let request: NewWorkflow
    /// Where each step stands in the request; `nil` when the order is that of the steps.
    private let positions: [Int]?

    package init(request: NewWorkflow, positions: [Int]?) {
        self.request = request
        self.positions = positions
    }

    /// The ids of the request's tickers in the order in which the steps were added.
    package func inOrderOfSteps(_ ids: [TickerID]) -> [TickerID] {
        guard let positions else { return ids }
        return positions.map { ids[$0] }
    }
}

extension Workflow {
    /// Checks the workflow as a whole: cycles, joins that need more parents than there are, steps that can never run,
    /// steps of other workflows.
    ///
    /// What depends on the scheduler (registered functions, sizes) is checked when it is scheduled. O(steps + edges).
    ///
    /// - Throws: ``TickerError`` with code `invalidWorkflow`; the message names every problem.
    public func validate() throws {
        _ = try plan()
    }

    /// - Parameter others: What is wrong with the steps by themselves; thrown with what is wrong with the whole.
    package func plan(besides others: RequestProblems = RequestProblems()) throws -> WorkflowPlan {
        var problems: [String] = []
        if steps.isEmpty { problems.append("the workflow has no steps") }
        if foreignCount > 0 { problems.append("\(foreignCount) of its edges name steps of another workflow") }
        problems += options.problems
        problems += joinProblems()
        problems += impossibleSteps()
        let order: [Int]?
        if isInOrder {
            order = nil
        } else {
            let sorted = WorkflowOrder(stepCount: steps.count, edges: edges)
            if let cycle = sorted.cycle { problems.append(describe(cycle)) }
            order = sorted.order
        }
        if problems.isEmpty { try others.check() }
        problems += others.sentences
        guard problems.isEmpty else {
            let title = name.isEmpty ? "" : "\"\(name)\": "
            throw TickerError(.invalidWorkflow, title + problems.joined(separator: "; "))
        }
        guard let order else {
            return WorkflowPlan(
                request: NewWorkflow(name: name, tickers: steps, edges: edges, options: options),
                positions: nil
            )
        }
        return reordered(order)
    }

    /// Whether parents come before children and edges stand in the order of their children, as they do unless a parent
    /// was added to a step later.
    private var isInOrder: Bool {
        var latest = 0
        for edge in edges {
            guard edge.child >= latest, case .step(let parent) = edge.parent, parent < edge.child else { return false }
            latest = edge.child
        }
        return true
    }

    private func reordered(_ order: [Int]) -> WorkflowPlan {
        var positions = Array(repeating: 0, count: order.count)
        for (position, step) in order.enumerated() { positions[step] = position }
        var request = NewWorkflow(name: name, tickers: [], options: options)
        for step in order {
            var ticker = steps[step]
            ticker.input = ticker.input.moved(to: positions)
            request.tickers.append(ticker)
        }
        let moved = edges.map { edge in
            var edge = edge
            if case .step(let parent) = edge.parent { edge.parent = .step(positions[parent]) }
            edge.child = positions[edge.child]
            return edge
        }
        // Edges of one child keep their order: the sort is by child and then by place.
        request.edges = moved.enumerated().sorted { ($0.element.child, $0.offset) < ($1.element.child, $1.offset) }
            .map(\.element)
        return WorkflowPlan(request: request, positions: positions)
    }

    private func describe(_ cycle: [Int]) -> String {
        let path = (cycle + cycle.prefix(1)).map { "\($0) (\(steps[$0].spec.function))" }
        guard path.count > 9 else { return "a cycle: " + path.joined(separator: " → ") }
        let ends = path.prefix(4) + ["… \(path.count - 8) more …"] + path.suffix(4)
        return "a cycle of \(cycle.count) steps: " + ends.joined(separator: " → ")
    }
}
