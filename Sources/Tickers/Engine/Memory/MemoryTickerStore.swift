/// A store in memory: the fastest, and gone with the process.
public actor MemoryTickerStore: TickerStore {
    /// Whether payloads are encoded as a durable store would; `never` unless asked for.
    public nonisolated let encoding: PayloadEncoding
    private let retention: Retention
    private var table: TickerTable
    /// Who is told of hints and changes.
    public nonisolated let listeners = StoreListeners()

    /// An empty store.
    ///
    /// - Parameters:
    ///   - encoding: `.always` encodes inputs and outputs as a durable store would, to find what cannot be.
    ///   - retention: How long ended workflows stay readable.
    ///   - seed: Where ids and jitter come from; a random one unless given.
    public init(
        encoding: PayloadEncoding = .never,
        retention: Retention = .memoryDefault,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        self.encoding = encoding
        self.retention = retention
        table = TickerTable(seed: seed)
    }

    /// Stores one ticker without parents, or finds the one that holds its unique key. O(1), or O(log n) when it is due later.
    public func add(_ ticker: NewTicker, now: Timestamp) throws -> StoredTicker {
        try transaction(now) { try $0.store(ticker, now: now) }
    }

    /// Stores tickers without parents, each as a workflow of its own. O(tickers), × log n for those due later.
    public func add(_ tickers: [NewTicker], now: Timestamp) throws -> [StoredTicker] {
        try transaction(now) { try $0.store(tickers, now: now) }
    }

    /// Stores tickers and edges, all or nothing. O(tickers + edges).
    public func add(_ workflow: NewWorkflow, now: Timestamp) throws -> StoredWorkflow {
        try transaction(now) { try $0.store(workflow, now: now) }
    }

    /// Begins attempts of what is due and can be started. O(lanes with work + taken × log lanes).
    public func claim(_ request: ClaimRequest, now: Timestamp) -> Claim {
        transaction(now) { $0.claim(request, now: now) }
    }

    /// Records attempts' ends. O(runs + descendants).
    public func finish(_ runs: [FinishedRun], now: Timestamp) -> [FinishResult] {
        transaction(now) { $0.finish(runs, now: now) }
    }

    /// Records attempts' ends, then claims. As both of them.
    public func finish(_ runs: [FinishedRun], thenClaim request: ClaimRequest, now: Timestamp) -> FinishAndClaim {
        transaction(now) { table in
            let results = table.finish(runs, now: now)
            return FinishAndClaim(results: results, claim: .success(table.claim(request, now: now)))
        }
    }

    /// Cancels a ticker or marks the running attempt. O(descendants).
    public func cancel(_ id: TickerID, now: Timestamp) throws -> CancelResult {
        guard let ref = table.index(of: id) else { throw TickerError.unknownTicker(id) }
        return transaction(now) { $0.cancelled(ref, now: now) }
    }

    /// Cancels whatever has not ended in a workflow. O(tickers).
    public func cancelWorkflow(_ id: WorkflowID, now: Timestamp) throws -> [CancelResult] {
        guard let workflow = table.workflow(of: id) else { throw TickerError.unknownTicker(id.first) }
        return transaction(now) { $0.cancelAll(in: workflow, now: now) }
    }

    /// Runs a ticker again and arms its descendants. O(descendants).
    public func retry(_ id: TickerID, now: Timestamp) throws -> RetryAnswer {
        guard let ref = table.index(of: id) else { throw TickerError.unknownTicker(id) }
        return transaction(now) { $0.retried(ref, now: now) }
    }

    /// Runs a workflow again from where it failed. O(tickers + edges) per ticker that failed.
    public func retryWorkflow(_ id: WorkflowID, now: Timestamp) throws -> Int {
        guard let workflow = table.workflow(of: id) else { throw TickerError.unknownTicker(id.first) }
        return transaction(now) { $0.retryFailed(in: workflow, now: now) }
    }

    /// Cancels the parents of an attempt's ticker. O(parents + their descendants).
    public func cancelParents(
        of lease: TickerLease,
        includingStarted: Bool,
        now: Timestamp
    ) throws -> [CancelResult] {
        let ref = try table.runningRow(lease)
        return transaction(now) { $0.cancelParents(of: ref, includingStarted: includingStarted, now: now) }
    }

    /// Pauses a queue or resumes it. O(lanes), O(1) when it is so already.
    public func setPaused(_ queue: String, _ isPaused: Bool, now: Timestamp) throws {
        try table.checkPausing(queue, isPaused)
        transaction(now) { $0.setPaused(queue, isPaused) }
    }

    /// The queues that are paused, in alphabetical order. O(paused × log paused).
    public func pausedQueues() -> [String] { table.lanes.paused.sorted() }

    /// The parents of an attempt's ticker with their outputs. O(parents).
    public func parents(of lease: TickerLease, now: Timestamp) throws -> [ParentResult] {
        table.parentResults(of: try table.runningRow(lease), now: now)
    }

    /// Keeps what a handler reports.
    public func report(_ progress: TickerProgress, lease: TickerLease) throws {
        let ref = try table.runningRow(lease)
        table.reported(progress, by: ref)
        let event = TickerEvent.progress(lease.ticker, progress)
        for listener in listeners.all where listener.wantsEvents { listener.happened([event]) }
    }

    /// A ticker as it stands. O(parents).
    public func ticker(_ id: TickerID, now: Timestamp) -> Ticker? {
        table.index(of: id).map { table.snapshot(of: $0, now: now) }
    }

    /// A ticker's end and output.
    public func ending(of id: TickerID, now: Timestamp) throws -> TickerEnding {
        guard let ref = table.index(of: id) else { throw TickerError.unknownTicker(id) }
        return table.ending(of: ref, now: now)
    }

    /// A workflow with its tickers. O(tickers + edges).
    public func workflow(_ id: WorkflowID, now: Timestamp) -> WorkflowSummary? {
        table.workflow(of: id).map { table.summary(of: $0, now: now) }
    }

    /// Tickers in the order of their ids. O(``TickerLimits/rowsPerLook``).
    public func tickers(_ request: TickerPageRequest, now: Timestamp) -> TickerPage {
        table.page(request, now: now)
    }

    /// Workflows in the order of their ids. O(``TickerLimits/rowsPerLook``), tickers being the rows, but for a workflow that
    /// is larger and ended with a failure: it is walked once, when it is first asked about.
    public func workflows(_ request: WorkflowPageRequest) -> WorkflowPage { table.page(request) }

    /// What the store knows of why a ticker is not running. O(parents).
    public func explanation(of id: TickerID, now: Timestamp) -> TickerExplanation? {
        table.index(of: id).map { table.explanation(of: $0, now: now) }
    }

    /// How many tickers there are. O(1).
    public func counts() -> StoreCounts { table.counts }

    /// Stores a recurrence or changes one. O(log n), and the occurrences that go with one that is removed.
    public func changeRecurrence(
        _ name: String,
        _ change: RecurrenceChange,
        now: Timestamp
    ) throws -> RecurrenceRecord? {
        try transaction(now) { try $0.change(name, change, now: now) }
    }

    /// Moves recurrences on and stores their occurrences. O(occurrences × their tickers).
    public func advanceRecurrences(_ steps: [RecurrenceStep], now: Timestamp) -> [RecurrenceStepResult] {
        return transaction(now) { $0.advance(steps, now: now) }
    }

    /// The recurrences whose time has come. O(due × log n).
    public func dueRecurrences(for serving: RecurrenceServing, limit: Int, now: Timestamp) -> DueRecurrences {
        table.dueRecurrences(for: serving, limit: limit, now: now)
    }

    /// Every recurrence, or the one of this name. O(n log n).
    public func recurrences(named name: String?) -> [RecurrenceRecord] { table.recurrences(named: name) }

    /// Every ticker that is kept, with what it was stored with, in the order in which they were added. O(n log n).
    package func recorded(now: Timestamp) -> [RecordedTicker] { table.recorded(now: now) }

    /// In one access to the table, which the runtime checks each time.
    @inline(__always)
    private func transaction<Result>(
        _ now: Timestamp,
        _ change: (inout TickerTable) throws -> Result
    ) rethrows -> Result {
        try table.transaction(heardBy: listeners.all, keeping: retention, now: now, change)
    }
}
