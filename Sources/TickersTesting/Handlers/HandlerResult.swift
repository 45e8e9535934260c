public import Tickers

/// What one call of a handler came to.
public struct HandlerResult<Output: Sendable>: Sendable {
    /// What the handler returned, or the error it threw.
    public let result: Result<Output, any Error>
    /// What a scheduler would record for the attempt.
    public let end: AttemptEnd
    /// What the handler reported of its progress, in order.
    public let progress: [TickerProgress]
    /// The children that the handler added, in order. They were not run, and their functions need not be registered.
    public let children: ScheduledTickers
    /// The functions of the parents that the handler cancelled or asked to stop, in order.
    public let cancelledParents: [String]
    /// How long it took by its clock.
    public let duration: Duration

    /// What the handler returned.
    ///
    /// - Throws: What the handler threw.
    public func get() throws -> Output { try result.get() }

    /// What the handler returned; `nil` when it threw.
    public var output: Output? {
        switch result {
        case .success(let output): output
        case .failure: nil
        }
    }

    /// What the handler threw; `nil` when it returned.
    public var error: (any Error)? {
        switch result {
        case .success: nil
        case .failure(let error): error
        }
    }

    /// The wish that the handler threw: another attempt, a snooze, the end; `nil` when it returned or threw something else.
    public var signal: TickerSignal? { error as? TickerSignal }
}

/// How one attempt ends, by the retry policy and by what the handler asked for.
public enum AttemptEnd: Sendable, Hashable {
    /// The handler returned: the ticker ends.
    case succeeded
    /// The handler threw, and another attempt follows after this long.
    case retrying(after: Duration)
    /// The handler asked to be run again after this long; no attempt is used.
    case snoozed(Duration)
    /// The handler threw, and no other attempt follows: the ticker ends.
    case failed(TickerFailure)
    /// The handler was told to stop and threw: the ticker ends.
    case cancelled
}

extension AttemptEnd {
    /// What the rules make of an outcome.
    init(_ outcome: AttemptOutcome, of run: ClaimedRun, wasStopped: Bool, now: Timestamp) {
        switch outcome {
        case .succeeded:
            self = .succeeded
        case .snoozed(let delay):
            self = wasStopped ? .cancelled : .snoozed(max(.zero, delay))
        case .interrupted:
            self = .cancelled
        case .failed(let failure, let advice):
            guard !wasStopped else {
                self = .cancelled
                return
            }
            var row = TickerRow(id: run.lease.ticker, spec: run.spec, due: .now, tally: EdgeTally(), createdAt: now)
            row.go(to: .scheduled)
            row.beginAttempt(lease: run.lease.token, now: now)
            row.attempts = Int32(clamping: run.attempt)
            var random = SeededGenerator(seed: 0)
            let delay = row.delayBeforeRetry(advice: advice, now: now, random: &random)
            self = delay.map { .retrying(after: $0) } ?? .failed(failure)
        }
    }
}
