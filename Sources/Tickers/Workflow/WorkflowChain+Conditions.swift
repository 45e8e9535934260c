extension WorkflowChain {
    /// Adds a step that runs after this one failed for good, with the failure as its input, and stays.
    ///
    /// - Parameter nested: Builds on the added step: the recovery branch.
    public func onFailure<Next>(
        _ function: TickerFunction<TickerFailure, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        branching(adding(function, .parentFailure, when: .onFailure, due: due, options: options), nested)
    }

    /// Adds a step that runs after this one failed for good, and stays.
    ///
    /// - Parameter nested: Builds on the added step.
    public func onFailure<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: Input,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        child(function, input, when: .onFailure, due: due, options: options, nested)
    }

    /// Adds a step without input that runs after this one failed for good, and stays.
    public func onFailure<Next>(
        _ function: TickerFunction<Void, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        child(function, (), when: .onFailure, due: due, options: options, nested)
    }

    /// Adds a step that runs after this one was cancelled, and stays.
    ///
    /// - Parameter nested: Builds on the added step.
    public func onCancelled<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: Input,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        child(function, input, when: .onCancelled, due: due, options: options, nested)
    }

    /// Adds a step without input that runs after this one was cancelled, and stays.
    public func onCancelled<Next>(
        _ function: TickerFunction<Void, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        child(function, (), when: .onCancelled, due: due, options: options, nested)
    }

    /// Adds a step that runs after this one succeeded, failed or was cancelled, and stays.
    ///
    /// - Parameter nested: Builds on the added step.
    public func onCompletion<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: Input,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        child(function, input, when: .onCompletion, due: due, options: options, nested)
    }

    /// Adds a step without input that runs after this one succeeded, failed or was cancelled, and stays.
    public func onCompletion<Next>(
        _ function: TickerFunction<Void, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        child(function, (), when: .onCompletion, due: due, options: options, nested)
    }

    /// Adds a step that runs beside this one, once its first attempt starts, and stays.
    ///
    /// - Parameter nested: Builds on the added step.
    public func inProgress<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: Input,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        child(function, input, when: .inProgress, due: due, options: options, nested)
    }

    /// Adds a step without input that runs beside this one, once its first attempt starts, and stays.
    public func inProgress<Next>(
        _ function: TickerFunction<Void, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        child(function, (), when: .inProgress, due: due, options: options, nested)
    }
}
