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

    /// Stores one ticker without parents as a workflow of its own, or finds the one that holds its unique key. O(log n).
    ///
    /// - Throws: ``TickerError`` with code `uniqueKeyInUse`.
    func add(_ ticker: NewTicker, now: Timestamp) async throws -> StoredTicker

    /// Stores tickers without parents, each as a workflow of its own, all or nothing, or finds those that hold their unique
    /// keys. O(tickers × log n).
    ///
    /// - Throws: ``TickerError``: `tooManyTickers`, `uniqueKeyInUse`.
    func add(_ tickers: [NewTicker], now: Timestamp) async throws -> [StoredTicker]

    /// Stores tickers and edges, all or nothing, or finds what holds their unique key. O(tickers + edges).
    ///
    /// - Throws: ``TickerError``: `tooManyTickers`, `unknownTicker`, `parentEnded`, `attemptEnded` (also when a handler adds
    ///   to a workflow that is being cancelled), `uniqueKeyInUse`.
    func add(_ workflow: NewWorkflow, now: Timestamp) async throws -> StoredWorkflow

    /// Ends what has run out of time, then begins attempts of what is due and can be started, best first: by priority with
    /// aging, then longest due. Tickers of paused queues cannot be, nor those that wait for a place under their limit key.
    /// The answer says for want of which room something was left that could be.
    func claim(_ request: ClaimRequest, now: Timestamp) async throws -> Claim

    /// Records attempts' ends, all or none. Answers for each what it did, in order; one that came too late changed nothing.
    func finish(_ runs: [FinishedRun], now: Timestamp) async throws -> [FinishResult]

    /// Records attempts' ends, then claims: what a dispatcher does over and over, in one call. Where it throws, neither has
    /// happened.
    ///
    /// A store that has nothing to gain from it leaves it as it is: the two calls, one after the other.
    func finish(_ runs: [FinishedRun], thenClaim request: ClaimRequest, now: Timestamp) async throws -> FinishAndClaim

    /// Cancels a ticker or marks the running attempt. O(descendants).
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func cancel(_ id: TickerID, now: Timestamp) async throws -> CancelResult

    /// Cancels whatever has not ended in a workflow; answers for each such ticker in creation order.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func cancelWorkflow(_ id: WorkflowID, now: Timestamp) async throws -> [CancelResult]

    /// Runs a ticker again and arms its descendants, or says why not. O(descendants).
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func retry(_ id: TickerID, now: Timestamp) async throws -> RetryAnswer

    /// Runs the tickers of a workflow again that failed or were cancelled and have no parent that is run again, and arms
    /// what is below them; what succeeded is kept. Answers how many tickers were set running.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func retryWorkflow(_ id: WorkflowID, now: Timestamp) async throws -> Int

    /// Cancels the parents of the attempt's ticker: those that have not started, or all that have not ended; answers for
    /// each of them in the order of the edges.
    ///
    /// - Throws: ``TickerError`` with code `attemptEnded` when the lease is not the latest.
    func cancelParents(of lease: TickerLease, includingStarted: Bool, now: Timestamp) async throws -> [CancelResult]

    /// Pauses a queue, for every scheduler on this store, or resumes it. Paused, none of its tickers is claimed; those that
    /// run go on, and the others become due as they would. Pausing a queue that is paused changes nothing, nor does
    /// resuming one that is not.
    ///
    /// - Throws: ``TickerError`` with code `tooManyPausedQueues`.
    func setPaused(_ queue: String, _ isPaused: Bool, now: Timestamp) async throws

    /// The queues that are paused, in alphabetical order.
    func pausedQueues() async throws -> [String]

    /// The parents of the attempt's ticker with their outputs, in the order of the edges.
    ///
    /// - Throws: ``TickerError`` with code `attemptEnded` when the lease is not the latest.
    func parents(of lease: TickerLease, now: Timestamp) async throws -> [ParentResult]

    /// Keeps what a handler reports.
    ///
    /// - Throws: ``TickerError`` with code `attemptEnded` when the lease is not the latest.
    func report(_ progress: TickerProgress, lease: TickerLease) async throws

    /// A ticker as it stands, or `nil` for an unknown id.
    func ticker(_ id: TickerID, now: Timestamp) async throws -> Ticker?

    /// A ticker's end and output, or `notYet`.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`.
    func ending(of id: TickerID, now: Timestamp) async throws -> TickerEnding

    /// A workflow with its tickers in the order in which they were added, or `nil` for an unknown id.
    func workflow(_ id: WorkflowID, now: Timestamp) async throws -> WorkflowSummary?

    /// Tickers beyond the request's cursor, in the order of their ids.
    ///
    /// Looks at ``TickerLimits/rowsPerLook`` rows or so and says in `next` where it stopped: the page may be short, even
    /// empty, with more behind it. `next` is `nil` when nothing lies behind.
    func tickers(_ request: TickerPageRequest, now: Timestamp) async throws -> TickerPage

    /// Workflows beyond the request's cursor, in the order of their ids; bounded like ``tickers(_:now:)``.
    func workflows(_ request: WorkflowPageRequest) async throws -> WorkflowPage

    /// What the store knows of why a ticker is not running, all of it seen together; `nil` for an unknown id. O(parents).
    func explanation(of id: TickerID, now: Timestamp) async throws -> TickerExplanation?

    /// How many tickers there are in each status. O(1).
    func counts() async throws -> StoreCounts

    /// Stores a recurrence or changes one. Answers with it as it stands then, or as it was when it was removed; `nil` when there is
    /// none of this name.
    ///
    /// - Throws: ``TickerError`` with code `tooManyRecurrences`.
    func changeRecurrence(
        _ name: String,
        _ change: RecurrenceChange,
        now: Timestamp
    ) async throws -> RecurrenceRecord?

    /// Moves recurrences on and stores the occurrences that were decided, each step in one piece. A step that was decided about an
    /// older state is answered with `outdated`, so no occurrence is ever created twice.
    func advanceRecurrences(_ steps: [RecurrenceStep], now: Timestamp) async throws -> [RecurrenceStepResult]

    /// The recurrences whose time has come and that are served, at most `limit`, and when the next of the others comes.
    func dueRecurrences(
        for serving: RecurrenceServing,
        limit: Int,
        now: Timestamp
    ) async throws -> DueRecurrences

    /// Every recurrence, or the one of this name, in the order of their names.
    func recurrences(named name: String?) async throws -> [RecurrenceRecord]
}

extension TickerStore {
    /// Records attempts' ends, then claims, in two calls.
    public func finish(
        _ runs: [FinishedRun],
        thenClaim request: ClaimRequest,
        now: Timestamp
    ) async throws -> FinishAndClaim {
        let results = try await finish(runs, now: now)
        do {
            return FinishAndClaim(results: results, claim: .success(try await claim(request, now: now)))
        } catch {
            return FinishAndClaim(results: results, claim: .failure(error))
        }
    }
}

/// A store that keeps no recurrences refuses them.
extension TickerStore {
    /// Refuses with `invalidArgument`.
    public func changeRecurrence(
        _ name: String,
        _ change: RecurrenceChange,
        now: Timestamp
    ) async throws -> RecurrenceRecord? {
        throw TickerError.invalidArgument(["\(type(of: self)) keeps no recurrences"])
    }

    /// Every step is outdated.
    public func advanceRecurrences(
        _ steps: [RecurrenceStep],
        now: Timestamp
    ) async throws -> [RecurrenceStepResult] {
        steps.map { _ in .outdated }
    }

    /// None.
    public func dueRecurrences(
        for serving: RecurrenceServing,
        limit: Int,
        now: Timestamp
    ) async throws -> DueRecurrences { DueRecurrences() }

    /// None.
    public func recurrences(named name: String?) async throws -> [RecurrenceRecord] { [] }
}

/// Who wants to know of a store's changes. Calls come from inside the store, and hints and questions from its callers' threads too:
/// they must return at once.
public protocol TickerStoreListener: AnyObject, Sendable {
    /// Something may be due from `instant` on. A hint: what is stored is the truth.
    func mayBeDue(from instant: Timestamp)

    /// Something runs out of time at `instant`: an expiry or a deadline, which the next claim after it carries out. A hint.
    func mayRunOut(at instant: Timestamp)

    /// A recurrence comes at `instant`. A hint.
    func mayRecur(at instant: Timestamp)

    /// The attempts under these leases should stop: their tickers were cancelled while they ran.
    func shouldStop(_ leases: [TickerLease])

    /// Whether ``happened(_:)`` should be called at all; asked once per transaction, and when something is added beside one.
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

extension TickerStoreListener {
    /// Does nothing: for those who create no occurrences.
    public func mayRecur(at instant: Timestamp) {}
}
