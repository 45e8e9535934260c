/// A store in memory: the fastest, and gone with the process.
public actor MemoryTickerStore: TickerStore, QuickStore {
    /// Whether payloads are encoded as a durable store would; `never` unless asked for.
    public nonisolated let encoding: PayloadEncoding
    private let retention: Retention
    /// Changed in transactions and read in looks, both of which first take in what the inbox has.
    private var table: TickerTable
    private let inbox: Inbox
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
        self.init(encoding: encoding, retention: retention, seed: seed, accepting: .besideTransactions)
    }

    /// An empty store that accepts adds beside transactions, or always.
    package init(
        encoding: PayloadEncoding = .never,
        retention: Retention = .memoryDefault,
        seed: UInt64,
        accepting admission: Inbox.Admission
    ) {
        self.encoding = encoding
        self.retention = retention
        table = TickerTable(seed: seed)
        inbox = Inbox(seed: seed, accepting: admission)
    }

    /// Stores one ticker without parents, or finds the one that holds its unique key. O(1), or O(log n) when it is due later.
    public nonisolated func add(_ ticker: NewTicker, now: Timestamp) async throws -> StoredTicker {
        if let accepted = inbox.accept(ticker, now: now, for: listeners) { return accepted }
        return try await store(ticker, now: now)
    }

    /// Stores tickers without parents, each as a workflow of its own. O(tickers), × log n for those due later.
    public func add(_ tickers: [NewTicker], now: Timestamp) throws -> [StoredTicker] {
        try transaction(now, adding: tickers.count) { try $0.store(tickers, now: now) }
    }

    /// Stores tickers and edges, all or nothing. O(tickers + edges).
    public nonisolated func add(_ workflow: NewWorkflow, now: Timestamp) async throws -> StoredWorkflow {
        if let accepted = try inbox.accept(workflow, now: now, for: listeners) { return accepted }
        return try await store(workflow, now: now)
    }

    /// Stays on the thread for a moment while a transaction is under way; whether that is over then.
    package nonisolated func waitBriefly() -> Bool { inbox.waitBriefly() }

    private func store(_ ticker: NewTicker, now: Timestamp) throws -> StoredTicker {
        try transaction(now, adding: 1) { try $0.store(ticker, now: now) }
    }

    private func store(_ workflow: NewWorkflow, now: Timestamp) throws -> StoredWorkflow {
        try transaction(now, adding: workflow.tickers.count) { try $0.store(workflow, now: now) }
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
        try transaction(now) { table in
            guard let ref = table.index(of: id) else { throw TickerError.unknownTicker(id) }
            return table.cancelled(ref, now: now)
        }
    }

    /// Cancels whatever has not ended in a workflow. O(tickers).
    public func cancelWorkflow(_ id: WorkflowID, now: Timestamp) throws -> [CancelResult] {
        try transaction(now) { table in
            guard let workflow = table.workflow(of: id) else { throw TickerError.unknownTicker(id.first) }
            return table.cancelAll(in: workflow, now: now)
        }
    }

    /// Runs a ticker again and arms its descendants. O(descendants).
    public func retry(_ id: TickerID, now: Timestamp) throws -> RetryAnswer {
        try transaction(now) { table in
            guard let ref = table.index(of: id) else { throw TickerError.unknownTicker(id) }
            return table.retried(ref, now: now)
        }
    }

    /// Runs a workflow again from where it failed. O(tickers + edges) per ticker that failed.
    public func retryWorkflow(_ id: WorkflowID, now: Timestamp) throws -> Int {
        try transaction(now) { table in
            guard let workflow = table.workflow(of: id) else { throw TickerError.unknownTicker(id.first) }
            return table.retryFailed(in: workflow, now: now)
        }
    }

    /// Cancels the parents of an attempt's ticker. O(parents + their descendants).
    public func cancelParents(
        of lease: TickerLease,
        includingStarted: Bool,
        now: Timestamp
    ) throws -> [CancelResult] {
        try transaction(now) { table in
            let ref = try table.runningRow(lease)
            return table.cancelParents(of: ref, includingStarted: includingStarted, now: now)
        }
    }

    /// Pauses a queue or resumes it. O(lanes), O(1) when it is so already.
    public func setPaused(_ queue: String, _ isPaused: Bool, now: Timestamp) throws {
        try transaction(now) { table in
            try table.checkPausing(queue, isPaused)
            table.setPaused(queue, isPaused)
        }
    }

    /// The queues that are paused, in alphabetical order. O(paused × log paused).
    public func pausedQueues() -> [String] { look { $0.lanes.paused.sorted() } }

    /// The parents of an attempt's ticker with their outputs. O(parents).
    public func parents(of lease: TickerLease, now: Timestamp) throws -> [ParentResult] {
        try look { $0.parentResults(of: try $0.runningRow(lease), now: now) }
    }

    /// Keeps what a handler reports.
    public func report(_ progress: TickerProgress, lease: TickerLease) throws {
        try look { $0.reported(progress, by: try $0.runningRow(lease)) }
        let event = TickerEvent.progress(lease.ticker, progress)
        for listener in listeners.all where listener.wantsEvents { listener.happened([event]) }
    }

    /// A ticker as it stands. O(parents).
    public func ticker(_ id: TickerID, now: Timestamp) -> Ticker? {
        look { table in table.index(of: id).map { table.snapshot(of: $0, now: now) } }
    }

    /// A ticker's end and output.
    public func ending(of id: TickerID, now: Timestamp) throws -> TickerEnding {
        try look { table in
            guard let ref = table.index(of: id) else { throw TickerError.unknownTicker(id) }
            return table.ending(of: ref, now: now)
        }
    }

    /// A workflow with its tickers. O(tickers + edges).
    public func workflow(_ id: WorkflowID, now: Timestamp) -> WorkflowSummary? {
        look { table in table.workflow(of: id).map { table.summary(of: $0, now: now) } }
    }

    /// Tickers in the order of their ids. O(``TickerLimits/rowsPerLook``).
    public func tickers(_ request: TickerPageRequest, now: Timestamp) -> TickerPage {
        look { $0.page(request, now: now) }
    }

    /// Workflows in the order of their ids. O(``TickerLimits/rowsPerLook``), tickers being the rows, but for a workflow that
    /// is larger and ended with a failure: it is walked once, when it is first asked about.
    public func workflows(_ request: WorkflowPageRequest) -> WorkflowPage { look { $0.page(request) } }

    /// What the store knows of why a ticker is not running. O(parents).
    public func explanation(of id: TickerID, now: Timestamp) -> TickerExplanation? {
        look { table in table.index(of: id).map { table.explanation(of: $0, now: now) } }
    }

    /// How many tickers there are. O(1).
    public func counts() -> StoreCounts { look { $0.counts } }

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
        let count = steps.reduce(0) { $1.created.reduce($0) { $0 + $1.workflow.tickers.count } }
        return transaction(now, adding: count) { $0.advance(steps, now: now) }
    }

    /// The recurrences whose time has come. O(due × log n).
    public func dueRecurrences(for serving: RecurrenceServing, limit: Int, now: Timestamp) -> DueRecurrences {
        look { $0.dueRecurrences(for: serving, limit: limit, now: now) }
    }

    /// Every recurrence, or the one of this name. O(n log n).
    public func recurrences(named name: String?) -> [RecurrenceRecord] { look { $0.recurrences(named: name) } }

    /// Every ticker that is kept, with what it was stored with, in the order in which they were added. O(n log n).
    package func recorded(now: Timestamp) -> [RecordedTicker] { look { $0.recorded(now: now) } }

    /// In one access to the table, which the runtime checks each time. What has been accepted before is taken in first.
    @inline(__always)
    private func transaction<Result>(
        _ now: Timestamp,
        adding count: Int = 0,
        _ change: (inout TickerTable) throws -> Result
    ) rethrows -> Result {
        let (accepted, ids) = inbox.transactionBegins(adding: count, now: now)
        defer { inbox.transactionEnds() }
        return try table.transaction(heardBy: listeners.all, keeping: retention, now: now) { table in
            if !accepted.isEmpty { table.takeIn(accepted) }
            table.ids = ids
            return try change(&table)
        }
    }

    /// Asks about what is stored, which what has been accepted is.
    private func look<Result>(_ ask: (inout TickerTable) throws -> Result) rethrows -> Result {
        if let latest = inbox.latest { transaction(latest) { _ in } }
        return try ask(&table)
    }
}
