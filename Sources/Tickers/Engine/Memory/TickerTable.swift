/// Every ticker, edge and workflow of a store in memory, in flat arrays that refer to each other by index.
///
/// Nothing here is nested, so a graph of any depth is built, walked and dropped in loops. Not copyable: a call that only asks would
/// otherwise first retain every array of it where its owner is an object.
package struct TickerTable: ~Copyable {
    /// A ticker with what the rules do not ask for: its neighbours, its input and output, its place in the queues.
    package struct Slot: CreationLinked {
        package var row: TickerRow
        var input: StoredInput
        var output: Payload = .nothing
        var workflow: Int32
        var lane: Int32
        /// The gate of its limit key.
        var gate: Int32
        /// Here because four of these leave no gap before the next one.
        var nextInWorkflow: Int32 = .none
        /// Its place in the order of queueing while it is queued; a queue entry with another one is stale.
        var ticket: UInt64 = 0
        var place: Place = .nowhere
        /// Whether it holds a place under its limit key: from when its turn comes until it ends.
        var holdsPlace = false
        /// What is to be written down about it, by a store that writes.
        var change = RowChange.none
        /// The state that was written down last; `nil` for a ticker that never was.
        var written: TickerState?
        package var links = CreationLinks()
        var firstChildEdge: Int32 = .none
        var lastChildEdge: Int32 = .none
        var firstParentEdge: Int32 = .none
        var lastParentEdge: Int32 = .none

        package mutating func vacate() {
            row.vacate()
            input = .payload(.nothing)
            output = .nothing
            workflow = .none
        }

        package var isVacant: Bool { workflow == .none }
    }

    struct Removable {
        let workflow: Int32
        let since: Timestamp
    }

    /// Which index holds a ticker's current entry.
    enum Place: UInt8 {
        case nowhere, heap, lane, gate
    }

    /// Where an input comes from, by index.
    enum StoredInput {
        case payload(Payload)
        case outputOf(Int32)
        case failureOf(Int32)
        indirect case outputsOf([Int32], PayloadCollector)
    }

    struct Edge: SlabElement {
        var row: EdgeRow
        /// Whether it is to be written down, by a store that writes.
        var isChanged = false
        var parent: Int32
        var child: Int32
        var nextOfParent: Int32 = .none
        var nextOfChild: Int32 = .none
        /// Its place among the edges to its child, once it has been written down.
        var position: Int32 = .none

        mutating func vacate() { parent = .none }

        var isVacant: Bool { parent == .none }
    }

    struct WorkflowRow: SlabElement {
        /// Its name and what it asks for as a whole; `nil` for most, which have and ask for nothing.
        var options: WorkflowOptionsBox?
        var first: Int32
        var last: Int32
        var open: Int32 = 0
        /// Edges to children in other workflows that have not ended: while there are any, this one is not removed.
        var pins: Int32 = 0
        var tally = WorkflowTally()
        let createdAt: Timestamp
        private var removableInstant = Timestamp.distantPast
        private var endInstant = Timestamp.distantPast
        /// How it ended, once it has been asked; `nil` from when it is opened again.
        var endStatus: WorkflowStatus?
        /// Whether a ticker of it has a parent in another workflow.
        var hasParentsElsewhere = false
        /// Whether all that was open has been cancelled and some of it still runs: its handlers add nothing more.
        var isBeingCancelled = false
        /// Whether an edge ties it to another workflow, so that a store that holds only some keeps both.
        var isTied = false
        /// Whether something is to be written down about it, by a store that writes.
        var isChanged = false
        /// Whether it has been written down as a row of its own before.
        var isWritten = false
        private(set) var isVacant = false

        var endedAt: Timestamp? {
            get { endInstant == .distantPast ? nil : endInstant }
            set { endInstant = newValue ?? .distantPast }
        }

        /// Since when nothing speaks against its removal; `nil` while something does.
        var removableSince: Timestamp? {
            get { removableInstant == .distantPast ? nil : removableInstant }
            set { removableInstant = newValue ?? .distantPast }
        }

        /// One that has no name and asks for nothing.
        init(createdAt: Timestamp) {
            self.createdAt = createdAt
            (first, last) = (.none, .none)
        }

        init(name: String, createdAt: Timestamp, options: WorkflowOptions = .none, deadline: Timestamp? = nil) {
            self.init(createdAt: createdAt)
            guard !name.isEmpty || options != .none || deadline != nil else { return }
            self.options = WorkflowOptionsBox(name: name, options: options, deadline: deadline)
        }

        var name: String { options?.name ?? "" }

        mutating func vacate() {
            options = nil
            isVacant = true
        }
    }

    /// What a workflow is called and asks for, kept apart from the row because most have no name and ask for nothing.
    final class WorkflowOptionsBox: Sendable {
        let name: String
        let options: WorkflowOptions
        let deadline: Timestamp?

        init(name: String, options: WorkflowOptions, deadline: Timestamp?) {
            self.name = name
            self.options = options
            self.deadline = deadline
        }
    }

    var tickers: Slab<Slot> = Slab()
    var edges: Slab<Edge> = Slab()
    var workflows: Slab<WorkflowRow> = Slab()
    var byID = IDIndex()
    var byAge = CreationList()
    /// Whether tickers are listed by age: not by a store that lists them from its file.
    let isListing: Bool
    /// What middleware stored, apart from the rows because few tickers have any.
    var metadata: [Int32: [String: String]] = [:]
    package var ids: IDGenerator
    package var random: SeededGenerator
    package var heap = DueHeap()
    package var lanes = ReadyLanes()
    package var gates = KeyGates()
    /// Workflows that may be removed, longest first; an entry is stale when its workflow has got children since.
    var removable = Deque<Removable>()
    /// How many workflows may be removed; where a file is the truth, how many more than when the table was made.
    package var removableCount = 0
    package var keys: UniqueKeys
    var timeLimits = TimeLimits()
    /// Tickers that failed, until their workflows' policies have been asked.
    var failures: [Int32] = []
    var lastTicket: UInt64 = 0
    package var lastLease: UInt64 = 0
    package internal(set) var counts = StoreCounts()
    /// What the transaction under way has changed, if anyone wants to know.
    package var journal: [TickerEvent] = []
    package var isJournaling = false
    /// Which tickers the transaction under way has ended, if anyone waits for ends.
    var ends: [Int32] = []
    var endedWorkflows: [Int32] = []
    var isNotingEnds = false
    /// The attempts that the transaction under way has told to stop.
    var stops: [TickerLease] = []
    /// The earliest instant at which something queued by the transaction under way is due.
    package var earliestQueued: Timestamp?
    /// The earliest expiry or deadline noted by the transaction under way.
    package var earliestLimit: Timestamp?

    package var book: RecurrenceBook
    /// When the earliest recurrence comes that the transaction under way has changed.
    package var earliestRecurrence: Timestamp?
    /// What a store that writes rows down has not written yet.
    package var changes = TableChanges()
    /// Whether changes are noted at all.
    package let isRecording: Bool

    /// - Parameters:
    ///   - seed: Where ids and jitter come from.
    ///   - isWrittenDown: Whether a file is the truth: changes are noted for it, and pages come from there.
    package init(seed: UInt64, isWrittenDown: Bool = false) {
        isListing = !isWrittenDown
        isRecording = isWrittenDown
        keys = UniqueKeys(isRecording: isWrittenDown)
        book = RecurrenceBook(isRecording: isWrittenDown)
        ids = IDGenerator(seed: seed)
        random = SeededGenerator(seed: seed ^ 0x5deece66d)
    }

    // What is small and only asks is inlined: a mutating function that calls such a one would copy the whole table first, 600 bytes.

    @inline(__always)
    package func index(of id: TickerID) -> Int32? {
        byID.row(of: id) { tickers[$0].row.id == id }
    }

    /// The row of a lease: by its hint, or by its ticker's id when the hint's slot has been reused.
    @inline(__always)
    func index(of lease: TickerLease) -> Int32? {
        if tickers.isUsed(lease.row), tickers[lease.row].row.id == lease.ticker { return lease.row }
        return index(of: lease.ticker)
    }
}

extension Int32 {
    /// The end of a chain of indexes.
    static let none: Int32 = -1
}

extension TickerTable: RuleTable {
    package subscript(ticker ref: Int32) -> TickerRow {
        _read { yield tickers[ref].row }
        _modify { yield &tickers[ref].row }
    }

    package subscript(edge ref: Int32) -> EdgeRow {
        _read { yield edges[ref].row }
        _modify {
            noteChange(ofEdge: ref)
            yield &edges[ref].row
        }
    }

    package func firstChildEdge(of ref: Int32) -> Int32? { link(tickers[ref].firstChildEdge) }
    package func nextChildEdge(after edge: Int32) -> Int32? { link(edges[edge].nextOfParent) }
    package func firstParentEdge(of ref: Int32) -> Int32? { link(tickers[ref].firstParentEdge) }
    package func nextParentEdge(after edge: Int32) -> Int32? { link(edges[edge].nextOfChild) }
    package func parent(of edge: Int32) -> Int32 { edges[edge].parent }
    package func child(of edge: Int32) -> Int32 { edges[edge].child }

    private func link(_ index: Int32) -> Int32? { index == .none ? nil : index }

    package mutating func stateChanged(of ref: Int32, from old: TickerState, now: Timestamp) {
        let state = tickers[ref].row.state
        noteChange(of: ref, state == .running ? .started : .any)
        counts.add(-1, in: old)
        counts.add(1, in: state)
        let workflow = tickers[ref].workflow
        workflows[workflow].tally.add(-1, in: old)
        workflows[workflow].tally.add(1, in: state)
        if old.isQueued { leaveQueue(ref) }
        if old.isEnd { recordReopening(of: ref, now: now) }
        switch state {
        case .running: break
        case .waiting:
            // Armed again: what it returned belongs to the end that has been taken back.
            tickers[ref].output = .nothing
            giveUpPlace(ref, now: now)
            noteExpiry(of: ref)
        case .scheduled:
            enqueue(ref, now: now)
            noteExpiry(of: ref)
        case .retrying: enqueue(ref, now: now)
        case .succeeded, .failed, .cancelled, .skipped:
            giveUpPlace(ref, now: now)
            recordEnd(of: ref, now: now)
        }
        if isJournaling { journal(ref, now: now) }
    }

    private mutating func recordEnd(of ref: Int32, now: Timestamp) {
        if isNotingEnds { ends.append(ref) }
        releaseKeys(of: ref)
        let workflow = tickers[ref].workflow
        if tickers[ref].row.state == .failed, workflows[workflow].options != nil { failures.append(ref) }
        workflows[workflow].open -= 1
        guard workflows[workflow].open == 0 else { return }
        workflows[workflow].endedAt = now
        workflows[workflow].isBeingCancelled = false
        noteChange(ofWorkflow: workflow)
        releaseKey(ofWorkflow: workflow)
        occurrenceEnded(workflow, now: now)
        if isNotingEnds { endedWorkflows.append(workflow) }
        if workflows[workflow].hasParentsElsewhere { changePins(by: workflow, -1, now: now) }
        judgeRemovable(workflow, now: now)
    }

    private mutating func recordReopening(of ref: Int32, now: Timestamp) {
        let workflow = tickers[ref].workflow
        workflows[workflow].isBeingCancelled = false
        if workflows[workflow].open == 0 { occurrenceReopened(workflow) }
        tickerOpened(in: workflow, now: now)
        retakeKeys(of: ref, now: now)
    }

    /// Counts one more open ticker of a workflow, which opens it again if it had ended.
    mutating func tickerOpened(in workflow: Int32, now: Timestamp) {
        workflows[workflow].open += 1
        guard workflows[workflow].open == 1 else { return }
        workflows[workflow].endedAt = nil
        workflows[workflow].endStatus = nil
        noteChange(ofWorkflow: workflow)
        if workflows[workflow].hasParentsElsewhere { changePins(by: workflow, 1, now: now) }
        judgeRemovable(workflow, now: now)
    }

    /// Counts a ticker that has just been stored, or that has been removed.
    mutating func count(_ change: Int, in state: TickerState, of workflow: Int32) {
        counts.add(change, in: state)
        workflows[workflow].tally.add(Int32(change), in: state)
    }

    /// An open workflow keeps those of its tickers' parents elsewhere from being removed. O(tickers + edges).
    mutating func changePins(by child: Int32, _ change: Int32, now: Timestamp) {
        for ref in members(of: child) {
            var cursor = firstParentEdge(of: ref)
            while let edge = cursor {
                cursor = nextParentEdge(after: edge)
                let workflow = tickers[edges[edge].parent].workflow
                guard workflow != child else { continue }
                workflows[workflow].pins += change
                noteChange(ofWorkflow: workflow)
                judgeRemovable(workflow, now: now)
            }
        }
    }

    /// Lists a workflow for removal once it has ended and no child elsewhere needs it, and takes it off when that changes.
    mutating func judgeRemovable(_ workflow: Int32, now: Timestamp) {
        let isRemovable = workflows[workflow].open == 0 && workflows[workflow].pins == 0
        guard isRemovable != (workflows[workflow].removableSince != nil) else { return }
        workflows[workflow].removableSince = isRemovable ? now : nil
        noteChange(ofWorkflow: workflow)
        removableCount += isRemovable ? 1 : -1
        // Which of those in a file may go is asked there.
        if isListing, isRemovable { removable.append(Removable(workflow: workflow, since: now)) }
    }

    func change(_ ref: Int32, now: Timestamp) -> TickerChange {
        let row = tickers[ref].row
        let status = row.state.status(due: row.due, now: now)
        return TickerChange(
            id: row.id,
            workflowID: workflowID(of: ref),
            function: row.spec.function,
            // What became of a failed attempt is told even when the next one is due at once.
            status: row.state == .retrying ? .retrying : status,
            attempts: Int(row.attempts),
            at: now,
            due: row.state.isQueued ? max(row.due, row.releasedAt) : nil,
            reason: row.state.isEnd ? row.reason : nil,
            failure: row.failure?.failure
        )
    }

    private mutating func journal(_ ref: Int32, now: Timestamp) {
        journal.append(.ticker(change(ref, now: now)))
        let workflow = tickers[ref].workflow
        if tickers[ref].row.state.isEnd, workflows[workflow].open == 0 {
            journal.append(.workflowEnded(workflowID(of: ref), at: now))
        }
    }

    @inline(__always)
    func workflowID(of ref: Int32) -> WorkflowID { workflowID(ofWorkflow: tickers[ref].workflow) }

    @inline(__always)
    func workflowID(ofWorkflow workflow: Int32) -> WorkflowID {
        WorkflowID(first: tickers[workflows[workflow].first].row.id)
    }
}
