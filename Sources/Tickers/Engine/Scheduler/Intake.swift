import Synchronization

/// The way into the store: checks what callers and handlers hand in, brings payloads into the store's form, and adds.
package final class Intake: Sendable {
    package let store: any TickerStore
    package let clock: any TickerClock
    package let functions: FunctionRegistry
    /// Whether functions have to be registered here; not for a scheduler that only adds.
    private let checksFunctions: Bool
    private let isClosed = Atomic(false)

    package init(
        store: any TickerStore,
        clock: any TickerClock,
        functions: FunctionRegistry,
        runs: SchedulerOptions.Runs
    ) {
        self.store = store
        self.clock = clock
        self.functions = functions
        checksFunctions = runs == .everything
    }

    /// From now on everything but the children of what still runs is refused with `shutDown`.
    package func close() { isClosed.store(true, ordering: .releasing) }

    /// Stores a ticker without parents.
    package func add(_ ticker: NewTicker) async throws -> TickerID {
        try checkOpen()
        if let problem = problems(of: ticker) { throw problem }
        var ticker = ticker
        ticker.input = try storedInput(ticker.input)
        return try await store.add(ticker, now: clock.wall)
    }

    /// Stores several tickers without parents that share a spec and a due time, all or nothing.
    package func add(_ tickers: [NewTicker]) async throws -> [TickerID] {
        try checkOpen()
        guard let first = tickers.first else { return [] }
        if let problem = problems(of: first) { throw problem }
        guard tickers.count <= TickerLimits.tickersPerAdd else { throw TickerError.tooManyTickers(tickers.count) }
        if let unique = first.spec.unique {
            let sentence = "the unique key \"\(unique.key)\" stands for one ticker, and \(tickers.count) were given"
            throw TickerError.invalidArgument([sentence])
        }
        var tickers = tickers
        if store.encoding == .always {
            for position in tickers.indices { tickers[position].input = try storedInput(tickers[position].input) }
        }
        return try await store.add(tickers, now: clock.wall)
    }

    /// Stores tickers and edges, all or nothing.
    package func add(_ workflow: NewWorkflow) async throws -> StoredWorkflow {
        // A handler that is given time to end properly may still add what follows it; its lease says whether it may.
        if workflow.addedBy == nil { try checkOpen() }
        var workflow = workflow
        var checked: ObjectIdentifier?
        for position in workflow.tickers.indices {
            // Most steps of a wide workflow share one spec; what was checked last need not be checked again.
            let spec = workflow.tickers[position].spec
            if checked != ObjectIdentifier(spec) || !workflow.tickers[position].due.problems.isEmpty {
                if let problem = problems(of: workflow.tickers[position]) { throw problem }
                checked = ObjectIdentifier(spec)
            }
            if store.encoding == .always {
                workflow.tickers[position].input = try storedInput(workflow.tickers[position].input)
            }
        }
        return try await store.add(workflow, now: clock.wall)
    }

    /// Throws `shutDown` once the scheduler has been shut down.
    package func checkOpen() throws {
        guard isClosed.load(ordering: .acquiring) else { return }
        throw TickerError(.shutDown, "The scheduler has been shut down; nothing was stored.")
    }

    private func problems(of ticker: NewTicker) -> TickerError? {
        let spec = ticker.spec
        guard spec.problems.isEmpty, ticker.due.problems.isEmpty else {
            return .invalidArgument(spec.problems + ticker.due.problems)
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
