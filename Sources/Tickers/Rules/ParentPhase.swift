/// What a parent has become, as far as its children care: the columns of the rule table.
package enum ParentPhase: UInt8, Sendable, Hashable, CaseIterable {
    /// No attempt has started. Goes to any other.
    case notStarted
    /// An attempt has started and the ticker has not ended: running, between attempts, or snoozing.
    case started
    case succeeded
    case failed
    case cancelledAfterStart
    case cancelledBeforeStart
    case skipped
    /// Taken back with the attempt that added it: as if it had never been.
    case withdrawn
}

/// What one edge says about its child.
package enum EdgeVerdict: UInt8, Sendable, Hashable {
    /// Undecided.
    case wait
    /// One of the edges that the join needs.
    case run
    /// Can no longer say `run`.
    case never
    /// Releases the child whatever the other edges say.
    case runNow
    /// Ends the child as failed with the parent's failure.
    case fail
}

extension RunCondition {
    /// The rule table: what a child under this condition does for each thing that a parent can have become.
    package func verdict(for phase: ParentPhase) -> EdgeVerdict {
        switch phase {
        case .notStarted: .wait
        case .started: self == .inProgress ? .run : .wait
        case .succeeded: isMetBySuccess ? .run : .never
        case .failed: isMetByFailure ? .run : .never
        case .cancelledAfterStart: isMetByCancellation || self == .inProgress ? .run : .never
        case .cancelledBeforeStart: isMetByCancellation ? .run : .never
        case .skipped: self == .always ? .run : .never
        case .withdrawn: .never
        }
    }

    private var isMetBySuccess: Bool {
        switch self {
        case .onSuccess, .onCompletion, .always, .inProgress: true
        case .onFailure, .onCancelled, .onFailureOrCancelled: false
        }
    }

    private var isMetByFailure: Bool {
        switch self {
        case .onFailure, .onFailureOrCancelled, .onCompletion, .always, .inProgress: true
        case .onSuccess, .onCancelled: false
        }
    }

    private var isMetByCancellation: Bool {
        switch self {
        case .onCancelled, .onFailureOrCancelled, .onCompletion, .always: true
        case .onSuccess, .onFailure, .inProgress: false
        }
    }
}
