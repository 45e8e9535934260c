/// A store in memory: the fastest, and gone with the process.
public actor MemoryTickerStore: TickerStore {
    /// Whether payloads are encoded as a durable store would; `never` unless asked for.
    public nonisolated let encoding: PayloadEncoding
    private let retention: Retention
    private var table: TickerTable
    /// Who is told of hints and changes.
    public nonisolated let listeners = StoreListeners()
    /// Those who listened when the transaction under way began.
    private var audience: [any TickerStoreListener] = []

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

    /// Stores one ticker without parents. O(1), or O(log n) when it is due later.
    public func add(_ ticker: NewTicker, now: Timestamp) -> TickerID {
        begin()
        defer { commit(now: now) }
        return table[ticker: table.add(ticker, now: now)].id
    }

    /// Stores tickers and edges, all or nothing. O(tickers + edges).
    public func add(_ workflow: NewWorkflow, now: Timestamp) throws -> StoredWorkflow {
        begin()
        defer { commit(now: now) }
        let refs = try table.add(workflow, now: now)
        return StoredWorkflow(id: table.workflowID(of: refs[0]), tickers: refs.map { table[ticker: $0].id })
    }

    /// Begins attempts of what is due and can be started. O(taken + lanes).
    public func claim(_ request: ClaimRequest, now: Timestamp) -> Claim {
        begin()
        defer { commit(now: now) }
        let runs = table.claim(request, now: now)
        return Claim(runs: runs, nextDue: table.nextDue())
    }

    /// Records attempts' ends. O(runs + descendants).
    public func finish(_ runs: [FinishedRun], now: Timestamp) -> [FinishResult] {
        begin()
        defer { commit(now: now) }
        return runs.map { table.finish($0, now: now) }
    }

    /// Cancels a ticker or marks the running attempt. O(descendants).
    public func cancel(_ id: TickerID, now: Timestamp) throws -> CancelResult {
        guard let ref = table.index(of: id) else { throw TickerError.unknownTicker(id) }
        begin()
        defer { commit(now: now) }
        return table.cancelled(ref, now: now)
    }

    /// Cancels whatever has not ended in a workflow. O(tickers).
    public func cancelWorkflow(_ id: WorkflowID, now: Timestamp) throws -> [CancelResult] {
        guard let workflow = table.workflow(of: id) else { throw TickerError.unknownTicker(id.first) }
        begin()
        defer { commit(now: now) }
        return table.cancelAll(in: workflow, now: now)
    }

    /// Runs a ticker again and arms its descendants. O(descendants).
    public func retry(_ id: TickerID, now: Timestamp) throws -> RetryAnswer {
        guard let ref = table.index(of: id) else { throw TickerError.unknownTicker(id) }
        begin()
        defer { commit(now: now) }
        switch table.retry(ref, now: now) {
        case .retried: return .retried
        case .refusedByRunningDescendant: return .descendantRunning
        case .refused: return .refused(table.snapshot(of: ref, now: now).status)
        }
    }

    /// Runs a workflow again from where it failed. O(tickers + edges) per ticker that failed.
    public func retryWorkflow(_ id: WorkflowID, now: Timestamp) throws -> Int {
        guard let workflow = table.workflow(of: id) else { throw TickerError.unknownTicker(id.first) }
        begin()
        defer { commit(now: now) }
        return table.retryFailed(in: workflow, now: now)
    }

    /// Cancels the parents of an attempt's ticker. O(parents + their descendants).
    public func cancelParents(
        of lease: TickerLease,
        includingStarted: Bool,
        now: Timestamp
    ) throws -> [CancelResult] {
        let ref = try table.runningRow(lease)
        begin()
        defer { commit(now: now) }
        return table.cancelParents(of: ref, includingStarted: includingStarted, now: now)
    }

    /// The parents of an attempt's ticker with their outputs. O(parents).
    public func parents(of lease: TickerLease, now: Timestamp) throws -> [ParentResult] {
        table.parents(of: try table.runningRow(lease)).map { parent in
            ParentResult(ticker: table.snapshot(of: parent, now: now), output: table.tickers[parent].output)
        }
    }

    /// Keeps what a handler reports.
    public func report(_ progress: TickerProgress, lease: TickerLease) throws {
        let ref = try table.runningRow(lease)
        table[ticker: ref].progress = ProgressBox(progress)
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
        guard table[ticker: ref].state.isEnd else { return .notYet }
        return .ended(table.snapshot(of: ref, now: now), table.tickers[ref].output)
    }

    /// A workflow with its tickers. O(tickers + edges).
    public func workflow(_ id: WorkflowID, now: Timestamp) -> WorkflowSummary? {
        table.workflow(of: id).map { table.summary(of: $0, now: now) }
    }

    /// How many tickers there are. O(1).
    public func counts() -> StoreCounts { table.counts }

    private func begin() {
        audience = listeners.all
        table.isJournaling = audience.contains { $0.wantsEvents }
        table.isNotingEnds = audience.contains { $0.awaitsEnds }
        table.earliestQueued = nil
    }

    private func commit(now: Timestamp) {
        if table.isNotingEnds { tellEnds(now: now) }
        table.removeEnded(beyond: retention, now: now)
        if let due = table.earliestQueued {
            for listener in audience { listener.mayBeDue(from: due) }
        }
        if !table.stops.isEmpty {
            for listener in audience { listener.shouldStop(table.stops) }
            table.stops.removeAll(keepingCapacity: true)
        }
        guard !table.journal.isEmpty else { return }
        let events = table.journal
        table.journal.removeAll(keepingCapacity: true)
        for listener in audience where listener.wantsEvents { listener.happened(events) }
    }

    private func tellEnds(now: Timestamp) {
        for ref in table.ends {
            let id = table[ticker: ref].id
            for listener in audience where listener.awaits(id) {
                listener.ended(table.snapshot(of: ref, now: now), output: table.tickers[ref].output)
            }
        }
        table.ends.removeAll(keepingCapacity: true)
        // What came later in the transaction may have opened a workflow again.
        for workflow in table.endedWorkflows where table.workflows[workflow].open == 0 {
            let id = table.workflowID(ofWorkflow: workflow)
            for listener in audience where listener.awaits(id) {
                listener.ended(table.summary(of: workflow, now: now))
            }
        }
        table.endedWorkflows.removeAll(keepingCapacity: true)
    }
}
