extension Workflow {
    /// Joins that need more parents than there are, or none.
    package func joinProblems() -> [String] {
        var parentCounts = Array(repeating: 0, count: steps.count)
        for edge in edges { parentCounts[edge.child] += 1 }
        var problems: [String] = []
        for (position, step) in steps.enumerated() {
            let parents = parentCounts[position]
            switch step.join {
            case .all:
                continue
            case .any:
                if parents == 0 { problems.append("\(title(position)) waits for any of no parents") }
            case .atLeast(let count):
                if count < 1 || count > parents {
                    problems.append("\(title(position)) waits for \(count) of its \(parents) parents")
                }
            }
        }
        return problems
    }

    /// Steps that need one parent to end in two ways at once.
    package func impossibleSteps() -> [String] {
        var problems: [String] = []
        var allowed: [Int: Set<ParentPhase>] = [:]
        var index = 0
        let sorted = edges.enumerated().sorted { ($0.element.child, $0.offset) < ($1.element.child, $1.offset) }
        while index < sorted.count {
            let child = sorted[index].element.child
            allowed.removeAll(keepingCapacity: true)
            while index < sorted.count, sorted[index].element.child == child {
                let edge = sorted[index].element
                index += 1
                guard case .step(let parent) = edge.parent else { continue }
                allowed[parent, default: Self.ends].formIntersection(edge.runningEnds)
            }
            guard steps[child].join == .all else { continue }
            for parent in allowed.keys.sorted() where allowed[parent]?.isEmpty == true {
                problems.append("\(title(child)) can never run: its conditions on \(title(parent)) exclude each other")
            }
        }
        return problems
    }

    private static let ends: Set<ParentPhase> = [
        .succeeded, .failed, .cancelledAfterStart, .cancelledBeforeStart, .skipped,
    ]

    private func title(_ position: Int) -> String { "step \(position) (\(steps[position].spec.function))" }
}

extension NewEdge {
    /// The ends of the parent with which this edge lets its child run.
    fileprivate var runningEnds: Set<ParentPhase> {
        let row = EdgeRow(condition: condition, onParentFailure: onParentFailure)
        let ends: [ParentPhase] = [.succeeded, .failed, .cancelledAfterStart, .cancelledBeforeStart, .skipped]
        return Set(ends.filter { row.judged($0) == .run || row.judged($0) == .runNow })
    }
}
