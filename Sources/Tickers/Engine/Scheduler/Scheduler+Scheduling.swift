extension Scheduler {
    /// Stores a ticker without parents; it runs when it is due.
    ///
    /// When the call returns the ticker is stored, to the durability of the store. O(1), O(log n) when it is due later.
    ///
    /// - Parameters:
    ///   - function: What to run; registered with this scheduler unless it runs nothing.
    ///   - input: What to run it with.
    ///   - due: From when it may run.
    ///   - options: What to ask for differently than the function does.
    /// - Throws: ``TickerError``: `unregisteredFunction`, `invalidArgument`, `shutDown`, `unencodablePayload`,
    ///   `payloadTooLarge`, `uniqueKeyInUse`; nothing is stored then.
    @discardableResult
    public nonisolated func schedule<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> TickerHandle<Output> {
        // Taken before the call suspends: kept across it, a generic function would be copied by way of the runtime.
        let output = function.output
        var ticker = function.ticker(input, due: due, options: options)
        return TickerHandle(try await intake.add(&ticker), output: output)
    }

    /// Stores a ticker per input, in one transaction: all of them or none. Each is a workflow of its own.
    ///
    /// - Parameter inputs: At most ``TickerLimits/tickersPerAdd``; none stores nothing.
    /// - Returns: The handles in the order of the inputs.
    /// - Throws: ``TickerError``: `tooManyTickers`, `invalidArgument` also for a unique key, which can stand for only one of
    ///   them, and what ``schedule(_:_:due:options:)`` throws; nothing is stored then.
    @discardableResult
    public nonisolated func schedule<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        inputs: [Input],
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> [TickerHandle<Output>] {
        // One is what it would be alone, unique key and all.
        if inputs.count == 1 { return [try await schedule(function, inputs[0], due: due, options: options)] }
        let spec = function.spec.overridden(by: options)
        let tickers = inputs.map { NewTicker(spec: spec, input: .payload(function.input.payload($0)), due: due) }
        return try await intake.add(tickers).map { TickerHandle($0, output: function.output) }
    }

    /// Stores a ticker without input and parents.
    @discardableResult
    public nonisolated func schedule<Output>(
        _ function: TickerFunction<Void, Output>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> TickerHandle<Output> {
        try await schedule(function, (), due: due, options: options)
    }

    /// Stores a ticker that follows another one, in that one's workflow: `following: order.when(.onFailure)`.
    ///
    /// A parent that has already decided is judged at once.
    ///
    /// - Throws: ``TickerError``: `unknownTicker`, `parentEnded` when the parent's end does not meet the condition, and
    ///   what ``schedule(_:_:due:options:)`` throws; nothing is stored then.
    @discardableResult
    public nonisolated func schedule<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        following parent: some TickerParentReference,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> TickerHandle<Output> {
        try await schedule(function, input, following: [parent], due: due, options: options)
    }

    /// Stores a ticker that follows several others, in the first one's workflow.
    ///
    /// - Parameter join: How many of the parents have to allow it.
    /// - Throws: As for one parent, and `invalidArgument` for no parents or a join that needs more than there are.
    @discardableResult
    public nonisolated func schedule<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        following parents: [any TickerParentReference],
        join: JoinRule = .all,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> TickerHandle<Output> {
        guard !parents.isEmpty else { throw TickerError.invalidArgument(["`following` is empty; leave it out"]) }
        var ticker = function.ticker(input, due: due, options: options)
        ticker.join = join
        let edges = parents.map { reference in
            let parent = reference.parent
            return NewEdge(
                parent: .stored(parent.id),
                child: 0,
                condition: parent.condition,
                onParentFailure: parent.onParentFailure
            )
        }
        let stored = try await intake.add(NewWorkflow(tickers: [ticker], edges: edges))
        return TickerHandle(stored, output: function.output)
    }

    /// Stores a ticker without input that follows another one, in that one's workflow.
    @discardableResult
    public nonisolated func schedule<Output>(
        _ function: TickerFunction<Void, Output>,
        following parent: some TickerParentReference,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> TickerHandle<Output> {
        try await schedule(function, (), following: [parent], due: due, options: options)
    }

    /// Stores a ticker without input that follows several others, in the first one's workflow.
    @discardableResult
    public nonisolated func schedule<Output>(
        _ function: TickerFunction<Void, Output>,
        following parents: [any TickerParentReference],
        join: JoinRule = .all,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> TickerHandle<Output> {
        try await schedule(function, (), following: parents, join: join, due: due, options: options)
    }

    /// Stores a workflow: all of its tickers, or none, or finds the one that holds its unique key. O(tickers + edges).
    ///
    /// - Throws: ``TickerError``: `invalidWorkflow`, `tooManyTickers`, and what ``schedule(_:_:due:options:)`` throws.
    @discardableResult
    public nonisolated func schedule(_ workflow: Workflow) async throws -> WorkflowHandle {
        let plan = try workflow.plan(besides: intake.problems(of: workflow.steps))
        let stored = try await intake.add(plan.request)
        return WorkflowHandle(stored, of: workflow, plan: plan)
    }
}
