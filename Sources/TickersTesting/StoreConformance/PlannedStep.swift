package import Tickers

/// One parent of a planned step: who it is, and what the edge to it says.
package struct PlannedParent: Sendable {
    package var parent: NewEdge.Parent
    package var condition: RunCondition
    package var policy: ParentFailurePolicy

    package static func step(
        _ position: Int,
        _ condition: RunCondition = .onSuccess,
        policy: ParentFailurePolicy = .byCondition
    ) -> PlannedParent {
        PlannedParent(parent: .step(position), condition: condition, policy: policy)
    }

    package static func stored(
        _ id: TickerID,
        _ condition: RunCondition = .onSuccess,
        policy: ParentFailurePolicy = .byCondition
    ) -> PlannedParent {
        PlannedParent(parent: .stored(id), condition: condition, policy: policy)
    }
}

/// One ticker of a planned workflow. Its name is its function, so that a claim can ask for it alone.
package struct PlannedStep: Sendable {
    package var name: String
    package var parents: [PlannedParent]
    package var join: JoinRule
    package var due: TickerDue
    package var options: TickerOptions
    package var input: NewInput
    package var metadata: [String: String]?

    package init(
        _ name: String,
        after parents: [PlannedParent] = [],
        join: JoinRule = .all,
        due: TickerDue = .now,
        retry: RetryPolicy? = nil,
        priority: TickerPriority? = nil,
        queue: String? = nil,
        options: TickerOptions = .inherited,
        input: NewInput = .payload(.nothing),
        metadata: [String: String]? = nil
    ) {
        self.name = name
        self.parents = parents
        self.join = join
        self.due = due
        self.options = TickerOptions(queue: queue, priority: priority, retry: retry).over(options)
        self.input = input
        self.metadata = metadata
    }

    /// What is stored for it, its edges apart.
    package var ticker: NewTicker {
        let spec = TickerSpec(function: name, options: options)
        var ticker = NewTicker(spec: spec, input: input, due: due, join: join)
        ticker.metadata = metadata
        return ticker
    }
}

extension NewWorkflow {
    /// The request that stores these steps.
    package init(
        _ name: String = "",
        steps: [PlannedStep],
        options: WorkflowOptions = .none,
        addedBy: TickerLease? = nil
    ) {
        let edges = steps.enumerated().flatMap { position, step in
            step.parents.map { parent in
                NewEdge(
                    parent: parent.parent,
                    child: position,
                    condition: parent.condition,
                    onParentFailure: parent.policy
                )
            }
        }
        self.init(name: name, tickers: steps.map(\.ticker), edges: edges, options: options, addedBy: addedBy)
    }
}

extension ClaimedRun {
    /// The report that ends this run.
    package func finished(_ outcome: AttemptOutcome) -> FinishedRun {
        FinishedRun(run: self, outcome: outcome)
    }

    /// A failure of this run with this advice.
    package func failed(_ advice: RetryAdvice = .byPolicy, kind: TickerFailure.Kind = .threw) -> FinishedRun {
        finished(.failed(failure(kind), advice))
    }

    /// What a failure of this run says.
    package func failure(_ kind: TickerFailure.Kind = .threw) -> TickerFailure {
        TickerFailure(
            ticker: lease.ticker,
            function: spec.function,
            attempts: attempt,
            kind: kind,
            message: "\(spec.function) broke"
        )
    }
}
