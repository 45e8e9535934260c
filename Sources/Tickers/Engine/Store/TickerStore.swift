/// Keeps every ticker and decides what follows from every change: children, retries, skips.
///
/// A call that returned has been stored, to the durability that the store names. Each call is one transaction: a
/// parent's end, its output and the release or skip of its children are seen together or not at all. A store has no
/// clock, no tasks and no handlers: time comes in as an argument, and what is due goes out as an answer or a hint.
public protocol TickerStore: Actor {
    /// Whether payloads are kept as values or as bytes; callers encode before they hand over.
    nonisolated var encoding: PayloadEncoding { get }

    /// Who is told of hints and changes, after the transaction that caused them.
    nonisolated var listeners: StoreListeners { get }

    /// Stores one ticker without parents as a workflow of its own. O(log n).
    func add(_ ticker: NewTicker, now: Timestamp) throws -> TickerID

    /// Stores tickers and edges, all or nothing. O(tickers + edges).
    ///
    /// - Throws: ``TickerError``: `tooManyTickers`, `unknownTicker`, `parentEnded`, `attemptEnded` (also when a handler adds
    ///   to a workflow that is being cancelled).
    func add(_ workflow: NewWorkflow, now: Timestamp) throws -> StoredWorkflow

    /// Begins attempts of what is due and can be started, best first: by priority with aging, then longest due.
    func claim(_ request: ClaimRequest, now: Timestamp) throws -> Claim

    /// Records attempts' ends, all or none. Answers for each what it did, in order; one that came too late changed nothing.
    func finish(_ runs: [FinishedRun], now: Timestamp) throws -> [FinishResult]

    /// Cancels a ticker or marks the running attempt. O(descendants).
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func cancel(_ id: TickerID, now: Timestamp) throws -> CancelResult

    /// Cancels whatever has not ended in a workflow; answers for each such ticker in creation order.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func cancelWorkflow(_ id: WorkflowID, now: Timestamp) throws -> [CancelResult]

    /// Runs a ticker again and arms its descendants, or says why not. O(descendants).
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func retry(_ id: TickerID, now: Timestamp) throws -> RetryAnswer

    /// Runs the tickers of a workflow again that failed or were cancelled and have no parent that is run again, and arms
    /// what is below them; what succeeded is kept. Answers how many tickers were set running.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func retryWorkflow(_ id: WorkflowID, now: Timestamp) throws -> Int

    /// Cancels the parents of the attempt's ticker: those that have not started, or all that have not ended; answers for
    /// each of them in the order of the edges.
    ///
    /// - Throws: ``TickerError`` with code `attemptEnded` when the lease is not the latest.
    func cancelParents(of lease: TickerLease, includingStarted: Bool, now: Timestamp) throws -> [CancelResult]

    /// The parents of the attempt's ticker with their outputs, in the order of the edges.
    ///
    /// - Throws: ``TickerError`` with code `attemptEnded` when the lease is not the latest.
    func parents(of lease: TickerLease, now: Timestamp) throws -> [ParentResult]

    /// Keeps what a handler reports.
    ///
    /// - Throws: ``TickerError`` with code `attemptEnded` when the lease is not the latest.
    func report(_ progress: TickerProgress, lease: TickerLease) throws

    /// A ticker as it stands, or `nil` for an unknown id.
    func ticker(_ id: TickerID, now: Timestamp) throws -> Ticker?

    /// A ticker's end and output, or `notYet`.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func ending(of id: TickerID, now: Timestamp) throws -> TickerEnding

    /// A workflow with its tickers in the order in which they were added, or `nil` for an unknown id.
    func workflow(_ id: WorkflowID, now: Timestamp) throws -> WorkflowSummary?

    /// How many tickers there are in each status. O(1).
    func counts() throws -> StoreCounts
}

/// Who wants to know of a store's changes. Calls come from inside the store: they must return at once.
public protocol TickerStoreListener: AnyObject, Sendable {
    /// Something may be due from `instant` on. A hint: what is stored is the truth.
    func mayBeDue(from instant: Timestamp)

    /// The attempts under these leases should stop: their tickers were cancelled while they ran.
    func shouldStop(_ leases: [TickerLease])

    /// Whether ``happened(_:)`` should be called at all; asked once per transaction.
    var wantsEvents: Bool { get }

    /// What a transaction changed, in order.
    func happened(_ events: [TickerEvent])

    /// Whether anyone waits for the end of a ticker or a workflow; asked once per transaction.
    var awaitsEnds: Bool { get }

    /// Whether someone waits for the end of this ticker.
    func awaits(_ id: TickerID) -> Bool

    /// Whether someone waits for the end of this workflow.
    func awaits(_ id: WorkflowID) -> Bool

    /// An awaited ticker has ended.
    func ended(_ ticker: Ticker, output: Payload)

    /// Every ticker of an awaited workflow has ended.
    func ended(_ workflow: WorkflowSummary)
}

/// How many tickers there are in each state.
public struct StoreCounts: Sendable, Hashable {
    /// Their parents are undecided.
    public private(set) var waiting = 0
    /// Due, or due later: scheduled, pending and retrying.
    public private(set) var queued = 0
    /// Their handler runs.
    public private(set) var running = 0
    /// Ended as succeeded, and still kept.
    public private(set) var succeeded = 0
    /// Ended as failed, and still kept.
    public private(set) var failed = 0
    /// Ended as cancelled, and still kept.
    public private(set) var cancelled = 0
    /// Ended as skipped, and still kept.
    public private(set) var skipped = 0

    /// Those that have not ended.
    public var open: Int { waiting + queued + running }
    /// Those that have ended and are still kept.
    public var ended: Int { succeeded + failed + cancelled + skipped }

    package init() {}

    /// Counts `change` more tickers in `state`.
    package mutating func add(_ change: Int, in state: TickerState) {
        switch state {
        case .waiting: waiting += change
        case .scheduled, .retrying: queued += change
        case .running: running += change
        case .succeeded: succeeded += change
        case .failed: failed += change
        case .cancelled: cancelled += change
        case .skipped: skipped += change
        }
    }
}
