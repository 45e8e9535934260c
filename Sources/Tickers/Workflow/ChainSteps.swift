/// One step of a chain: a ticker, and the earlier steps that it follows.
package struct ChainStep: Sendable {
    package let ticker: NewTicker
    package let parents: [ChainParent]
}

/// An earlier step that a step of a chain follows.
package struct ChainParent: Sendable {
    package let position: Int
    package let condition: RunCondition
    package let onParentFailure: ParentFailurePolicy

    package init(_ position: Int, _ condition: RunCondition, _ onParentFailure: ParentFailurePolicy = .byCondition) {
        self.position = position
        self.condition = condition
        self.onParentFailure = onParentFailure
    }
}

/// The steps that one chain value sees.
public struct ChainSteps {
    private let log: SharedLog<ChainStep>

    package init() {
        log = SharedLog()
    }

    private init(log: SharedLog<ChainStep>) {
        self.log = log
    }

    package var count: Int { log.count }

    /// These steps and one more. Amortised O(1) along one line of chains.
    package func appending(_ step: ChainStep) -> ChainSteps { ChainSteps(log: log.appending(step)) }

    /// Whether these begin with all of `other`. O(1).
    package func extends(_ other: ChainSteps) -> Bool { log.extends(other.log) }

    /// Calls `body` with each step, first to last. O(steps).
    package func forEach(_ body: (ChainStep) -> Void) { log.forEach(body) }
}
