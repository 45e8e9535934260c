import Synchronization

extension WorkerPool {
    /// Names the handlers that hold the threads of a pool which stands still, each once.
    nonisolated func stalled(since instant: MonotonicInstant) {
        for handler in latest(since: instant) { name(handler) }
    }

    /// The handlers that may hold a thread of a pool which goes on with others.
    nonisolated func suspects(since instant: MonotonicInstant) -> [HeldThreads.Suspect] {
        latest(since: instant).map { HeldThreads.Suspect(token: $0.run.lease.token, thread: $0.thread) }
    }

    /// Names those of the handlers that still run, each once.
    nonisolated func blame(_ tokens: Set<UInt64>) {
        for handler in latest(since: intake.clock.monotonic) where tokens.contains(handler.run.lease.token) {
            name(handler)
        }
    }

    /// The handlers that were called at an instant or before it, each the latest on its thread, but for those with threads of their
    /// own.
    private nonisolated func latest(since instant: MonotonicInstant) -> [ExchangeState.CalledHandler] {
        exchange.latestOnThreads.filter { handler in
            guard handler.began <= instant else { return false }
            guard let function = intake.functions[handler.run.spec.function] else { return false }
            if case .async = function.body { return true } else { return false }
        }
    }

    private nonisolated func name(_ handler: ExchangeState.CalledHandler) {
        let run = handler.run
        guard isNew(run.lease) else { return }
        let event = TickerEvent.blocking(
            run.lease.ticker,
            function: run.spec.function,
            attempt: run.attempt,
            for: intake.clock.monotonic.since(handler.began)
        )
        hub.happened([event])
    }

    private nonisolated func isNew(_ lease: TickerLease) -> Bool {
        blamed.withLock { blamed in
            // Most have long ended; a handler that is named twice is no harm.
            if blamed.count >= TickerLimits.concurrentRuns { blamed = [] }
            return blamed.insert(lease.token).inserted
        }
    }
}
