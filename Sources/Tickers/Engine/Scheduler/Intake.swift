import Synchronization

/// The way into the store: checks what callers and handlers hand in, brings payloads into the store's form, and adds.
package final class Intake: Sendable {
    package let store: any TickerStore
    package let clock: any TickerClock
    package let functions: FunctionRegistry
    /// What stands around every call that adds and around every run.
    package let middleware: MiddlewareChain
    /// Whether functions have to be registered here; not for a scheduler that only adds.
    private let checksFunctions: Bool
    private let isClosed = Atomic(false)
    private let added = Atomic(0)

    package init(
        store: any TickerStore,
        clock: any TickerClock,
        functions: FunctionRegistry,
        runs: SchedulerOptions.Runs,
        middleware: MiddlewareChain = MiddlewareChain()
    ) {
        self.store = store
        self.clock = clock
        self.functions = functions
        self.middleware = middleware
        checksFunctions = runs == .everything
    }

    /// From now on everything but the children of what still runs is refused with `shutDown`.
    package func close() { isClosed.store(true, ordering: .releasing) }

    /// How many tickers have been stored this way.
    package var addedCount: Int { added.load(ordering: .relaxed) }

    /// Stores a ticker without parents.
    package func add(_ ticker: NewTicker) async throws -> TickerID {
        guard middleware.isEmpty else { return try await addAround(ticker) }
        let id = try await store.add(try checked(ticker), now: clock.wall)
        added.add(1, ordering: .relaxed)
        return id
    }

    /// Stores tickers and edges, all or nothing.
    package func add(_ workflow: NewWorkflow) async throws -> StoredWorkflow {
        guard middleware.isEmpty else { return try await addAround(workflow) }
        let stored = try await store.add(try checked(workflow), now: clock.wall)
        added.add(stored.tickers.count, ordering: .relaxed)
        return stored
    }

    private func addAround(_ ticker: NewTicker) async throws -> TickerID {
        let stored = try await middleware.schedule(ScheduleRequest(NewWorkflow(tickers: [ticker]))) { request in
            let id = try await self.store.add(try self.checked(request.workflow.tickers[0]), now: self.clock.wall)
            self.added.add(1, ordering: .relaxed)
            return StoredWorkflow(id: WorkflowID(first: id), tickers: [id])
        }
        return stored.tickers[0]
    }

    private func addAround(_ workflow: NewWorkflow) async throws -> StoredWorkflow {
        try await middleware.schedule(ScheduleRequest(workflow)) { request in
            let stored = try await self.store.add(try self.checked(request.workflow), now: self.clock.wall)
            self.added.add(stored.tickers.count, ordering: .relaxed)
            return stored
        }
    }

    private func checked(_ ticker: NewTicker) throws -> NewTicker {
        try checkOpen()
        if let problem = problems(of: ticker) { throw problem }
        var ticker = ticker
        ticker.input = try storedInput(ticker.input)
        return ticker
    }

    private func checked(_ workflow: NewWorkflow) throws -> NewWorkflow {
        // A handler that is given time to end properly may still add what follows it; its lease says whether it may.
        if workflow.addedBy == nil { try checkOpen() }
        var workflow = workflow
        var checked: ObjectIdentifier?
        for position in workflow.tickers.indices {
            // Most steps of a wide workflow share one spec; what was checked last need not be checked again.
            let spec = workflow.tickers[position].spec
            if checked != ObjectIdentifier(spec) || !workflow.tickers[position].ownProblems.isEmpty {
                if let problem = problems(of: workflow.tickers[position]) { throw problem }
                checked = ObjectIdentifier(spec)
            }
            if store.encoding == .always {
                workflow.tickers[position].input = try storedInput(workflow.tickers[position].input)
            }
        }
        return workflow
    }

    /// Throws `shutDown` once the scheduler has been shut down.
    package func checkOpen() throws {
        guard isClosed.load(ordering: .acquiring) else { return }
        throw TickerError(.shutDown, "The scheduler has been shut down; nothing was stored.")
    }

    private func problems(of ticker: NewTicker) -> TickerError? {
        let spec = ticker.spec
        guard spec.problems.isEmpty, ticker.ownProblems.isEmpty else {
            return .invalidArgument(spec.problems + ticker.ownProblems)
        }
        guard !checksFunctions || functions[spec.function] != nil else {
            return TickerError(
                .unregisteredFunction,
                "No handler is registered for \"\(spec.function)\"; register one before the scheduler is made."
            )
        }
        return nil
    }

    private func storedInput(_ input: NewInput) throws -> NewInput {
        switch input {
        case .payload(let payload): .payload(try payload.stored(store.encoding))
        case .outputOfStep, .failureOfStep, .outputsOfSteps: input
        }
    }
}
