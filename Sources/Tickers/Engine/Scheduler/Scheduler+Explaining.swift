extension Scheduler {
    /// Why a ticker is not running, or how it came to its end; `nil` when no ticker has this id.
    ///
    /// For a waiting ticker: which edges are open and what each waits for. For a due one: what keeps it from starting, in
    /// this scheduler and in the store. The store answers in one transaction; what the scheduler adds is a moment younger.
    /// O(parents).
    public func explain(_ ticker: some TickerReference) async throws -> TickerExplanation? {
        let now = intake.clock.wall
        guard var explanation = try await intake.store.explanation(of: ticker.tickerID, now: now) else { return nil }
        guard case .waitsForPlace(let known) = explanation.answer else { return explanation }
        let (function, queue) = (explanation.ticker.function, explanation.ticker.queue)
        var reasons = ownReasons(function: function)
        if reasons.isEmpty { reasons = await dispatcher.pendingReasons(function: function, queue: queue) }
        explanation.answer = .waitsForPlace(reasons + known)
        return explanation
    }

    /// What of this scheduler keeps every ticker of the function from starting, whatever room there is.
    private func ownReasons(function: String) -> [PendingReason] {
        var reasons: [PendingReason] = []
        switch phase.phase {
        case .idle: reasons.append(.schedulerNotStarted)
        case .running: break
        case .stopping, .stopped: reasons.append(.schedulerStopped)
        }
        if options.runs == .nothing { reasons.append(.schedulerRunsNothing) }
        if intake.functions[function] == nil { reasons.append(.noHandler(function: function)) }
        return reasons
    }
}
