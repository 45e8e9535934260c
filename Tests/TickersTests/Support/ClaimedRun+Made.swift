import Tickers

extension ClaimedRun {
    /// The first attempt of a ticker without input, which no store has claimed.
    static func made(of function: String = "F", queue: String? = nil, token: UInt64 = 0) -> ClaimedRun {
        ClaimedRun(
            lease: TickerLease(ticker: TickerID(high: 0, low: token), token: token, row: 0),
            workflowID: WorkflowID(first: TickerID(high: 0, low: token)),
            spec: TickerSpec(function: function, options: TickerOptions(queue: queue)),
            attempt: 1,
            scheduledFor: .distantPast,
            input: .nothing
        )
    }
}

extension Intake {
    /// The way into an empty store, by which nothing comes.
    static func unused() -> Intake {
        Intake(store: MemoryTickerStore(seed: 1), clock: SystemClock(), functions: FunctionRegistry(), runs: .nothing)
    }
}
