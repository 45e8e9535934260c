import Tickers

/// Adds that are under way, and what leaves the file.
extension TickerFile {
    // MARK: Adds in pieces

    func beginAdd(first: Int64, last: Int64) throws {
        let statement = try connection.statement("INSERT OR REPLACE INTO unfinished_adds (first, last) VALUES (?, ?)")
        try statement.bind(1, first)
        try statement.bind(2, last)
        try statement.run()
    }

    func endAdd(first: Int64) throws {
        let statement = try connection.statement("DELETE FROM unfinished_adds WHERE first = ?")
        try statement.bind(1, first)
        try statement.run()
    }

    /// Whether a ticker belongs to no add that is under way.
    func isComplete(_ serial: Int64) throws -> Bool {
        try serials("SELECT first FROM unfinished_adds WHERE first <= ? AND last >= ?", serial, serial).isEmpty
    }

    /// Removes what is there of adds that were under way when the process ended.
    func removeUnfinishedAdds() throws {
        try connection.execute(
            """
            DELETE FROM tickers WHERE EXISTS (SELECT 1 FROM unfinished_adds WHERE serial BETWEEN first AND last);
            DELETE FROM workflows WHERE EXISTS (SELECT 1 FROM unfinished_adds WHERE serial BETWEEN first AND last);
            DELETE FROM edges WHERE EXISTS (SELECT 1 FROM unfinished_adds WHERE workflow BETWEEN first AND last);
            DELETE FROM unfinished_adds;
            """
        )
    }

    // MARK: Retention

    struct Ended {
        let serial: Int64
        let since: Timestamp
        let isAlone: Bool
    }

    /// How many workflows may be removed. O(n) over their index.
    func countOfEnded() throws -> Int {
        let alone = try connection.single("SELECT count(*) FROM tickers WHERE is_alone = 1 AND ended IS NOT NULL") ?? 0
        let others = try connection.single("SELECT count(*) FROM workflows WHERE removable IS NOT NULL") ?? 0
        return Int(alone + others)
    }

    /// The workflows that may be removed, the longest ended first.
    func longestEnded(limit: Int) throws -> [Ended] {
        let statement = try connection.statement(
            """
            SELECT serial, ended AS since, 1 FROM tickers WHERE is_alone = 1 AND ended IS NOT NULL
            UNION ALL SELECT serial, removable, 0 FROM workflows WHERE removable IS NOT NULL
            ORDER BY since LIMIT ?
            """
        )
        try statement.bind(1, Int64(limit))
        defer { statement.reset() }
        var found: [Ended] = []
        while try statement.step() {
            let since = Timestamp(microseconds: statement.integer(1))
            found.append(Ended(serial: statement.integer(0), since: since, isAlone: statement.integer(2) == 1))
        }
        return found
    }

    /// Removes a workflow with its tickers, edges and attempts. Returns the states of the tickers.
    func remove(_ workflow: Ended) throws -> [TickerState] {
        try run("DELETE FROM attempts WHERE ticker = ?", workflow.serial)
        guard !workflow.isAlone else {
            return try states("DELETE FROM tickers WHERE serial = ? RETURNING status", workflow.serial)
        }
        try run(
            "DELETE FROM attempts WHERE ticker IN (SELECT serial FROM tickers WHERE workflow = ?1 AND workflow <> serial)",
            workflow.serial
        )
        try run("DELETE FROM edges WHERE workflow = ?", workflow.serial)
        // Those to children elsewhere, all of which have ended.
        try run("DELETE FROM edges WHERE parent_workflow IS NOT NULL AND parent_workflow = ?", workflow.serial)
        try run("DELETE FROM workflows WHERE serial = ?", workflow.serial)
        let others = try states(
            "DELETE FROM tickers WHERE workflow = ? AND workflow <> serial RETURNING status",
            workflow.serial
        )
        return try others + states("DELETE FROM tickers WHERE serial = ? RETURNING status", workflow.serial)
    }

    private func run(_ sql: String, _ number: Int64) throws {
        let statement = try connection.statement(sql)
        try statement.bind(1, number)
        try statement.run()
    }

    private func states(_ sql: String, _ number: Int64) throws -> [TickerState] {
        let statement = try connection.statement(sql)
        try statement.bind(1, number)
        defer { statement.reset() }
        var states: [TickerState] = []
        while try statement.step() {
            guard let state = TickerState(text: statement.text(0)) else { throw damaged("a status that is none") }
            states.append(state)
        }
        return states
    }
}
