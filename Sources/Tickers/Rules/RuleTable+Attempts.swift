/// The life of attempts: start, report, cancel.
extension RuleTable where Self: ~Copyable {
    /// Begins an attempt of a queued ticker; at the first one its `.inProgress` children are released.
    package mutating func start(_ ref: TickerRef, lease: UInt64, now: Timestamp) {
        let old = self[ticker: ref].state
        let isFirst = !self[ticker: ref].hasStarted
        self[ticker: ref].beginAttempt(lease: lease, now: now)
        stateChanged(of: ref, from: old, now: now)
        if isFirst { settle(ref, now: now) }
    }

    /// Records how the attempt under `lease` ended, and settles its children. A late report changes nothing.
    package mutating func finish(
        _ ref: TickerRef,
        lease: UInt64,
        outcome: AttemptOutcome,
        now: Timestamp,
        random: inout SeededGenerator
    ) -> FinishResult {
        guard self[ticker: ref].state == .running, self[ticker: ref].lease == lease else { return .late }
        switch outcome {
        case .succeeded:
            self[ticker: ref].failure = nil
            return finally(ref, .succeeded, now: now)
        case .failed(let failure, let advice):
            self[ticker: ref].failure = FailureBox(failure)
            if self[ticker: ref].cancelRequested { return cancelled(ref, now: now) }
            let delay = self[ticker: ref].delayBeforeRetry(advice: advice, now: now, random: &random)
            guard let delay else { return finally(ref, .failed, now: now) }
            self[ticker: ref].logAttempt(.failed(failure), now: now)
            return again(ref, as: .retrying, due: now.advanced(by: delay), now: now)
        case .snoozed(let delay):
            if self[ticker: ref].cancelRequested { return cancelled(ref, now: now) }
            self[ticker: ref].logAttempt(.snoozed, now: now)
            self[ticker: ref].attempts -= 1
            return again(ref, as: .scheduled, due: now.advanced(by: max(.zero, delay)), now: now)
        case .interrupted:
            if self[ticker: ref].cancelRequested { return cancelled(ref, now: now) }
            self[ticker: ref].logAttempt(.givenBack, now: now)
            self[ticker: ref].attempts -= 1
            return again(ref, as: .scheduled, due: .distantPast, now: now)
        }
    }

    /// Records that the process ended while an attempt was under way, as a store finds out when it is opened again.
    ///
    /// The attempt is given back and the crash is counted apart from attempts: after ``TickerLimits/crashes`` of them the
    /// ticker is taken for what ends the process, and fails. Children that the attempt had added are withdrawn.
    package mutating func attemptLost(_ ref: TickerRef, now: Timestamp) {
        guard self[ticker: ref].state == .running else { return }
        if self[ticker: ref].cancelRequested {
            _ = cancelled(ref, now: now)
            return
        }
        self[ticker: ref].crashes += 1
        guard self[ticker: ref].crashes < TickerLimits.crashes else {
            let row = self[ticker: ref]
            let failure = TickerFailure(
                ticker: row.id,
                function: row.spec.function,
                attempts: Int(row.attempts),
                kind: .crashed,
                message: "The process ended \(row.crashes) times while it ran."
            )
            self[ticker: ref].failure = FailureBox(failure)
            _ = finally(ref, .failed, now: now)
            return
        }
        self[ticker: ref].logAttempt(.crashed, now: now)
        self[ticker: ref].attempts -= 1
        _ = again(ref, as: .scheduled, due: .distantPast, now: now)
    }

    /// Cancels a ticker that is not running, or marks a running one so that its report ends it.
    package mutating func cancel(_ ref: TickerRef, reason: EndReason, now: Timestamp) -> CancelResult {
        switch self[ticker: ref].state {
        case .succeeded, .failed, .cancelled, .skipped:
            return .alreadyEnded
        case .running:
            // The first reason counts; it is the row's own once the attempt has ended.
            if !self[ticker: ref].cancelRequested { self[ticker: ref].reason = reason }
            self[ticker: ref].cancelRequested = true
            return .requested
        case .waiting, .scheduled, .retrying:
            end(ref, as: .cancelled, reason: reason, now: now)
            settle(ref, now: now)
            return .cancelled
        }
    }

    private mutating func cancelled(_ ref: TickerRef, now: Timestamp) -> FinishResult {
        finally(ref, .cancelled, reason: self[ticker: ref].reason, now: now)
    }

    private mutating func finally(
        _ ref: TickerRef,
        _ state: TickerState,
        reason: EndReason? = nil,
        now: Timestamp
    ) -> FinishResult {
        end(ref, as: state, reason: reason, now: now)
        settle(ref, now: now)
        return .ended(state.undated)
    }

    private mutating func again(
        _ ref: TickerRef,
        as state: TickerState,
        due: Timestamp,
        now: Timestamp
    ) -> FinishResult {
        withdrawChildren(addedByAttemptsOf: ref, now: now)
        self[ticker: ref].due = due
        self[ticker: ref].go(to: state)
        stateChanged(of: ref, from: .running, now: now)
        return .queued(state.undated)
    }
}

extension TickerRow {
    /// How long to wait before the next attempt; `nil` when there is none.
    package func delayBeforeRetry(
        advice: RetryAdvice,
        now: Timestamp,
        random: inout SeededGenerator
    ) -> Duration? {
        guard attempts < maxAttempts else { return nil }
        let delay: Duration
        switch advice {
        case .never: return nil
        case .after(let asked): delay = max(.zero, asked)
        case .byPolicy: delay = spec.retry.backoff.delay(afterAttempt: Int(attempts), random: &random)
        }
        if let budget = spec.retry.budget, now.advanced(by: delay).since(firstStartedAt) > budget { return nil }
        return delay
    }
}
