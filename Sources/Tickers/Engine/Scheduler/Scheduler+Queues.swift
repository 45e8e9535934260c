extension Scheduler {
    /// Starts nothing more of a queue until ``resumeQueue(_:)``, whichever scheduler on the same store would.
    ///
    /// The store keeps it, as long as it keeps tickers. What runs goes on to its end; what is scheduled is stored and becomes
    /// due as it would. Pausing a queue that is paused, or one that nobody uses yet, is no mistake.
    ///
    /// - Throws: ``TickerError``: `invalidArgument` for a name that no queue can have, `tooManyPausedQueues`.
    public nonisolated func pauseQueue(_ queue: String) async throws {
        try await setPaused(queue, true)
    }

    /// Lets a queue start tickers again; what has become due meanwhile starts at once, as far as there is room. Nothing
    /// happens to a queue that is not paused.
    ///
    /// - Throws: ``TickerError`` with code `invalidArgument` for a name that no queue can have.
    public nonisolated func resumeQueue(_ queue: String) async throws {
        try await setPaused(queue, false)
    }

    /// The queues that are paused, by whichever scheduler on the same store, in alphabetical order.
    public nonisolated func pausedQueues() async throws -> [String] {
        try await intake.store.pausedQueues()
    }

    private nonisolated func setPaused(_ queue: String, _ isPaused: Bool) async throws {
        let problems = TickerSpec.nameProblems(queue, of: "queue name")
        guard problems.isEmpty else { throw TickerError.invalidArgument(problems) }
        try await intake.store.setPaused(queue, isPaused, now: intake.clock.wall)
    }
}
