/// How one attempt ended, as the worker saw it.
public enum AttemptOutcome: Sendable {
    /// The handler returned.
    case succeeded(Payload)
    /// The handler threw, timed out, or could not be called.
    indirect case failed(TickerFailure, RetryAdvice)
    /// The handler asked to be run again later without an attempt being used.
    case snoozed(Duration)
    /// The scheduler shut down before the handler was done: the attempt is given back.
    case interrupted
}

/// What the worker, which has the error in hand, says about another attempt.
public enum RetryAdvice: Sendable, Hashable {
    /// The policy's backoff decides.
    case byPolicy
    /// After this long, if attempts are left.
    case after(Duration)
    /// No other attempt.
    case never
}

/// What the report of an attempt's end did to its ticker.
public enum FinishResult: Sendable, Hashable {
    /// The ticker has ended: succeeded, failed or cancelled.
    case ended(TickerStatus)
    /// The ticker runs again: `retrying` after a failure, `scheduled` when it was snoozed or given back.
    case queued(TickerStatus)
    /// The attempt was over already: nothing changed.
    case late

    package var isEnd: Bool {
        switch self {
        case .ended: true
        case .queued, .late: false
        }
    }
}
