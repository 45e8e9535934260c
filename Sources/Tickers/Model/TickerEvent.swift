/// Something that happened, in the order in which the store recorded it.
///
/// Every change that a store records is told: that a ticker was stored, released, queued, started, given another attempt,
/// ended, or armed again by a retry. That a `scheduled` or `retrying` ticker becomes `pending` is no change but follows from
/// its ``TickerChange/due`` and the clock, so it is not told by itself.
public enum TickerEvent: Sendable, Hashable {
    /// A ticker was stored or went to another status.
    case ticker(TickerChange)
    /// A handler reported progress.
    case progress(TickerID, TickerProgress)
    /// Every ticker of a workflow has ended. Comes again when it is opened again, by a late child or a retry, and ends.
    case workflowEnded(WorkflowID, at: Timestamp)
    /// A handler kept running after it was told to stop: its end has been recorded without it.
    case stuck(TickerID, function: String, attempt: Int)
    /// A handler keeps a thread of the cooperative pool without suspending. Register it with `registerBlocking`.
    ///
    /// Comes when nothing has run on any thread of the pool for half a second, and names the latest handler that was called on each.
    /// Comes also when others go on, after 1.5 to 2 seconds: that handler is then the latest that was called on a thread which
    /// did not answer four times in a row. One that was suspended before it blocked may not be named, and if something else than a
    /// handler holds the thread, one that was suspended there may be. Each attempt is named once. Not on a virtual clock.
    case blocking(TickerID, function: String, attempt: Int, for: Duration)
    /// The result of an attempt that was already over came in and was refused.
    case lateResult(TickerID, function: String, attempt: Int)
    /// The store refused to record or to hand out runs; it is asked again after a second.
    case storeFailed(String)
    /// An occurrence of a recurrence could not be created, for this reason: its template threw, say. The recurrence goes on to
    /// the next one.
    case occurrenceFailed(Occurrence, String)
    /// The subscriber did not keep up: this many events before the next one are missing.
    case lagged(missed: Int)
}

/// One change of a ticker's status.
public struct TickerChange: Sendable, Hashable {
    /// The ticker.
    public var id: TickerID
    /// Its workflow.
    public var workflowID: WorkflowID
    /// Its function's name.
    public var function: String
    /// Its new status; `pending` when it was queued and is due already. After a failed attempt it is always `retrying`.
    public var status: TickerStatus
    /// Attempts started so far.
    public var attempts: Int
    /// When it happened.
    public var at: Timestamp
    /// From when it may run, or its next attempt: for `scheduled`, `pending` and `retrying`.
    public var due: Timestamp?
    /// Why it was skipped or cancelled.
    public var reason: EndReason?
    /// The failure of the attempt, for `retrying` and `failed`.
    public var failure: TickerFailure?

    package init(
        id: TickerID,
        workflowID: WorkflowID,
        function: String,
        status: TickerStatus,
        attempts: Int,
        at: Timestamp,
        due: Timestamp? = nil,
        reason: EndReason? = nil,
        failure: TickerFailure? = nil
    ) {
        self.id = id
        self.workflowID = workflowID
        self.function = function
        self.status = status
        self.attempts = attempts
        self.at = at
        self.due = due
        self.reason = reason
        self.failure = failure
    }
}
