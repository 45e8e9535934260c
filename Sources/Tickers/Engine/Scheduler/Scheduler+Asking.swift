extension Scheduler {
    /// A ticker as it stands now; `nil` when no ticker has this id. O(parents).
    public nonisolated func status(of ticker: some TickerReference) async throws -> Ticker? {
        try await intake.store.ticker(ticker.tickerID, now: intake.clock.wall)
    }

    /// A workflow with all its tickers as they stand now, in the order in which they were added; `nil` when no workflow
    /// has this id. O(tickers + edges).
    public nonisolated func workflow(_ id: WorkflowID) async throws -> WorkflowSummary? {
        try await intake.store.workflow(id, now: intake.clock.wall)
    }

    /// A workflow with all its tickers as they stand now; `nil` when it has been removed by retention.
    public nonisolated func workflow(_ handle: WorkflowHandle) async throws -> WorkflowSummary? {
        try await workflow(handle.id)
    }

    /// Waits for a ticker's end and returns what its handler returned.
    ///
    /// - Throws: ``TickerError``: `tickerFailed`, `tickerCancelled`, `tickerSkipped` by how it ended, `unknownTicker`;
    ///   `CancellationError` when the waiting task is cancelled, which leaves the ticker alone.
    public nonisolated func output<Output>(of handle: TickerHandle<Output>) async throws -> Output {
        let (ticker, payload) = try await end(of: handle.id)
        return try value(payload, of: ticker, as: handle.output)
    }

    private nonisolated func value<Output>(
        _ payload: Payload,
        of ticker: Ticker,
        as output: PayloadCoder<Output>
    ) throws -> Output {
        switch ticker.status {
        case .succeeded:
            return try output.value(payload)
        case .failed:
            let what = ticker.failure.map { "\($0)" } ?? "\(ticker.function) failed"
            throw TickerError(
                .tickerFailed,
                what,
                ticker: ticker.id,
                status: .failed,
                failure: ticker.failure
            )
        case .cancelled:
            throw notRun(ticker, .tickerCancelled, "was cancelled")
        case .skipped:
            throw notRun(ticker, .tickerSkipped, "was skipped")
        case .waiting, .scheduled, .pending, .running, .retrying:
            preconditionFailure("ticker \(ticker.id) was reported as ended and is \(ticker.status)")
        }
    }

    /// Waits for the end of a ticker of which only the id is at hand and returns what its handler returned.
    ///
    /// - Parameter function: What it runs, for the type of its output.
    /// - Throws: As ``output(of:)``, and `undecodablePayload` when the output is of another type.
    public nonisolated func output<Input, Output>(
        of ticker: some TickerReference,
        as function: TickerFunction<Input, Output>
    ) async throws -> Output {
        let (ended, payload) = try await end(of: ticker.tickerID)
        return try value(payload, of: ended, as: function.output)
    }

    /// Waits for a ticker's end, whatever it is, and returns the ticker as it stood then.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`; `CancellationError` when the waiting task is cancelled.
    public nonisolated func ended(_ ticker: some TickerReference) async throws -> Ticker {
        try await end(of: ticker.tickerID).0
    }

    /// Waits until every ticker of a workflow has ended, those that are added meanwhile included.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`; `CancellationError` when the waiting task is cancelled.
    @discardableResult
    public nonisolated func ended(_ handle: WorkflowHandle) async throws -> WorkflowSummary {
        try await ended(handle.id)
    }

    /// Waits until every ticker of a workflow has ended, those that are added meanwhile included.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`; `CancellationError` when the waiting task is cancelled.
    @discardableResult
    public nonisolated func ended(_ id: WorkflowID) async throws -> WorkflowSummary {
        // Registered before the store is asked, so that an end between the two is not missed.
        let waiter = hub.awaitEnd(of: id)
        defer { hub.forget(waiter) }
        guard let summary = try await workflow(id) else { throw TickerError.unknownTicker(id.first) }
        return summary.endedAt == nil ? try await waiter.wait() : summary
    }

    /// Cancels a ticker, or asks it to stop if it is running.
    ///
    /// Children are judged at once: those whose condition a cancelled parent meets are released, the others are skipped
    /// with all below them. A running handler's task is cancelled; the ticker ends `cancelled` if the handler then throws
    /// or does not come back, `succeeded` if it returns. O(descendants).
    ///
    /// - Returns: `.cancelled`, `.requested` when a handler has been asked to stop, or `.alreadyEnded`.
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    @discardableResult
    public nonisolated func cancel(_ ticker: some TickerReference) async throws -> CancelResult {
        return try await intake.store.cancel(ticker.tickerID, now: intake.clock.wall)
    }

    /// Runs a ticker again, whatever its parents said.
    ///
    /// Allowed for `retrying` (run now), `failed`, `cancelled` and `skipped`. One more attempt is granted when they are used
    /// up. Every planned descendant goes back to waiting in the same transaction and is judged anew; children that its
    /// handler had added are withdrawn while they wait and otherwise left alone. O(descendants).
    ///
    /// - Returns: `.retried`, or why it was refused; refusal changes nothing.
    /// - Throws: ``TickerError``: `unknownTicker`, `shutDown`.
    @discardableResult
    public nonisolated func retry(_ ticker: some TickerReference) async throws -> RetryAnswer {
        try intake.checkOpen()
        return try await intake.store.retry(ticker.tickerID, now: intake.clock.wall)
    }

    /// Runs a workflow again from its failed and cancelled tickers, keeping what succeeded. What is below them is judged
    /// anew, so a step that ran because of the failure (on completion, say) runs again when its condition is met again.
    /// O(tickers + edges).
    ///
    /// - Returns: How many tickers run again because of it, those below them not counted.
    /// - Throws: ``TickerError``: `unknownTicker`, `shutDown`.
    @discardableResult
    public nonisolated func retryWorkflow(_ id: WorkflowID) async throws -> Int {
        try intake.checkOpen()
        return try await intake.store.retryWorkflow(id, now: intake.clock.wall)
    }

    /// Runs a workflow again from its failed and cancelled tickers, keeping what succeeded.
    @discardableResult
    public nonisolated func retryWorkflow(_ handle: WorkflowHandle) async throws -> Int {
        try await retryWorkflow(handle.id)
    }

    /// Cancels every ticker of a workflow that has not ended, as ``cancel(_:)`` would, in one transaction. O(tickers).
    ///
    /// - Returns: How many were cancelled and how many handlers have been asked to stop.
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    @discardableResult
    public nonisolated func cancelWorkflow(_ id: WorkflowID) async throws -> (cancelled: Int, requested: Int) {
        let results = try await intake.store.cancelWorkflow(id, now: intake.clock.wall)
        return (results.count { $0 == .cancelled }, results.count { $0 == .requested })
    }

    /// Cancels every ticker of a workflow that has not ended.
    @discardableResult
    public nonisolated func cancelWorkflow(_ handle: WorkflowHandle) async throws -> (cancelled: Int, requested: Int) {
        try await cancelWorkflow(handle.id)
    }

    /// How many tickers there are in each state. O(1).
    public nonisolated func counts() async throws -> StoreCounts {
        try await intake.store.counts()
    }

    /// What this scheduler has done since it was made: counters, and how long attempts waited and ran. O(functions).
    public nonisolated func metrics() async -> SchedulerMetrics {
        await dispatcher.metrics
    }

    /// What happens from now on, in order. Each subscriber has a bounded buffer of its own
    /// (``SchedulerOptions/eventBuffer``); one that does not keep up loses the oldest and is told how many.
    public nonisolated func events() -> TickerEvents {
        TickerEvents(subscription: hub.subscribe(capacity: options.eventBuffer))
    }

    private nonisolated func end(of id: TickerID) async throws -> (Ticker, Payload) {
        // Registered before the store is asked, so that an end between the two is not missed.
        let waiter = hub.awaitEnd(of: id)
        defer { hub.forget(waiter) }
        switch try await intake.store.ending(of: id, now: intake.clock.wall) {
        case .ended(let ticker, let payload): return (ticker, payload)
        case .notYet: return try await waiter.wait()
        }
    }

    private nonisolated func notRun(_ ticker: Ticker, _ code: TickerError.Code, _ what: String) -> TickerError {
        let why = ticker.reason.map { ": \($0)" } ?? ""
        return TickerError(code, "\(ticker.function) \(what)\(why).", ticker: ticker.id, status: ticker.status)
    }
}
