extension Workflow {
    /// Adds a step, by default one that runs at once.
    ///
    /// - Parameters:
    ///   - function: What to run.
    ///   - input: What to run it with.
    ///   - parents: The steps that it follows, each under its own condition; none makes it a root.
    ///   - join: How many of the parents have to allow it.
    ///   - due: From when it may run.
    ///   - options: What to ask for differently than the function does.
    @discardableResult
    public mutating func add<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        following parents: [any WorkflowStepReference] = [],
        join: JoinRule = .all,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowStep<Output> {
        var ticker = function.ticker(input, due: due, options: options)
        ticker.join = join
        let position = append(ticker, following: parents.map(\.edge))
        return step(at: position, function.output)
    }

    /// Adds a step that follows one other.
    @discardableResult
    public mutating func add<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        following parent: some WorkflowStepReference,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowStep<Output> {
        add(function, input, following: [parent], due: due, options: options)
    }

    /// Adds a step without input, by default one that runs at once.
    @discardableResult
    public mutating func add<Output>(
        _ function: TickerFunction<Void, Output>,
        following parents: [any WorkflowStepReference] = [],
        join: JoinRule = .all,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowStep<Output> {
        add(function, (), following: parents, join: join, due: due, options: options)
    }

    /// Adds a step without input that follows one other.
    @discardableResult
    public mutating func add<Output>(
        _ function: TickerFunction<Void, Output>,
        following parent: some WorkflowStepReference,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowStep<Output> {
        add(function, (), following: [parent], due: due, options: options)
    }

    /// Adds a step that runs after `parent` succeeded, with its output as input.
    @discardableResult
    public mutating func add<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        taking parent: WorkflowStep<Input>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowStep<Output> {
        let input = NewInput.outputOfStep(parent.position)
        let ticker = NewTicker(spec: function.spec.overridden(by: options), input: input, due: due)
        let position = append(ticker, following: [parent.edge])
        return step(at: position, function.output)
    }

    /// Adds a step that runs after all of `parents` succeeded, with the array of their outputs, in this order, as input.
    @discardableResult
    public mutating func add<Element: Codable, Output>(
        _ function: TickerFunction<[Element], Output>,
        taking parents: [WorkflowStep<Element>],
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowStep<Output> {
        let input = NewInput.outputsOfSteps(parents.map(\.position), PayloadCollector(of: Element.self))
        let ticker = NewTicker(spec: function.spec.overridden(by: options), input: input, due: due)
        let position = append(ticker, following: parents.map(\.edge))
        return step(at: position, function.output)
    }
}
