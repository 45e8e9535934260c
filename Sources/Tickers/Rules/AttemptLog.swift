/// The attempts of a ticker that did not end it for good, oldest first: kept apart from the row because few have any.
package final class AttemptLog: Sendable {
    /// The latest ``TickerLimits/attemptsKept`` of them.
    package let attempts: [TickerAttempt]
    /// How many older ones are no longer kept.
    package let dropped: Int
    /// The lease of the last of them, which tells whether the row's latest attempt is among them.
    package let lease: UInt64

    package init(attempts: [TickerAttempt], dropped: Int, lease: UInt64) {
        self.attempts = attempts
        self.dropped = dropped
        self.lease = lease
    }
}

extension TickerRow {
    /// The attempt that is under way or that ended the ticker; `nil` when there is none that is not in the log.
    package var latestAttempt: TickerAttempt? {
        guard lease != 0, log?.lease != lease else { return nil }
        return TickerAttempt(
            number: Int(attempts),
            startedAt: startedAt,
            endedAt: endedAt,
            status: state.status(due: due, now: .distantPast),
            failure: failure?.failure
        )
    }

    /// Logs the running attempt, which ends without ending the ticker. O(``TickerLimits/attemptsKept``).
    package mutating func logAttempt(_ outcome: TickerAttempt.Outcome, now: Timestamp) {
        append(TickerAttempt(number: Int(attempts), startedAt: startedAt, endedAt: now, outcome: outcome))
    }

    /// Logs the attempt that ended the ticker, because the end is about to be taken back.
    package mutating func logEnd() {
        if let latestAttempt { append(latestAttempt) }
    }

    private mutating func append(_ attempt: TickerAttempt) {
        let earlier = log?.attempts ?? []
        let kept = earlier.suffix(TickerLimits.attemptsKept - 1)
        log = AttemptLog(
            attempts: kept + [attempt],
            dropped: (log?.dropped ?? 0) + earlier.count - kept.count,
            lease: lease
        )
    }
}
