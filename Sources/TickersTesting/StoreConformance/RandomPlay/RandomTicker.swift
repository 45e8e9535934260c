package import Tickers

/// One ticker of a random graph with everything that was planned for it.
struct RandomTicker: Sendable {
    struct Parent: Sendable {
        var ticker: Int
        var condition: RunCondition
        var policy = ParentFailurePolicy.byCondition
        /// Whether the parent's handler added the child, so that it belongs to that attempt.
        var isAdder = false
    }

    var parents: [Parent]
    var join: JoinRule
    var maxAttempts: Int
    /// Whole seconds after release.
    var delay: Int
    /// Whole seconds before a repetition.
    var backoff: Int
}

extension RandomTicker {
    static func graph(_ random: inout SeededGenerator) -> [RandomTicker] {
        let count = Int.random(in: 2...12, using: &random)
        let roots = Int.random(in: 1...min(3, count), using: &random)
        return (0..<count).map { index in
            // In any order, not in that of creation: which edge speaks first must not depend on it.
            let wanted = index < roots ? 0 : Int.random(in: 1...min(4, index), using: &random)
            let parents = (0..<index).shuffled(using: &random).prefix(wanted)
            return RandomTicker.random(below: Array(parents), &random)
        }
    }

    static func random(below parents: [Int], _ random: inout SeededGenerator) -> RandomTicker {
        let policies: [ParentFailurePolicy] = [.runNow, .fail] + Array(repeating: .byCondition, count: 6)
        let edges = parents.map { ticker in
            let policy = policies[Int.random(in: 0..<policies.count, using: &random)]
            return Parent(ticker: ticker, condition: .random(&random), policy: policy)
        }
        var join = JoinRule.all
        if !edges.isEmpty {
            let joins: [JoinRule] = [.any, .atLeast(Int.random(in: 1...edges.count, using: &random)), .all, .all]
            join = joins[Int.random(in: 0..<joins.count, using: &random)]
        }
        return RandomTicker(
            parents: edges,
            join: join,
            maxAttempts: Int.random(in: 1...3, using: &random),
            delay: max(0, Int.random(in: -4...2, using: &random)),
            backoff: Int.random(in: 0...2, using: &random)
        )
    }

    /// The step that stores it.
    func step(after parents: [PlannedParent]) -> PlannedStep {
        PlannedStep(
            "Work",
            after: parents,
            join: join,
            due: delay == 0 ? .now : .after(.seconds(delay)),
            retry: .fixed(maxAttempts: maxAttempts, every: .seconds(backoff))
        )
    }
}

extension RunCondition {
    package static func random(_ random: inout SeededGenerator) -> RunCondition {
        allCases[Int.random(in: 0..<allCases.count, using: &random)]
    }
}
