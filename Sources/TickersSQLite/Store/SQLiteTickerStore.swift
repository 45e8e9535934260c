public import Tickers

/// A store in a file, which outlives the process: SQLite in front of which the workflows are held that have something to do.
///
/// ```swift
/// let store = try SQLiteTickerStore(path: "app.db")
/// let scheduler = Scheduler(functions: functions, store: store)
/// ```
///
/// A call that returned has been committed, to the ``Durability`` that was asked for. Calls that come while a commit waits for
/// the disk share the next one. A file has one store at a time: another one gets `storeLocked`; to look at it is
/// possible at any time, with ``init(reading:clock:)``. After an error of the disk nothing of the calls that threw has happened; the
/// store goes on by itself once the disk does.
public actor SQLiteTickerStore: TickerStore {
    /// Inputs and outputs are kept as JSON.
    public nonisolated let encoding = PayloadEncoding.always
    /// Who is told of hints and changes.
    public nonisolated let listeners = StoreListeners()
    /// The file, its links resolved.
    public nonisolated let path: String
    /// What was found when the file was opened; nothing for a store that only reads.
    public nonisolated let recovery: StoreRecovery

    private nonisolated let thread: StoreThread
    private let ownership: StoreOwnership?
    private let isReadOnly: Bool
    let set: WorkingSet
    /// The time of the latest call.
    private(set) var latest: Timestamp
    /// Calls that are answered by the next commit.
    private var answers: [StoreAnswer] = []
    /// Adds in pieces that are answered by their last one.
    private var bulkAnswers: [ObjectIdentifier: StoreAnswer] = [:]
    /// Whether what was held has been forgotten and has to be read anew.
    private var isStale = false
    private var isClosed = false
    private var toldLook: Timestamp?
    /// How many transactions calls have been written in.
    package private(set) var commitCount = 0

    /// Its calls run on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Rows that one transaction writes at most where it has the choice: some tens of milliseconds.
    package static let rowsPerCommit = 10_000
    /// After how many failed commits a call that only asks gives up.
    private static let commitsSeenFailing = 8
    /// What stands in a workflow's row as the time since when it may be removed, once a part of it has been.
    package static let removalBegan = TickerFile.removalBegan.microseconds

    /// Opens a file, which is created if it is missing, and brings it to where it was when its process ended: attempts that
    /// were under way are made again.
    ///
    /// Blocks for as long as that takes, milliseconds as a rule, whatever the number of tickers that wait.
    ///
    /// - Parameters:
    ///   - path: The file; its folder has to be there. Beside it lie `-wal`, `-shm` and `-owner`.
    ///   - durability: What a call that returned survives.
    ///   - retention: How long ended workflows stay readable; seven days unless given.
    ///   - seed: Where ids and jitter come from; a random one unless given.
    ///   - clock: The scheduler's. A store reads it only here.
    /// - Throws: ``TickerError``: `storeLocked`, `storeCannotOpen`, `storeReadOnly`, `storeNotADatabase`, `storeCorrupt`,
    ///   `storeSchemaTooNew`, `storeFull`, `storeFailed`.
    public init(
        path: String,
        durability: Durability = .full,
        retention: Retention = .diskDefault,
        seed: UInt64 = .random(in: .min ... .max),
        clock: any TickerClock = SystemClock()
    ) throws {
        try self.init(
            path: path,
            durability: durability,
            retention: retention,
            seed: seed,
            clock: clock,
            vfs: nil,
            faults: nil
        )
    }

    /// - Parameters:
    ///   - vfs: The name of SQLite's layer to the operating system, where it is not the usual one.
    ///   - faults: Failures of calls to SQLite, as tests plan them.
    ///   - rowsPerCommit: What one transaction writes at most where it has the choice.
    package init(
        path: String,
        durability: Durability = .full,
        retention: Retention = .diskDefault,
        seed: UInt64 = .random(in: .min ... .max),
        clock: any TickerClock = SystemClock(),
        vfs: String?,
        faults: SQLiteFaults?,
        rowsPerCommit: Int = SQLiteTickerStore.rowsPerCommit
    ) throws {
        // A simulated disk is nobody else's.
        let ownership = try vfs == nil ? StoreOwnership(path: path) : nil
        let connection = try SQLiteConnection(path: path, access: .owner(durability), vfs: vfs, faults: faults)
        try Schema.migrate(connection)
        // The opening is part of the seed: the same ids are not made again by who opens it next.
        let opening = try connection.single("SELECT count FROM openings") ?? 0
        let set = WorkingSet(
            connection,
            retention: retention,
            seed: seed &+ UInt64(bitPattern: opening) &* 0x9e37_79b9_7f4a_7c15,
            rowsPerCommit: rowsPerCommit
        )
        latest = clock.wall
        recovery = try set.open(now: latest)
        self.set = set
        self.path = connection.path
        self.ownership = ownership
        isReadOnly = false
        thread = StoreThread(clock: clock)
        commitOnThread()
    }

    /// Opens a file to look at it, beside the store that has it or without one. Calls that would change something throw
    /// `storeReadOnly`; nothing is recovered and nothing is moved in the file.
    ///
    /// - Throws: ``TickerError``: `storeCannotOpen`, `storeNotADatabase`, `storeCorrupt`, `storeSchemaTooNew`, `storeFailed`.
    public init(reading path: String, clock: any TickerClock = SystemClock()) throws {
        let connection = try SQLiteConnection(path: path, access: .readOnly)
        let found = try Schema.version(of: connection)
        guard found == Schema.version else {
            let reason =
                found == 0
                ? "no store has been opened on it yet"
                : "it has schema \(found), which a store brings to \(Schema.version) when it is opened to write; do that first"
            throw TickerError.storeCannotOpen(path: path, reason)
        }
        set = WorkingSet(connection, retention: .diskDefault, seed: 0, readsAtOnce: true)
        self.path = connection.path
        latest = clock.wall
        recovery = StoreRecovery()
        ownership = nil
        isReadOnly = true
        thread = StoreThread(clock: clock)
        commitOnThread()
    }

    private nonisolated func commitOnThread() {
        thread.whenIdle {
            [weak self] in
            self?.assumeIsolated { $0.commit() } ?? false
        } orIf: {
            [weak self] in
            self?.assumeIsolated { $0.set.isFull } ?? false
        }
    }

    deinit { thread.stop() }

    /// Closes the file in good order: what has been called is committed, and the log is moved into the database. Calls throw
    /// `storeClosed` from then on. Shut the scheduler down first. Again it does nothing.
    ///
    /// - Throws: ``TickerError`` when the log could not be moved; it stays beside the file and nothing is lost.
    public func close() throws {
        guard !isClosed else { return }
        while commit() {}
        isClosed = true
        defer { ownership?.release() }
        try set.file.connection.close()
    }

    /// How many tickers are held in memory.
    package var heldCount: Int { self.set.table.counts.open + self.set.table.counts.ended }

    // MARK: Calls

    /// Runs a call that changes something, and answers once that has been committed.
    func change<Result>(now: Timestamp?, _ body: (WorkingSet) throws -> Result) async throws -> Result {
        guard !isReadOnly else { throw TickerError.storeReadOnly(path: path, "it was opened to be read") }
        let (result, answer) = try await lookedInto(now: now, for: .everything, body)
        try await wait(for: answer)
        return result
    }

    /// Runs a call that asks something, and answers once what it has seen has been committed.
    ///
    /// When that commit fails, nothing of it has happened, and what is asked is looked up anew: a disk that takes no more can still
    /// be read. Only when one commit after the other fails, because others go on calling, the error is passed on.
    func ask<Result>(now: Timestamp? = nil, _ body: (WorkingSet) throws -> Result) async throws -> Result {
        if isReadOnly { return try asking(now: now ?? latest, body) }
        var failures = 0
        while true {
            // What is due for removal need not be gone for an answer.
            let (result, answer) = try await lookedInto(now: now, for: failures == 0 ? .everything : .changes, body)
            do {
                try await wait(for: answer)
                return result
            } catch let error as TickerError where error.isOfFile && failures < Self.commitsSeenFailing {
                failures += 1
            }
        }
    }

    /// Writes a large add in pieces, and answers after the last one.
    func write(_ add: BulkAdd) async throws {
        let answer = StoreAnswer()
        // Since it was built a commit may have failed, or the store may have been closed.
        try looking(now: latest) { $0.bulk.append(add) }
        bulkAnswers[ObjectIdentifier(add)] = answer
        try await wait(for: answer)
    }

    /// Waits until all that has been decided so far is in its tables, as it is in the file's redo log already.
    func allWritten() async {
        let last = set.redo.ordinal
        while set.redo.isBehind(last) {
            let answer = answerOfNextCommit()
            do { try await wait(for: answer) } catch {
                // It is written when the file can be.
                return
            }
        }
    }

    /// What a call waits for.
    private enum CommitReason {
        /// What has been called so far, and what is due for removal.
        case everything
        /// What has been called so far.
        case changes
    }

    /// Runs a call. Returns what it says, with the answer of the commit of what it has seen and changed.
    ///
    /// Where it asks about a workflow that is read in pieces, it is run again once that has come in, and others are answered
    /// meanwhile: it is to change nothing before it has asked.
    private func lookedInto<Result>(
        now: Timestamp?,
        for reason: CommitReason,
        _ body: (WorkingSet) throws -> Result
    ) async throws -> (Result, StoreAnswer?) {
        var kept: [Int64] = []
        defer { kept.forEach(set.endKeeping) }
        var failures = 0
        while true {
            do {
                let result = try looking(now: now ?? latest, body)
                return (result, answerOfCommit(for: reason))
            } catch let large as WorkingSet.LargeWorkflow {
                kept.append(large.serial)
                set.keep(large.serial)
                do {
                    var isBeingRead = true
                    while isBeingRead, !isStale, !isClosed {
                        // Once more than it takes: who came while it was taken in need not wait for the call as well.
                        isBeingRead = set.isBeingRead(large.serial)
                        let answer = answerOfNextCommit()
                        try await wait(for: answer)
                    }
                } catch let error as TickerError where error.isOfFile && failures < Self.commitsSeenFailing {
                    // What had been read may not have happened.
                    failures += 1
                }
            }
        }
    }

    private func looking<Result>(now: Timestamp, _ body: (WorkingSet) throws -> Result) throws -> Result {
        guard !isClosed else { throw TickerError.storeClosed(path: path) }
        latest = now
        do {
            if isStale {
                try set.reopen(now: now)
                isStale = false
            }
            set.table.listenOn(for: listeners.all)
            return try body(set)
        } catch let error as TickerError where error.isOfFile {
            // Something may have been read by half.
            fail(error)
            throw error
        }
    }

    /// A look at a file that another process may be writing: nothing is held from one to the next.
    private func asking<Result>(now: Timestamp, _ body: (WorkingSet) throws -> Result) throws -> Result {
        guard !isClosed else { throw TickerError.storeClosed(path: path) }
        latest = now
        defer { set.forget() }
        return try set.file.lookedAt {
            try set.hold(now: now)
            return try body(set)
        }
    }

    /// What the commit of everything called so far will say; `nil` when nothing is to be committed.
    ///
    /// Asked for in the same step as the call, since a task may be sent round by another executor before it comes to wait.
    private func answerOfCommit(for reason: CommitReason) -> StoreAnswer? {
        switch reason {
        case .everything: guard set.hasUncommitted || set.isRemovalDue(now: latest) else { return nil }
        case .changes: guard set.hasUncommitted else { return nil }
        }
        return answerOfNextCommit()
    }

    /// What the next commit will say, whatever is in it; asked for in the same step as whether it matters.
    private func answerOfNextCommit() -> StoreAnswer {
        let answer = StoreAnswer()
        answers.append(answer)
        return answer
    }

    private func wait(for answer: StoreAnswer?) async throws {
        guard let answer else { return }
        try await withCheckedThrowingContinuation { answer.isAwaited(by: $0) }
    }

    // MARK: Commits

    /// Writes what has been called since the last commit, and answers. Returns whether there is more to write.
    private func commit() -> Bool {
        guard !isClosed, !isReadOnly, !isStale else { return false }
        guard set.hasChanges || !set.touched.isEmpty || !answers.isEmpty || !set.readers.isEmpty else { return false }
        do {
            let hasComeIn = try set.readMore(now: latest)
            if set.hasChanges { commitCount += 1 }
            let finished = try set.commit(now: latest)
            let answered = answers
            answers = []
            tell(finished, hasComeIn: hasComeIn)
            for add in finished { bulkAnswers.removeValue(forKey: ObjectIdentifier(add))?.give(.success(())) }
            for answer in answered { answer.give(.success(())) }
            return set.hasMoreToWrite || !set.readers.isEmpty
        } catch {
            fail(error)
            return false
        }
    }

    private func tell(_ finished: [BulkAdd], hasComeIn: Bool) {
        let audience = listeners.all
        set.table.tellEnds(audience, now: latest)
        set.dropUnneeded(now: latest)
        set.table.tellChanges(audience)
        for add in finished { add.tell(audience, now: latest) }
        set.table.listen(for: audience)
        if hasComeIn { for listener in audience { listener.mayBeDue(from: latest) } }
        // What was dropped is read again when its time comes.
        guard let look = set.backlog.nextLook, toldLook != look || !finished.isEmpty else { return }
        toldLook = look
        for listener in audience { listener.mayBeDue(from: look) }
    }

    /// Nothing that has been called since the last commit has happened.
    private func fail(_ error: any Error) {
        set.forget()
        isStale = true
        toldLook = nil
        let failed = answers + Array(bulkAnswers.values)
        answers = []
        bulkAnswers = [:]
        for answer in failed { answer.give(.failure(error)) }
    }
}

extension Retention {
    /// Seven days, however many: what a store on disk keeps unless told otherwise.
    public static let diskDefault = Retention(age: .seconds(7 * 86_400), count: .max)
}

extension TickerError {
    /// Whether the file or its disk is the reason, and not the call.
    fileprivate var isOfFile: Bool { code.rawValue.hasPrefix("store") }
}
