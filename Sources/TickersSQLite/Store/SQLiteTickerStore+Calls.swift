public import Tickers

/// What a scheduler calls.
extension SQLiteTickerStore {
    /// Stores one ticker without parents, or finds the one that holds its unique key. O(log n).
    public func add(_ ticker: NewTicker, now: Timestamp) async throws -> StoredTicker {
        try await change(now: now) { set in
            try set.readDue(now: now)
            try set.knowKeys(of: [ticker], now: now)
            return try set.table.store(ticker, now: now)
        }
    }

    /// Stores tickers without parents, each as a workflow of its own, all or nothing. Many are written in pieces, so that
    /// others need not wait; a crash in between leaves none of them. O(tickers × log n).
    public func add(_ tickers: [NewTicker], now: Timestamp) async throws -> [StoredTicker] {
        guard tickers.count >= set.bulkThreshold else {
            return try await change(now: now) { set in
                try set.readDue(now: now)
                try set.knowKeys(of: tickers, now: now)
                return try set.table.store(tickers, now: now)
            }
        }
        let (stored, add) = try await change(now: now) { set in
            try set.apart(for: listeners.all) { try $0.store(tickers, now: now) }
        }
        try await write(add)
        return stored
    }

    /// Stores tickers and edges, all or nothing, or finds what holds their unique key. Many are written in pieces, unless they have
    /// parents that are stored or unique keys. O((tickers + edges) × log n).
    public func add(_ workflow: NewWorkflow, now: Timestamp) async throws -> StoredWorkflow {
        guard workflow.canStandApart(from: set.bulkThreshold) else {
            let stored = try await change(now: now) { set in
                try set.readDue(now: now)
                try set.knowKeys(of: workflow, now: now)
                for edge in workflow.edges {
                    if case .stored(let id) = edge.parent { _ = try set.knownRef(of: id, now: now) }
                }
                return try set.table.store(workflow, now: now)
            }
            await allWritten()
            return stored
        }
        let (stored, add) = try await change(now: now) { set in
            try set.apart(for: listeners.all) { try $0.store(workflow, now: now) }
        }
        try await write(add)
        return stored
    }

    /// Begins attempts of what is due and can be started. O(taken × log n).
    public func claim(_ request: ClaimRequest, now: Timestamp) async throws -> Claim {
        try await change(now: now) { set in
            try set.readForClaim(request, now: now)
            return try set.claim(request, now: now)
        }
    }

    /// Records attempts' ends. O((runs + descendants) × log n).
    public func finish(_ runs: [FinishedRun], now: Timestamp) async throws -> [FinishResult] {
        try await change(now: now) { set in
            try set.readDue(now: now)
            // What runs is held, so an unknown one is late.
            return runs.map { set.table.finish($0, now: now) }
        }
    }

    /// Records attempts' ends, then claims, in one transaction. As both of them.
    public func finish(
        _ runs: [FinishedRun],
        thenClaim request: ClaimRequest,
        now: Timestamp
    ) async throws -> FinishAndClaim {
        try await change(now: now) { set in
            try set.readDue(now: now)
            try set.readForClaim(request, now: now)
            let results = runs.map { set.table.finish($0, now: now) }
            return FinishAndClaim(results: results, claim: .success(try set.claim(request, now: now)))
        }
    }

    /// Cancels a ticker or marks the running attempt. O(descendants × log n).
    public func cancel(_ id: TickerID, now: Timestamp) async throws -> CancelResult {
        let result = try await change(now: now) { set in
            let ref = try set.ref(of: id, now: now)
            return set.table.cancelled(ref, now: now)
        }
        await allWritten()
        return result
    }

    /// Cancels whatever has not ended in a workflow. O(tickers × log n).
    ///
    /// Where a call changes tens of thousands of tickers, here and in the others, that is decided at once, whatever comes; they
    /// are written in pieces, so that others need not wait, and the call answers after the last one.
    public func cancelWorkflow(_ id: WorkflowID, now: Timestamp) async throws -> [CancelResult] {
        let results = try await change(now: now) { set in
            let workflow = try set.workflow(of: id, now: now)
            return set.table.cancelAll(in: workflow, now: now)
        }
        await allWritten()
        return results
    }

    /// Runs a ticker again and arms its descendants. O(descendants × log n).
    public func retry(_ id: TickerID, now: Timestamp) async throws -> RetryAnswer {
        let answer = try await change(now: now) { set in
            let ref = try set.ref(of: id, now: now)
            return set.table.retried(ref, now: now)
        }
        await allWritten()
        return answer
    }

    /// Runs a workflow again from where it failed. O(tickers + edges) per ticker that failed.
    public func retryWorkflow(_ id: WorkflowID, now: Timestamp) async throws -> Int {
        let retried = try await change(now: now) { set in
            let workflow = try set.workflow(of: id, now: now)
            return set.table.retryFailed(in: workflow, now: now)
        }
        await allWritten()
        return retried
    }

    /// Cancels the parents of an attempt's ticker. O((parents + their descendants) × log n).
    public func cancelParents(
        of lease: TickerLease,
        includingStarted: Bool,
        now: Timestamp
    ) async throws -> [CancelResult] {
        try await change(now: now) { set in
            let ref = try set.table.runningRow(lease)
            return set.table.cancelParents(of: ref, includingStarted: includingStarted, now: now)
        }
    }

    /// Pauses a queue or resumes it. O(lanes), O(1) when it is so already.
    public func setPaused(_ queue: String, _ isPaused: Bool, now: Timestamp) async throws {
        try await change(now: now) { set in
            try set.table.checkPausing(queue, isPaused)
            guard set.table.lanes.paused.contains(queue) != isPaused else { return }
            set.table.setPaused(queue, isPaused)
            set.pausing[queue] = isPaused
        }
    }

    /// Keeps what a handler reports.
    public func report(_ progress: TickerProgress, lease: TickerLease) async throws {
        try await change(now: nil) { set in
            let ref = try set.table.runningRow(lease)
            set.table.reported(progress, by: ref)
            if set.table.isJournaling { set.table.journal.append(.progress(lease.ticker, progress)) }
        }
    }
}

/// Recurrences. All of them are held in memory.
extension SQLiteTickerStore {
    /// Stores a recurrence or changes one. O(log n), and the occurrences that go with one that is removed.
    public func changeRecurrence(
        _ name: String,
        _ change: RecurrenceChange,
        now: Timestamp
    ) async throws -> RecurrenceRecord? {
        try await self.change(now: now) { set in
            if case .remove = change { try set.knowOccurrences(of: name, now: now) }
            return try set.table.change(name, change, now: now)
        }
    }

    /// Moves recurrences on and stores their occurrences. O(occurrences × their tickers × log n).
    public func advanceRecurrences(
        _ steps: [RecurrenceStep],
        now: Timestamp
    ) async throws -> [RecurrenceStepResult] {
        try await change(now: now) { set in
            try set.readDue(now: now)
            for step in steps {
                if set.table.book[step.name]?.definition.overlap == .cancelRunning {
                    try set.knowOccurrences(of: step.name, now: now)
                }
                for created in step.created { try set.knowKeys(of: created.workflow, now: now) }
            }
            return set.table.advance(steps, now: now)
        }
    }

    /// The recurrences whose time has come. O(due × log n).
    public func dueRecurrences(
        for serving: RecurrenceServing,
        limit: Int,
        now: Timestamp
    ) async throws -> DueRecurrences {
        try await ask(now: now) { $0.table.dueRecurrences(for: serving, limit: limit, now: now) }
    }

    /// Every recurrence, or the one of this name. O(n log n).
    public func recurrences(named name: String?) async throws -> [RecurrenceRecord] {
        try await ask { $0.table.recurrences(named: name) }
    }
}

/// What callers and handlers ask.
extension SQLiteTickerStore {
    /// The queues that are paused, in alphabetical order.
    public func pausedQueues() async throws -> [String] {
        try await ask { $0.table.lanes.paused.sorted() }
    }

    /// The parents of an attempt's ticker with their outputs. O(parents).
    public func parents(of lease: TickerLease, now: Timestamp) async throws -> [ParentResult] {
        try await ask(now: now) { set in
            set.table.parentResults(of: try set.table.runningRow(lease), now: now)
        }
    }

    /// A ticker as it stands. O(parents × log n).
    public func ticker(_ id: TickerID, now: Timestamp) async throws -> Ticker? {
        try await ask(now: now) { set in
            if let ref = set.table.index(of: id) { return set.table.snapshot(of: ref, now: now) }
            return try set.file.snapshot(of: id, now: now)?.ticker
        }
    }

    /// A ticker's end and output. O(parents × log n).
    public func ending(of id: TickerID, now: Timestamp) async throws -> TickerEnding {
        try await ask(now: now) { set in
            if let ref = set.table.index(of: id) { return set.table.ending(of: ref, now: now) }
            guard let found = try set.file.snapshot(of: id, now: now) else { throw TickerError.unknownTicker(id) }
            return found.ticker.status.isEnd ? .ended(found.ticker, found.output) : .notYet
        }
    }

    /// A workflow with its tickers. O((tickers + edges) × log n).
    public func workflow(_ id: WorkflowID, now: Timestamp) async throws -> WorkflowSummary? {
        try await ask(now: now) { set in
            guard try set.knownRef(of: id.first, now: now) != nil, let workflow = set.table.workflow(of: id) else {
                return nil
            }
            return set.table.summary(of: workflow, now: now)
        }
    }

    /// Tickers beyond the request's cursor, as the file has them. O(rows looked at × log n).
    public func tickers(_ request: TickerPageRequest, now: Timestamp) async throws -> TickerPage {
        await allWritten()
        return try await ask(now: now) { try $0.file.page(request, now: now) }
    }

    /// Workflows beyond the request's cursor. O(rows looked at × log n), and the tickers of those that failed.
    public func workflows(_ request: WorkflowPageRequest) async throws -> WorkflowPage {
        await allWritten()
        let now = latest
        return try await ask(now: now) { try $0.page(request, now: now) }
    }

    /// What the store knows of why a ticker is not running. O(tickers of its workflow × log n).
    public func explanation(of id: TickerID, now: Timestamp) async throws -> TickerExplanation? {
        try await ask(now: now) { set in
            try set.knownRef(of: id, now: now).map { set.table.explanation(of: $0, now: now) }
        }
    }

    /// How many tickers there are. O(1).
    public func counts() async throws -> StoreCounts { try await ask { $0.totals } }
}

extension WorkingSet {
    /// Sees to it that who holds the unique keys of tickers that are about to be stored is known.
    fileprivate func knowKeys(of tickers: [NewTicker], now: Timestamp) throws {
        for ticker in tickers {
            if let unique = ticker.spec.unique { try know(ticker.spec.uniqueName(unique), now: now) }
        }
    }

    /// Sees to it that who holds the unique keys of a workflow that is about to be stored is known.
    fileprivate func knowKeys(of workflow: NewWorkflow, now: Timestamp) throws {
        if let unique = workflow.options.unique {
            try know(UniqueKeys.Name(function: nil, key: unique.key), now: now)
        }
        try knowKeys(of: workflow.tickers, now: now)
    }

    /// Sees to it that the occurrences of a recurrence that have not ended are held.
    fileprivate func knowOccurrences(of name: String, now: Timestamp) throws {
        for id in table.book[name]?.unfinished ?? [] { _ = try knownRef(of: id.first, now: now) }
    }

    /// Builds a large add in a table of its own.
    fileprivate func apart<Stored>(
        for audience: [any TickerStoreListener],
        _ store: (inout TickerTable) throws -> Stored
    ) throws -> (Stored, BulkAdd) {
        var apart = TickerTable(seed: 0, isWrittenDown: true)
        (apart.ids, apart.random) = (table.ids, table.random)
        apart.listen(for: audience)
        let stored = try store(&apart)
        (table.ids, table.random) = (apart.ids, apart.random)
        return (stored, BulkAdd(apart))
    }
}

extension NewWorkflow {
    /// Whether nothing that is stored has to be asked or changed to add it, and it is so large that this is worth while.
    fileprivate func canStandApart(from threshold: Int) -> Bool {
        guard tickers.count >= threshold, addedBy == nil, options.unique == nil else { return false }
        guard tickers.allSatisfy({ $0.spec.unique == nil }) else { return false }
        return edges.allSatisfy { if case .step = $0.parent { true } else { false } }
    }
}
