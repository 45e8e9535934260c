import Tickers

/// The workflows that are held in memory, in front of the file that has all of them.
///
/// Held is what runs, what is due or soon will be, and what a call asks about, always whole workflows with all that they are tied
/// to, so no rule ever meets a neighbour that is missing. Calls change the table; ``commit(now:)`` writes what they have
/// changed in one transaction and drops what need not be held. After a commit that failed, ``forget()``: the file is the
/// truth, and is read anew.
///
/// Not thread-safe: it belongs to the store's thread.
final class WorkingSet {
    let file: TickerFile
    let retention: Retention
    /// Rows that one transaction writes at most where it has the choice.
    let rowsPerCommit: Int
    /// Whether nobody waits while something is read.
    let readsAtOnce: Bool
    var table: TickerTable
    var backlog = Backlog()
    /// Where the workflows are that are held, by the serial of their first ticker.
    private var held: [Int64: Int32] = [:]
    /// How many tickers there are that are not held.
    var elsewhere = StoreCounts()
    /// What the file says how many tickers there are.
    var writtenTotals = StoreCounts()
    var redo = RedoLog()
    var bulk: [BulkAdd] = []
    /// Queues that were paused or resumed and have not been written.
    var pausing: [String: Bool] = [:]
    /// The next expiry or deadline in the file.
    var nextFileLimit: Timestamp?
    var hasChangedLimits = false
    /// When the next ended workflow will have been kept for long enough, as far as is known.
    var nextRemoval: Timestamp?
    /// Whether there is more to remove than the last commit had room for.
    var isRemoving = false
    /// How many workflows in the file may be removed, but for what has changed since it was read; 0 where no bound asks for it.
    var removableElsewhere = 0
    /// Workflows that may not have to be held any more.
    var touched: Set<Int32> = []
    /// Workflows that calls are about to ask about, and how many calls.
    var kept: [Int64: Int] = [:]
    /// Large workflows that are being read in pieces, the first one now.
    var readers: [PartReader] = []
    /// What they have read of, with what that is tied to, as long as none of it is held.
    var beingRead: Set<Int64> = []

    init(
        _ connection: SQLiteConnection,
        retention: Retention,
        seed: UInt64,
        rowsPerCommit: Int = SQLiteTickerStore.rowsPerCommit,
        readsAtOnce: Bool = false
    ) {
        self.rowsPerCommit = rowsPerCommit
        self.readsAtOnce = readsAtOnce
        file = TickerFile(connection)
        self.retention = retention
        table = TickerTable(seed: seed, isWrittenDown: true)
    }

    /// How many tickers there are, held or not.
    var totals: StoreCounts { elsewhere + table.counts }

    // MARK: Finding

    /// Where a ticker is, after reading its workflow if that is not held.
    ///
    /// - Throws: ``TickerError`` with code `unknownTicker`, and what the file says.
    func ref(of id: TickerID, now: Timestamp) throws -> Int32 {
        guard let ref = try knownRef(of: id, now: now) else { throw TickerError.unknownTicker(id) }
        return ref
    }

    func knownRef(of id: TickerID, now: Timestamp) throws -> Int32? {
        if let ref = table.index(of: id) { return ref }
        guard let record = try file.ticker(id.serial), record.image.row.id == id else { return nil }
        guard try file.isComplete(id.serial) else { return nil }
        try read(record.image.workflow, now: now)
        if let ref = table.index(of: id) { return ref }
        // Where even the first ticker is gone the workflow is being removed.
        guard !isHeld(record.image.workflow) else { throw file.damaged("ticker \(id) is not in its workflow") }
        return nil
    }

    /// Where a workflow is, after reading it if it is not held.
    func workflow(of id: WorkflowID, now: Timestamp) throws -> Int32 {
        guard try knownRef(of: id.first, now: now) != nil, let workflow = table.workflow(of: id) else {
            throw TickerError.unknownTicker(id.first)
        }
        return workflow
    }

    func isHeld(_ workflow: Int64) -> Bool { held[workflow] != nil }

    /// Where a workflow is, if it is held, by the serial of its first ticker.
    func heldWorkflow(_ serial: Int64) -> Int32? { held[serial] }

    /// Sees to it that who holds a unique key is known, and held.
    func know(_ name: UniqueKeys.Name, now: Timestamp) throws {
        // A key that has changed hands since the last commit is known better here than in the file.
        if table.keys.known(name) == nil, !table.keys.changed.contains(name) {
            guard let holder = try file.holder(of: name) else { return }
            if table.keys.known(name) == nil { table.keys.restore(name, holder) }
        }
        guard let holder = table.keys.known(name) else { return }
        _ = try knownRef(of: holder.ticker, now: now)
    }

    // MARK: Dropping

    /// Notes that a workflow has come in.
    func hold(_ workflow: Int32) {
        let serial = table.serial(of: table.firstMember(of: workflow))
        held[serial] = workflow
        beingRead.remove(serial)
    }

    /// Drops whatever of the workflows that were touched need not be held.
    func dropUnneeded(now: Timestamp) {
        let candidates = touched
        touched = []
        // In order, so that the same calls always leave the same table.
        for workflow in candidates.sorted() where table.isUsed(workflow: workflow) {
            guard table.isTied(workflow: workflow) else {
                if !isNeeded(workflow, now: now) { drop(workflow) }
                continue
            }
            let tied = table.tied(to: workflow)
            guard !tied.contains(where: { isNeeded($0, now: now) }) else { continue }
            for each in tied { drop(each) }
        }
    }

    private func isNeeded(_ workflow: Int32, now: Timestamp) -> Bool {
        if table.isRunning(workflow: workflow) || redo.counts[workflow] != nil || isKept(workflow) {
            return true
        }
        guard table.hasQueued(workflow: workflow) else { return false }
        // Looking at each of so many, after each of their commits, would cost more than to hold them.
        guard table.open(workflow: workflow) <= Self.smallWorkflow else { return true }
        return table.members(of: workflow).contains { isNeeded(ticker: $0, now: now) }
    }

    private func isKept(_ workflow: Int32) -> Bool {
        !kept.isEmpty && kept[table.serial(of: table.firstMember(of: workflow))] != nil
    }

    private static let smallWorkflow = 256
    /// Tickers that wait for a time and are held at most, beyond what is read in pages.
    static let timersHeld = 16_384
    /// Tickers of a stream that are due and held at most, beyond what is read in pages, however many are held of others.
    private static let dueHeld = 4 * Backlog.page
    /// Queued tickers of all streams that are held at most, beyond that.
    private static let queuedHeld = 16_384

    private func isNeeded(ticker ref: Int32, now: Timestamp) -> Bool {
        guard table[ticker: ref].state.isQueued else { return false }
        if table.holdsPlace(ref) { return true }
        let row = table[ticker: ref]
        let stream = row.stream
        guard backlog.isNear(stream, row.mark, now: now) else { return false }
        if row.due > now { return table.heap.count <= Self.timersHeld }
        if table.counts.queued <= Self.queuedHeld { return true }
        let lane = table.lanes.count(function: stream.function, queue: stream.queue, priority: stream.priority)
        return lane <= Self.dueHeld || table.awaitsPlace(ref)
    }

    private func drop(_ workflow: Int32) {
        held[table.serial(of: table.firstMember(of: workflow))] = nil
        for ref in table.members(of: workflow) {
            let row = table[ticker: ref]
            elsewhere.add(1, in: row.state)
            guard row.state.isQueued else { continue }
            let mark = row.mark
            let frontier = Backlog.Mark(ready: mark.ready, serial: mark.serial - 1)
            backlog.found(row.stream, behind: frontier, next: mark.ready)
        }
        table.drop(workflow)
    }

    /// Drops everything, after a commit that failed: what had been decided since the last one has not happened.
    func forget() {
        var empty = TickerTable(seed: 0, isWrittenDown: true)
        // Ids and leases go on, so that none is given away twice.
        (empty.ids, empty.random, empty.lastLease) = (table.ids, table.random, table.lastLease)
        table = empty
        held = [:]
        backlog = Backlog()
        redo = RedoLog()
        file.recorder = RedoRecorder()
        file.isRecording = false
        bulk = []
        pausing = [:]
        isRemoving = false
        touched = []
        kept = [:]
        readers = []
        beingRead = []
    }
}
