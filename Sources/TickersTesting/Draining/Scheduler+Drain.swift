public import Tickers

extension Scheduler {
    /// Lets everything happen that is going to, in virtual time, until every ticker has ended: those that are scheduled, those
    /// that become due, their retries, and what handlers add.
    ///
    /// ```swift
    /// try await clock.run {
    ///     let scheduler = Scheduler(functions: functions, clock: clock)
    ///     try await scheduler.start()
    ///     try await shop.place(order, with: scheduler)
    ///     try await scheduler.drain()
    /// }
    /// ```
    ///
    /// It is called inside ``VirtualClock/run(limit:_:)`` of the scheduler's clock, because only there is it known when
    /// everything is at rest.
    ///
    /// - Parameter limit: How far virtual time may go from now; a year unless given.
    /// - Throws: ``DrainError``, which names what is left, when nothing more will happen although tickers are open, or only
    ///   beyond the limit; ``TickerError`` with code `invalidArgument` outside of a virtual run, and for open tickers in a store
    ///   that is not a ``MemoryTickerStore``.
    public nonisolated func drain(limit: Duration = .seconds(366 * 86_400)) async throws {
        let open = try await runUntilAtRest(limit: limit)
        guard !open.isEmpty else { return }
        throw DrainError(cause: .atRest, at: clock.wall, open: open)
    }

    /// Lets everything happen that is going to, as ``drain(limit:)`` does, and allows tickers to stay open.
    ///
    /// - Parameter limit: How far virtual time may go from now; a year unless given.
    /// - Returns: What is open although nothing more will happen, with what it waits for, in the order in which it was added.
    /// - Throws: ``DrainError`` when something happens only beyond the limit; ``TickerError`` as ``drain(limit:)`` does.
    public nonisolated func runUntilAtRest(limit: Duration = .seconds(366 * 86_400)) async throws -> [OpenTicker] {
        guard let virtual = clock as? VirtualClock, virtual.isRunning else {
            throw TickerError.invalidArgument(["a scheduler is drained inside VirtualClock.run of its clock"])
        }
        let end = virtual.monotonic.advanced(by: limit)
        while true {
            await virtual.rest()
            guard try await counts().open > 0 else { return [] }
            guard let next = virtual.nextWake else { return try await openTickers() }
            guard next <= end else {
                let instant = virtual.wall.advanced(by: next.since(virtual.monotonic))
                throw DrainError(
                    cause: .limitReached(limit, next: instant),
                    at: virtual.wall,
                    open: try await openTickers()
                )
            }
            try await virtual.sleep(until: next)
        }
    }

    /// What has not ended, with what it waits for, in the order in which it was added. O(n log n).
    ///
    /// - Throws: ``TickerError`` with code `invalidArgument` when the store is not a ``MemoryTickerStore``.
    public nonisolated func openTickers() async throws -> [OpenTicker] {
        let tickers = try await recorded().map(\.ticker)
        var open: [TickerID: String] = [:]
        for ticker in tickers where !ticker.status.isEnd { open[ticker.id] = ticker.function }
        return tickers.compactMap { ticker in
            reason(ticker, open).map { OpenTicker(ticker: ticker, reason: $0) }
        }
    }

    /// What a ticker waits for; `nil` for one that has ended.
    private nonisolated func reason(_ ticker: Ticker, _ open: [TickerID: String]) -> OpenTicker.Reason? {
        switch ticker.status {
        case .waiting: .parents(ticker.parents.compactMap { open[$0.id] })
        case .scheduled, .retrying: .due(ticker.due ?? .distantFuture)
        case .pending: serves(ticker.function) ? .notStarted : .unregisteredFunction
        case .running: .handler(since: ticker.startedAt ?? .distantPast)
        case .succeeded, .failed, .cancelled, .skipped: nil
        }
    }
}
