import Foundation
import Tickers

/// What the file has beside tickers, workflows and edges: keys, totals, paused queues, adds that are under way.
extension TickerFile {
    // MARK: Unique keys

    func holder(of name: UniqueKeys.Name) throws -> UniqueKeys.Holder? {
        let statement = try connection.statement(
            """
            SELECT ticker, ticker_random, workflow, workflow_random, until FROM unique_keys WHERE function = ? AND key = ?
            """
        )
        // A function's name is never empty, so the empty one stands for keys of workflows.
        try statement.bind(1, name.function ?? "")
        try statement.bind(2, name.key)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        var next = Reader(statement)
        let ticker = TickerID(serial: next.integer(), low: UInt64(bitPattern: next.integer()))
        let workflow = TickerID(serial: next.integer(), low: UInt64(bitPattern: next.integer()))
        return UniqueKeys.Holder(ticker: ticker, workflow: WorkflowID(first: workflow), until: next.timeOrNil())
    }

    func write(_ holder: UniqueKeys.Holder?, of name: UniqueKeys.Name) throws {
        guard let holder else {
            let statement = try connection.statement("DELETE FROM unique_keys WHERE function = ? AND key = ?")
            try statement.bind(1, name.function ?? "")
            try statement.bind(2, name.key)
            return try statement.run()
        }
        let statement = try connection.statement(
            """
            INSERT OR REPLACE INTO unique_keys (function, key, ticker, ticker_random, workflow, workflow_random, until)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        )
        var next = Binder(statement)
        try next.text(name.function ?? "")
        try next.text(name.key)
        try next.integer(holder.ticker.serial)
        try next.integer(Int64(bitPattern: holder.ticker.low))
        try next.integer(holder.workflow.first.serial)
        try next.integer(Int64(bitPattern: holder.workflow.first.low))
        try next.time(holder.until ?? .distantPast)
        try statement.run()
    }

    /// Removes the keys whose windows have passed.
    func removePassedKeys(now: Timestamp) throws {
        let statement = try connection.statement("DELETE FROM unique_keys WHERE until IS NOT NULL AND until <= ?")
        try statement.bind(1, now.microseconds)
        try statement.run()
    }

    /// The limit that the latest ticker under a key has asked for; `nil` when no ticker has the key.
    func limit(of key: String) throws -> Int? {
        let statement = try tickers("WHERE limit_key = ? AND \(Self.isComplete) ORDER BY serial DESC LIMIT 1")
        try statement.bind(1, key)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return try record(statement).image.row.spec.limitKey?.maxConcurrent
    }

    // MARK: Totals

    func totals() throws -> StoreCounts {
        let statement = try connection.statement("SELECT status, tickers FROM totals")
        defer { statement.reset() }
        var counts = StoreCounts()
        while try statement.step() {
            guard let state = TickerState(text: statement.text(0)) else { throw damaged("a total of no status") }
            counts.add(Int(try counted(statement.integer(1), "tickers", most: 1 << 50)), in: state)
        }
        return counts
    }

    // MARK: Queues

    func pausedQueues() throws -> [String] {
        let statement = try connection.statement("SELECT queue FROM paused_queues")
        defer { statement.reset() }
        var queues: [String] = []
        while try statement.step() { queues.append(statement.text(0)) }
        return queues
    }

    func setPaused(_ queue: String, _ isPaused: Bool) throws {
        let statement = try connection.statement(
            isPaused
                ? "INSERT OR IGNORE INTO paused_queues (queue) VALUES (?)" : "DELETE FROM paused_queues WHERE queue = ?"
        )
        try statement.bind(1, queue)
        try statement.run()
    }

    // MARK: Recurrences

    func recurrences() throws -> [RecurrenceRecord] {
        let statement = try connection.statement("SELECT name, record FROM recurrences")
        defer { statement.reset() }
        var records: [RecurrenceRecord] = []
        while try statement.step() {
            do {
                records.append(try StoredJSON.value(RecurrenceRecord.self, statement.text(1)))
            } catch is DecodingError {
                throw damaged("recurrence \"\(statement.text(0))\" cannot be read")
            }
        }
        let unfinished = try unfinishedOccurrences()
        for index in records.indices {
            let bound = records[index].idsAfter
            records[index].unfinished = unfinished[records[index].name, default: []].filter { $0.first.serial > bound }
        }
        return records
    }

    /// The workflows of occurrences that have not ended, by the names of recurrences, each in the order of their creation.
    private func unfinishedOccurrences() throws -> [String: [WorkflowID]] {
        let statement = try connection.statement(
            """
            SELECT w.occurrence, w.serial, t.random FROM workflows w JOIN tickers t ON t.serial = w.serial
            WHERE w.ended IS NULL AND w.occurrence IS NOT NULL ORDER BY w.occurrence, w.serial
            """
        )
        defer { statement.reset() }
        var found: [String: [WorkflowID]] = [:]
        while try statement.step() {
            var next = Reader(statement)
            let name = next.text()
            let first = TickerID(serial: next.integer(), low: UInt64(bitPattern: next.integer()))
            found[name, default: []].append(WorkflowID(first: first))
        }
        return found
    }

    func write(_ record: RecurrenceRecord?, named name: String) throws {
        guard let record else {
            let statement = try connection.statement("DELETE FROM recurrences WHERE name = ?")
            try statement.bind(1, name)
            return try statement.run()
        }
        let statement = try connection.statement(
            """
            INSERT OR REPLACE INTO recurrences (name, rule, is_paused, next, last, record) VALUES (?, ?, ?, ?, ?, ?)
            """
        )
        var next = Binder(statement)
        try next.text(name)
        try next.text("\(record.definition.rule)")
        try next.flag(record.cursor.isPaused)
        try next.time(record.next ?? .distantPast)
        try next.time(record.latest?.instant ?? .distantPast)
        try next.text(try StoredJSON.text(record))
        try statement.run()
    }

    // MARK: Openings

    /// Counts one more opening of the file for writing, and says which it is.
    func countOpening() throws -> Int64 {
        try transaction { try connection.execute("UPDATE openings SET count = count + 1") }
        return try counted(connection.single("SELECT count FROM openings") ?? 1, "openings")
    }

    func latestSerial() throws -> Int64 { try connection.single("SELECT max(serial) FROM tickers") ?? 0 }

    // MARK: Lists of serials

    /// The first column of all rows that a statement answers with, its parameters bound to these numbers.
    func serials(_ sql: String, _ numbers: Int64...) throws -> [Int64] {
        let statement = try connection.statement(sql)
        for (index, number) in numbers.enumerated() { try statement.bind(index + 1, number) }
        defer { statement.reset() }
        var found: [Int64] = []
        while try statement.step() { found.append(statement.integer(0)) }
        return found
    }

    /// Workflows of which an attempt was under way when this was written.
    func runningWorkflows() throws -> [Int64] {
        try serials("SELECT DISTINCT workflow FROM tickers WHERE status = 'running'")
    }

    /// Workflows of which a ticker holds a place under its limit key.
    func holdingWorkflows() throws -> [Int64] {
        try serials(
            "SELECT DISTINCT workflow FROM tickers WHERE limit_key IS NOT NULL AND has_started = 1 AND ended IS NULL"
        )
    }

    /// Some of the workflows in which something has run out of time, the longest ago first.
    func overdueWorkflows(now: Timestamp, limit: Int) throws -> [Int64] {
        let tickers = try serials(
            """
            SELECT workflow FROM tickers WHERE expires IS NOT NULL AND expires <= ? AND \(Self.isComplete)
            ORDER BY expires LIMIT ?
            """,
            now.microseconds,
            Int64(limit)
        )
        let workflows = try serials(
            """
            SELECT serial FROM workflows WHERE deadline IS NOT NULL AND ended IS NULL AND deadline <= ?
            ORDER BY deadline LIMIT ?
            """,
            now.microseconds,
            Int64(limit)
        )
        return tickers + workflows
    }

    /// The next instant at which something runs out of time.
    func nextLimit() throws -> Timestamp? {
        let expiry = try connection.single("SELECT min(expires) FROM tickers WHERE expires IS NOT NULL")
        let deadline = try connection.single(
            "SELECT min(deadline) FROM workflows WHERE deadline IS NOT NULL AND ended IS NULL"
        )
        return [expiry, deadline].compactMap(\.self).min().map { Timestamp(microseconds: $0) }
    }
}
