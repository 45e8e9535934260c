/// One attempt of a ticker: one call of its handler, from its start to its end.
public struct TickerAttempt: Sendable, Hashable, Codable {
    /// How an attempt ended, or that it has not.
    public enum Outcome: Sendable, Hashable, Codable {
        /// It has not ended.
        case running
        /// The handler returned.
        case succeeded
        /// The handler threw, took too long, or could not be called; another attempt may have followed.
        case failed(TickerFailure)
        /// The handler asked to be run again later. No attempt was used.
        case snoozed
        /// The scheduler shut down before the handler was done. No attempt was used.
        case givenBack
        /// The process ended before the handler was done. No attempt was used.
        case crashed
        /// The ticker was cancelled, and the handler stopped without returning.
        case cancelled
    }

    /// Which attempt it was, from 1. The next one has the same number after one that was snoozed or given back, and
    /// begins at 1 again when a retry further up has put the ticker back to waiting.
    public var number: Int
    /// When the handler was called.
    public var startedAt: Timestamp
    /// When its end was recorded; `nil` while it runs.
    public var endedAt: Timestamp?
    /// How it ended.
    public var outcome: Outcome

    package init(number: Int, startedAt: Timestamp, endedAt: Timestamp?, outcome: Outcome) {
        self.number = number
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
    }

    /// The attempt that a ticker is in or that ended it, by what the ticker itself says; `nil` between attempts.
    package init?(
        number: Int,
        startedAt: Timestamp,
        endedAt: Timestamp,
        status: TickerStatus,
        failure: TickerFailure?
    ) {
        let outcome: Outcome
        switch status {
        case .waiting, .scheduled, .pending, .retrying, .skipped: return nil
        case .running: outcome = .running
        case .succeeded: outcome = .succeeded
        case .cancelled: outcome = .cancelled
        case .failed:
            guard let failure else { return nil }
            outcome = .failed(failure)
        }
        let end = outcome == .running ? nil : endedAt
        self.init(number: number, startedAt: startedAt, endedAt: end, outcome: outcome)
    }
}
