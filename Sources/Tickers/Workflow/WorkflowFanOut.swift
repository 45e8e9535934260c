extension WorkflowChain {
    /// Adds steps side by side below this one, for ``WorkflowFan/join(_:_:rule:when:onParentFailure:due:options:)`` to bring
    /// together again.
    ///
    /// ```swift
    /// .fanOut { $0.child(Etl.users, day).child(Etl.sales, day) }
    /// .join(Etl.load, day)
    /// ```
    ///
    /// - Parameter build: Adds the steps. Where a child is built on, the join follows the step on which that ends.
    public func fanOut(_ build: (WorkflowFan<Output>) -> WorkflowFan<Output>) -> WorkflowFan<Output> {
        build(WorkflowFan(chain: self, ends: SharedLog()))
    }
}

/// Steps side by side that are going to be joined.
public struct WorkflowFan<Output: Sendable> {
    private let chain: WorkflowChain<Output>
    private let ends: SharedLog<Int>

    package init(chain: WorkflowChain<Output>, ends: SharedLog<Int>) {
        self.chain = chain
        self.ends = ends
    }

    /// Adds a step with an input of its own.
    public func child<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: Input,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: WorkflowChain<Output>.Nested<Next>? = nil
    ) -> WorkflowFan {
        adding(chain.adding(function, .payload(function.input.payload(input)), due: due, options: options), nested)
    }

    /// Adds a step that takes the output of the step below which the fan opens.
    public func child<Next>(
        _ function: TickerFunction<Output, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: WorkflowChain<Output>.Nested<Next>? = nil
    ) -> WorkflowFan {
        adding(chain.adding(function, .parentOutput, due: due, options: options), nested)
    }

    /// Adds the step that follows all ends of the fan, and stands on it.
    ///
    /// - Parameters:
    ///   - rule: How many of the ends have to allow it.
    ///   - condition: When each of them does.
    ///   - onParentFailure: What the failure of one of them does, before the condition is asked.
    public func join<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: Input,
        rule: JoinRule = .all,
        when condition: RunCondition = .onSuccess,
        onParentFailure: ParentFailurePolicy = .byCondition,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowChain<Next> {
        var ticker = function.ticker(input, due: due, options: options)
        ticker.join = rule
        let parents = ends.elements.map { ChainParent($0, condition, onParentFailure) }
        let steps = chain.steps.appending(ChainStep(ticker: ticker, parents: parents))
        return WorkflowChain<Next>(steps: steps, current: steps.count - 1)
    }

    /// Adds a step without input that follows all ends of the fan, and stands on it.
    public func join<Next>(
        _ function: TickerFunction<Void, Next>,
        rule: JoinRule = .all,
        when condition: RunCondition = .onSuccess,
        onParentFailure: ParentFailurePolicy = .byCondition,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowChain<Next> {
        join(function, (), rule: rule, when: condition, onParentFailure: onParentFailure, due: due, options: options)
    }

    private func adding<Next>(
        _ child: WorkflowChain<Next>,
        _ nested: WorkflowChain<Output>.Nested<Next>?
    ) -> WorkflowFan {
        let branch: any WorkflowBranch = nested?(child) ?? child
        precondition(
            branch.steps.extends(child.steps),
            "a closure for nested steps returned a chain that does not go on from the one it was given"
        )
        let chain = WorkflowChain<Output>(steps: branch.steps, current: chain.current)
        return WorkflowFan(chain: chain, ends: ends.appending(branch.current))
    }
}
