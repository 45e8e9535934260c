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

    /// Steps that need one parent to end in two ways at once. O(edges), O(edges × log edges) where a step has several.
    package func impossibleSteps() -> [String] {
        var problems: [String] = []
        let grouped = hasSeveralEdgesPerStep ? edges.sorted { $0.ends < $1.ends } : edges
        var index = 0
        while index < grouped.count {
            let ends = grouped[index].ends
            var allowed = ParentEnds.all
            while index < grouped.count, grouped[index].ends == ends {
                allowed.formIntersection(grouped[index].runningEnds)
                index += 1
            }
            guard allowed.isEmpty, steps[ends.child].join == .all else { continue }
            let steps = (child: title(ends.child), parent: title(ends.parent))
            problems.append("\(steps.child) can never run: its conditions on \(steps.parent) exclude each other")
        }
        return problems
    }

    /// Whether a step has several edges, or edges do not stand in the order of their steps.
    private var hasSeveralEdgesPerStep: Bool {
        zip(edges, edges.dropFirst()).contains { $0.child >= $1.child }
    }

    private func title(_ position: Int) -> String { "step \(position) (\(steps[position].spec.function))" }
}

/// Ways in which a parent can end.
private struct ParentEnds: OptionSet {
    let rawValue: UInt8

    static let all: ParentEnds = [
        ParentEnds(.succeeded), ParentEnds(.failed), ParentEnds(.cancelledAfterStart),
        ParentEnds(.cancelledBeforeStart), ParentEnds(.skipped),
    ]

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init(_ phase: ParentPhase) {
        rawValue = 1 << phase.rawValue
    }
}

extension NewEdge {
    /// The steps that it joins.
    fileprivate var ends: (child: Int, parent: Int) {
        guard case .step(let parent) = parent else { preconditionFailure("a workflow has an edge to a stored ticker") }
        return (child, parent)
    }

    /// The ends of the parent with which this edge lets its child run.
    fileprivate var runningEnds: ParentEnds {
        let row = EdgeRow(condition: condition, onParentFailure: onParentFailure)
        var ends = ParentEnds()
        for phase in ParentPhase.allCases where ParentEnds.all.contains(ParentEnds(phase)) {
            let verdict = row.judged(phase)
            if verdict == .run || verdict == .runNow { ends.insert(ParentEnds(phase)) }
        }
        return ends
    }
}
