/// One parent-child edge as the rules see it.
package struct EdgeRow: Sendable, Hashable {
    package let condition: RunCondition
    package let onParentFailure: ParentFailurePolicy
    /// The parent's attempt whose handler added the child; `nil` for children that were planned.
    package let addedByAttempt: Int32?
    /// What the edge has said; once it is not `wait` it stays.
    package var verdict: EdgeVerdict = .wait

    package init(
        condition: RunCondition,
        onParentFailure: ParentFailurePolicy = .byCondition,
        addedByAttempt: Int32? = nil
    ) {
        self.condition = condition
        self.onParentFailure = onParentFailure
        self.addedByAttempt = addedByAttempt
    }

    /// What the edge says when its parent is in `phase`.
    package func judged(_ phase: ParentPhase) -> EdgeVerdict {
        guard phase == .failed else { return condition.verdict(for: phase) }
        switch onParentFailure {
        case .byCondition: return condition.verdict(for: .failed)
        case .runNow: return .runNow
        case .fail: return .fail
        }
    }
}

/// How many edges a ticker has and what they have said so far, so that a join of any width is judged in O(1).
package struct EdgeTally: Sendable, Hashable {
    package var edges: Int32 = 0
    package var saidRun: Int32 = 0
    package var saidNever: Int32 = 0
    /// How many have to say `run`.
    package var needed: Int32 = 0

    package init() {}

    package init(join: JoinRule, edges: Int) {
        self.edges = Int32(edges)
        needed = Int32(clamping: join.needed(of: edges))
    }

    /// Takes in one edge's verdict and answers for the ticker.
    package mutating func count(_ verdict: EdgeVerdict) -> JoinJudgement {
        switch verdict {
        case .wait: break
        case .run: saidRun += 1
        case .never: saidNever += 1
        case .runNow: return .release
        case .fail: return .fail
        }
        return judgement
    }

    /// What the join makes of what has been said.
    package var judgement: JoinJudgement {
        if saidRun >= needed { return .release }
        if edges - saidNever < needed { return .skip }
        return .wait
    }
}

/// What a join makes of its edges.
package enum JoinJudgement: Sendable, Hashable {
    case wait, release, skip, fail
}
