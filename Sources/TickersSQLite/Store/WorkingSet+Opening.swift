import Tickers

extension WorkingSet {
    /// Brings what is in the file to where it was when the process that wrote it ended, and holds what has to be held.
    ///
    /// What stands in the redo log is written into its tables. Attempts that were under way are given back; a crash is counted.
    /// O(rows in the log + running + those that hold places + streams).
    func open(now: Timestamp) throws -> StoreRecovery {
        let opening = try file.countOpening()
        table.lastLease = UInt64(bitPattern: opening) << 32
        table.ids.goBeyond(try file.latestSerial())
        var recovery = StoreRecovery()
        recovery.redone = try file.redoAll()
        try file.transaction { try file.removeUnfinishedAdds() }
        try hold(now: now)
        for workflow in try file.runningWorkflows().compactMap({ heldWorkflow($0) }) {
            for ref in table.running(in: workflow) {
                table.attemptLost(ref, now: now)
                if table[ticker: ref].state == .failed { recovery.failed += 1 } else { recovery.interrupted += 1 }
            }
        }
        table.stopFailedWorkflows(now: now)
        _ = try commit(now: now)
        recovery.open = totals.open
        dropUnneeded(now: now)
        return recovery
    }

    /// Reads anew what has to be held, as it is in the file, without a crash in between.
    func reopen(now: Timestamp) throws {
        _ = try file.redoAll()
        try file.transaction { try file.removeUnfinishedAdds() }
        try hold(now: now)
    }

    /// Holds what has to be held.
    func hold(now: Timestamp) throws {
        writtenTotals = try file.totals()
        elsewhere = writtenTotals
        for record in try file.recurrences() {
            table.book.restore(record)
            table.ids.goBeyond(record.idsAfter)
        }
        for queue in try file.pausedQueues() { table.setPaused(queue, true) }
        for workflow in try file.runningWorkflows() + file.holdingWorkflows() {
            try read(workflow, now: now, atOnce: true)
        }
        for (stream, ready) in try file.streams() { backlog.found(stream, behind: .start, next: ready) }
        nextFileLimit = try file.nextLimit()
        let longestEnded = try file.longestEnded(limit: 1).first
        nextRemoval = longestEnded.map { $0.since.advanced(by: retention.age) }
        isRemoving = longestEnded?.isBegun ?? false
        removableElsewhere = retention.count == .max ? 0 : try file.countOfEnded()
    }
}

extension TickerFile {
    /// Every stream with something queued, with the instant at which its first ticker is ready. O(streams × log n).
    func streams() throws -> [(Backlog.Stream, Timestamp)] {
        let sql = """
            SELECT function, queue, priority, is_timed, ready FROM tickers
            WHERE status IN ('scheduled', 'retrying') AND (function, queue, priority, is_timed) > (?, ?, ?, ?)
            ORDER BY function, queue, priority, is_timed, ready LIMIT 1
            """
        var found: [(Backlog.Stream, Timestamp)] = []
        var last = ("", "", Int64(-1), Int64(-1))
        while true {
            let statement = try connection.statement(sql)
            try statement.bind(1, last.0)
            try statement.bind(2, last.1)
            try statement.bind(3, last.2)
            try statement.bind(4, last.3)
            defer { statement.reset() }
            guard try statement.step() else { return found }
            var next = Reader(statement)
            last = (next.text(), next.text(), next.integer(), next.integer())
            guard let priority = UInt8(exactly: last.2).flatMap(TickerPriority.init(rawValue:)) else {
                throw damaged("priority \(last.2)")
            }
            let stream = Backlog.Stream(function: last.0, queue: last.1, priority: priority, isTimed: last.3 == 1)
            found.append((stream, Timestamp(microseconds: next.integer())))
        }
    }

    /// Some of a stream's tickers behind a place, in order.
    func page(of stream: Backlog.Stream, behind mark: Backlog.Mark, limit: Int) throws -> [TickerRecord] {
        let statement = try tickers(
            """
            WHERE status IN ('scheduled', 'retrying') AND function = ? AND queue = ? AND priority = ? AND is_timed = ?
            AND (ready, serial) > (?, ?) AND \(Self.isComplete) ORDER BY ready, serial LIMIT ?
            """
        )
        try statement.bind(1, stream.function)
        try statement.bind(2, stream.queue)
        try statement.bind(3, Int64(stream.priority.rawValue))
        try statement.bind(4, stream.isTimed ? 1 : 0)
        try statement.bind(5, mark.ready.microseconds)
        try statement.bind(6, mark.serial)
        try statement.bind(7, Int64(limit))
        defer { statement.reset() }
        var records: [TickerRecord] = []
        while try statement.step() { records.append(try record(statement)) }
        return records
    }
}

/// What a store found when it was opened.
public struct StoreRecovery: Sendable, Hashable {
    /// Tickers that had not ended.
    public internal(set) var open = 0
    /// Attempts that were under way when the process ended, and are made again.
    public internal(set) var interrupted = 0
    /// Tickers that failed because the process has ended too often while they ran.
    public internal(set) var failed = 0
    /// Rows of large changes that had been decided, and were not in their tables yet.
    public internal(set) var redone = 0

    package init(open: Int = 0, interrupted: Int = 0, failed: Int = 0, redone: Int = 0) {
        self.open = open
        self.interrupted = interrupted
        self.failed = failed
        self.redone = redone
    }
}
