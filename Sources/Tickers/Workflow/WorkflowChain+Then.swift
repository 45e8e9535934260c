extension WorkflowChain {
    /// Adds a step that runs after this one succeeded, with an input of its own, and stands on it.
    public func then<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: Input,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowChain<Next> {
        adding(function, .payload(function.input.payload(input)), when: .onSuccess, due: due, options: options)
    }

    /// Adds a step that runs after this one succeeded, with this one's output as its input, and stands on it.
    public func then<Next>(
        _ function: TickerFunction<Output, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowChain<Next> {
        adding(function, .parentOutput, when: .onSuccess, due: due, options: options)
    }

    /// Adds a step without input that runs after this one succeeded, and stands on it.
    public func then<Next>(
        _ function: TickerFunction<Void, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowChain<Next> {
        adding(function, .payload(.nothing), when: .onSuccess, due: due, options: options)
    }

    /// Adds a step with an input of its own beside the others of this step, and stays.
    ///
    /// - Parameters:
    ///   - condition: When it runs.
    ///   - nested: Builds on the added step.
    public func child<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: Input,
        when condition: RunCondition = .onSuccess,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        let payload = StepInput.payload(function.input.payload(input))
        return branching(adding(function, payload, when: condition, due: due, options: options), nested)
    }

    /// Adds a step that runs after this one succeeded, with this one's output as its input, and stays.
    public func child<Next>(
        _ function: TickerFunction<Output, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        branching(adding(function, .parentOutput, when: .onSuccess, due: due, options: options), nested)
    }

    /// Adds a step without input beside the others of this step, and stays.
    public func child<Next>(
        _ function: TickerFunction<Void, Next>,
        when condition: RunCondition = .onSuccess,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        branching(adding(function, .payload(.nothing), when: condition, due: due, options: options), nested)
    }

    package func adding<Input, Next>(
        _ function: TickerFunction<Input, Next>,
        _ input: StepInput,
        when condition: RunCondition = .onSuccess,
        due: TickerDue,
        options: TickerOptions
    ) -> WorkflowChain<Next> {
        adding(function.spec.overridden(by: options), input: input, when: condition, due: due, output: Next.self)
    }
}

extension WorkflowChain where Output == Void {
    /// Adds a step without input that runs after this one succeeded, and stands on it.
    public func then<Next>(
        _ function: TickerFunction<Void, Next>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowChain<Next> {
        adding(function, .payload(.nothing), when: .onSuccess, due: due, options: options)
    }

    /// Adds a step without input beside the others of this step, and stays.
    public func child<Next>(
        _ function: TickerFunction<Void, Next>,
        when condition: RunCondition = .onSuccess,
        due: TickerDue = .now,
        options: TickerOptions = .inherited,
        _ nested: Nested<Next>? = nil
    ) -> WorkflowChain {
        branching(adding(function, .payload(.nothing), when: condition, due: due, options: options), nested)
    }
}
