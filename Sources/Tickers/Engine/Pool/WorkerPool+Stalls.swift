import Synchronization

extension WorkerPool {
    /// Names the handlers that hold the threads of a pool which stands still, each once.
    nonisolated func stalled(since instant: MonotonicInstant) {
        let now = intake.clock.monotonic
        for (run, began) in exchange.latestOnThreads where began <= instant {
            guard let function = intake.functions[run.spec.function], case .async = function.body else { continue }
            guard isNew(run.lease) else { continue }
            let event = TickerEvent.blocking(
                run.lease.ticker,
                function: run.spec.function,
                attempt: run.attempt,
                for: now.since(began)
            )
            hub.happened([event])
        }
    }

    private nonisolated func isNew(_ lease: TickerLease) -> Bool {
        blamed.withLock { blamed in
            // Most have long ended; a handler that is named twice is no harm.
            if blamed.count >= TickerLimits.concurrentRuns { blamed = [] }
            return blamed.insert(lease.token).inserted
        }
    }
}
