/// Where a ticker stands, as a caller sees it.
public enum TickerStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its parents have not decided yet. Goes to `scheduled`, `pending`, `skipped`, `cancelled`, `failed`.
    case waiting
    /// Due at a later instant. Goes to `pending`, `cancelled`.
    case scheduled
    /// Due and not started. Derived from the stored state and the clock. Goes to `running`, `cancelled`, `skipped`.
    case pending
    /// An attempt is under way. Goes to `succeeded`, `failed`, `retrying`, `cancelled`, `scheduled` (snoozed).
    case running
    /// An attempt failed and the next one has a due time. Goes to `pending`, `cancelled`.
    case retrying
    /// End: the handler returned.
    case succeeded
    /// End: the attempts are used up, or the failure was declared final.
    case failed
    /// End: cancelled by request.
    case cancelled
    /// End: its parents can no longer allow it, or it was not started in time.
    case skipped

    /// Whether this status is one of the four ends.
    public var isEnd: Bool {
        switch self {
        case .waiting, .scheduled, .pending, .running, .retrying: false
        case .succeeded, .failed, .cancelled, .skipped: true
        }
    }
}

/// What a store keeps of a status: everything but `pending`, which follows from the due time and the clock.
package enum TickerState: UInt8, Sendable, Hashable, CaseIterable {
    case waiting, scheduled, running, retrying, succeeded, failed, cancelled, skipped

    package var isEnd: Bool {
        switch self {
        case .waiting, .scheduled, .running, .retrying: false
        case .succeeded, .failed, .cancelled, .skipped: true
        }
    }

    /// Whether the ticker is queued: due now or later, with nothing else to wait for.
    package var isQueued: Bool {
        switch self {
        case .scheduled, .retrying: true
        case .waiting, .running, .succeeded, .failed, .cancelled, .skipped: false
        }
    }

    /// The status without a look at the clock: never `pending`.
    package var undated: TickerStatus { status(due: .distantFuture, now: .distantPast) }

    package func status(due: Timestamp, now: Timestamp) -> TickerStatus {
        switch self {
        case .waiting: .waiting
        case .scheduled: due <= now ? .pending : .scheduled
        case .running: .running
        case .retrying: due <= now ? .pending : .retrying
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .skipped: .skipped
        }
    }
}
