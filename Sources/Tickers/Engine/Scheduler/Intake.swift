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
    /// How many tickers may be open; `nil` for any number.
    package let openLimit: OpenLimit?
    private let isClosed = Atomic(false)
    private let added = Atomic(0)

    package init(
        store: any TickerStore,
        clock: any TickerClock,
        functions: FunctionRegistry,
        runs: SchedulerOptions.Runs,
        middleware: MiddlewareChain = MiddlewareChain(),
        openLimit: OpenLimit? = nil
    ) {
        self.store = store
        self.clock = clock
        self.functions = functions
        self.middleware = middleware
        self.openLimit = openLimit
        checksFunctions = runs == .everything
    }

    /// From now on everything but the children of what still runs is refused with `shutDown`.
    package func close() {
        isClosed.store(true, ordering: .releasing)
        openLimit?.close()
    }

    /// Whether this is the way into a scheduler that runs what is registered.
    package var runsEverything: Bool { checksFunctions }

    /// How many tickers have been stored this way.
    package var addedCount: Int { added.load(ordering: .relaxed) }

    /// Stores a ticker without parents. Its input is brought into the store's form where it is, since a copy of it would cost as
    /// much as the check.
    @inline(__always)
    package func add(_ ticker: inout NewTicker) async throws -> StoredTicker {
        guard goesStraight else { return try await addAround(ticker) }
        try check(&ticker)
        return counted(try await store.add(ticker, now: clock.wall))
    }

    /// Stores several tickers without parents, each as a workflow of its own, all or nothing.
    package func add(_ tickers: [NewTicker]) async throws -> [StoredTicker] {
        guard !tickers.isEmpty else {
            try checkOpen()
            return []
        }
        guard goesStraight else { return try await addAround(tickers) }
        let stored = try await store.add(try checked(tickers), now: clock.wall)
        added.add(stored.count, ordering: .relaxed)
        return stored
    }

    /// Stores tickers and edges, all or nothing.
    package func add(_ workflow: NewWorkflow) async throws -> StoredWorkflow {
        guard goesStraight else { return try await addAround(workflow) }
        return counted(try await store.add(try checked(workflow), now: clock.wall))
    }

    /// Whether nothing stands between a call and the store.
    private var goesStraight: Bool { middleware.isEmpty && openLimit == nil }

    // MARK: Around the store

    private func addAround(_ ticker: NewTicker) async throws -> StoredTicker {
        let stored = try await middleware.schedule(ScheduleRequest(NewWorkflow(tickers: [ticker]))) { request in
            var ticker = request.workflow.tickers[0]
            try self.check(&ticker)
            let stored = try await self.admitted(1, stored: { $0.isExisting ? 0 : 1 }) { [ticker] in
                self.counted(try await self.store.add(ticker, now: self.clock.wall))
            }
            return StoredWorkflow(id: stored.workflowID, tickers: [stored.id], isExisting: stored.isExisting)
        }
        return StoredTicker(id: stored.tickers[0], workflowID: stored.id, isExisting: stored.isExisting)
    }

    private func addAround(_ tickers: [NewTicker]) async throws -> [StoredTicker] {
        let stored = try await middleware.schedule(ScheduleRequest(NewWorkflow(tickers: tickers))) { request in
            let tickers = try self.checked(request.workflow.tickers)
            let stored = try await self.admitted(tickers.count, stored: \.count) {
                try await self.store.add(tickers, now: self.clock.wall)
            }
            self.added.add(stored.count, ordering: .relaxed)
            return StoredWorkflow(id: stored[0].workflowID, tickers: stored.map(\.id))
        }
        return stored.tickers.map { StoredTicker(id: $0, workflowID: WorkflowID(first: $0)) }
    }

    private func addAround(_ workflow: NewWorkflow) async throws -> StoredWorkflow {
        try await middleware.schedule(ScheduleRequest(workflow)) { request in
            let workflow = try self.checked(request.workflow)
            let add = { self.counted(try await self.store.add(workflow, now: self.clock.wall)) }
            let count: (StoredWorkflow) -> Int = { $0.isExisting ? 0 : $0.tickers.count }
            guard workflow.addedBy != nil else {
                return try await self.admitted(workflow.tickers.count, stored: count, add)
            }
            let stored = try await add()
            self.openLimit?.addedUnasked(count(stored))
            return stored
        }
    }

    /// Runs `add` when the limit on open tickers allows it.
    private func admitted<Stored>(
        _ count: Int,
        stored: (Stored) -> Int,
        _ add: () async throws -> Stored
    ) async throws -> Stored {
        guard let openLimit else { return try await add() }
        return try await openLimit.admit(count, stored: stored, add)
    }

    private func counted(_ stored: StoredTicker) -> StoredTicker {
        if !stored.isExisting { added.add(1, ordering: .relaxed) }
        return stored
    }

    private func counted(_ stored: StoredWorkflow) -> StoredWorkflow {
        if !stored.isExisting { added.add(stored.tickers.count, ordering: .relaxed) }
        return stored
    }

    // MARK: Checks

    /// Everything that is wrong with tickers by themselves: their specs, due times and metadata, functions that are not
    /// registered, too many of them. O(tickers).
    package func problems(of tickers: [NewTicker]) -> RequestProblems {
        var problems = RequestProblems()
        if tickers.count > TickerLimits.tickersPerAdd {
            problems.sizes.append("\(tickers.count) tickers in one add are more than \(TickerLimits.tickersPerAdd)")
        }
        var checked: ObjectIdentifier?
        // By position, so that no ticker is copied.
        for position in tickers.indices {
            let own = NewTicker.problems(due: tickers[position].due, metadata: tickers[position].metadata)
            if !own.isEmpty { problems.arguments += own }
            // Most steps of a wide workflow share one spec; what was checked last need not be checked again.
            let spec = tickers[position].spec
            guard checked != ObjectIdentifier(spec) else { continue }
            checked = ObjectIdentifier(spec)
            problems.arguments += spec.problems
            if isUnregistered(spec.function) { problems.noteUnregistered(spec.function) }
        }
        return problems
    }

    /// Throws what is wrong with a ticker, and brings its input into the store's form.
    private func check(_ ticker: inout NewTicker) throws {
        try checkOpen()
        let own = NewTicker.problems(due: ticker.due, metadata: ticker.metadata)
        if !ticker.spec.problems.isEmpty || !own.isEmpty || isUnregistered(ticker.spec.function) {
            try problems(of: [ticker]).check()
        }
        if store.encoding == .always { ticker.input = try storedInput(ticker.input) }
    }

    private func checked(_ tickers: [NewTicker]) throws -> [NewTicker] {
        try checkOpen()
        var problems = problems(of: tickers)
        if let unique = tickers.lazy.compactMap(\.spec.unique).first {
            let sentence = "the unique key \"\(unique.key)\" stands for one ticker, and \(tickers.count) were given"
            problems.arguments.append(sentence)
        }
        try problems.check()
        guard store.encoding == .always else { return tickers }
        var tickers = tickers
        for position in tickers.indices { tickers[position].input = try storedInput(tickers[position].input) }
        return tickers
    }

    func checked(_ workflow: NewWorkflow) throws -> NewWorkflow {
        // A handler that is given time to end properly may still add what follows it; its lease says whether it may.
        if workflow.addedBy == nil { try checkOpen() }
        try problems(of: workflow.tickers).check()
        guard store.encoding == .always else { return workflow }
        var workflow = workflow
        for position in workflow.tickers.indices {
            workflow.tickers[position].input = try storedInput(workflow.tickers[position].input)
        }
        return workflow
    }

    /// Throws `shutDown` once the scheduler has been shut down.
    package func checkOpen() throws {
        guard isClosed.load(ordering: .acquiring) else { return }
        throw TickerError(.shutDown, "The scheduler has been shut down; nothing was stored.")
    }

    private func isUnregistered(_ function: String) -> Bool { checksFunctions && functions[function] == nil }

    private func storedInput(_ input: NewInput) throws -> NewInput {
        switch input {
        case .payload(let payload): .payload(try payload.stored(store.encoding))
        case .outputOfStep, .failureOfStep, .outputsOfSteps: input
        }
    }
}
