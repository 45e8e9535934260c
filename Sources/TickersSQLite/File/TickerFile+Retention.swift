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

    /// How many adds are under way.
    func unfinishedAdds() throws -> Int { try serials("SELECT first FROM unfinished_adds").count }

    /// Removes what is there of adds that were under way when the process ended.
    func removeUnfinishedAdds() throws {
        // To delete nothing is to write as well.
        guard try unfinishedAdds() > 0 else { return }
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

        /// Whether some of it has been removed already.
        var isBegun: Bool { since == TickerFile.removalBegan }
    }

    /// What one transaction has removed of a workflow.
    struct Removal {
        /// The states of the tickers.
        var states: [TickerState] = []
        /// How many rows there were in all.
        var rows = 0
        /// Whether nothing is left.
        var isWhole = false
    }

    /// Since when a workflow may be removed of which some has been: the longest of all, so it is the first to go on with.
    static let removalBegan = Timestamp(microseconds: .min + 1)
    /// Tickers that are removed at once, since each may have ``TickerLimits/attemptsKept`` rows beside its own.
    private static let removedAtOnce = 500

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

    /// Removes a workflow with its tickers, edges and attempts, or some of it.
    ///
    /// The first ticker goes first, and from then on nobody sees any of it; the workflow's own row goes last. So what a crash leaves
    /// is found, and removed when its turn comes, which is the next.
    ///
    /// - Parameter room: How many rows to remove, or some more; edges to children in other workflows all go with the first ticker.
    func remove(_ workflow: Ended, room: Int) throws -> Removal {
        var removal = Removal()
        if !workflow.isBegun {
            removal.rows += try run("DELETE FROM attempts WHERE ticker = ?", workflow.serial)
            removal.states += try states("DELETE FROM tickers WHERE serial = ? RETURNING status", workflow.serial)
            removal.rows += 1
            guard !workflow.isAlone else {
                removal.isWhole = true
                return removal
            }
            // All of these children have ended.
            removal.rows += try run(
                "DELETE FROM edges WHERE parent_workflow IS NOT NULL AND parent_workflow = ?",
                workflow.serial
            )
            let (began, serial) = (Self.removalBegan.microseconds, workflow.serial)
            removal.rows += try run("UPDATE workflows SET removable = ? WHERE serial = ?", began, serial)
        }
        guard try removeEdges(of: workflow.serial, room: room, &removal) else { return removal }
        while removal.rows < room {
            let count = min(room - removal.rows, Self.removedAtOnce)
            guard try removeTickers(of: workflow.serial, count, &removal) else { continue }
            removal.rows += try run("DELETE FROM workflows WHERE serial = ?", workflow.serial)
            removal.isWhole = true
            return removal
        }
        return removal
    }

    /// Removes edges while there is room. Returns whether none is left.
    private func removeEdges(of workflow: Int64, room: Int, _ removal: inout Removal) throws -> Bool {
        guard removal.rows < room else { return false }
        let statement = try connection.statement(
            "SELECT child, position FROM edges WHERE workflow = ? ORDER BY child, position LIMIT 1 OFFSET ?"
        )
        try statement.bind(1, workflow)
        try statement.bind(2, Int64(room - removal.rows))
        defer { statement.reset() }
        guard try statement.step() else {
            removal.rows += try run("DELETE FROM edges WHERE workflow = ?", workflow)
            return true
        }
        let (child, position) = (statement.integer(0), statement.integer(1))
        statement.reset()
        removal.rows += try run(
            "DELETE FROM edges WHERE workflow = ? AND (child, position) < (?, ?)",
            workflow,
            child,
            position
        )
        return false
    }

    /// Removes some tickers but the first, which is gone. Returns whether none is left.
    private func removeTickers(of workflow: Int64, _ count: Int, _ removal: inout Removal) throws -> Bool {
        let members = "workflow = ?1 AND workflow <> serial"
        let next = try serials(
            "SELECT serial FROM tickers WHERE \(members) ORDER BY serial LIMIT 1 OFFSET ?2",
            workflow,
            Int64(count)
        ).first
        let bounded = "\(members) AND serial < ?2"
        removal.rows += try run(
            "DELETE FROM attempts WHERE ticker IN (SELECT serial FROM tickers WHERE \(bounded))",
            workflow,
            next ?? .max
        )
        let removed = try states("DELETE FROM tickers WHERE \(bounded) RETURNING status", workflow, next ?? .max)
        removal.states += removed
        removal.rows += removed.count
        return next == nil
    }

    /// Runs a statement with its parameters bound to these numbers. Returns how many rows it has changed.
    private func run(_ sql: String, _ numbers: Int64...) throws -> Int {
        let statement = try connection.statement(sql)
        for (index, number) in numbers.enumerated() { try statement.bind(index + 1, number) }
        try statement.run()
        return connection.changes
    }

    private func states(_ sql: String, _ numbers: Int64...) throws -> [TickerState] {
        let statement = try connection.statement(sql)
        for (index, number) in numbers.enumerated() { try statement.bind(index + 1, number) }
        defer { statement.reset() }
        var states: [TickerState] = []
        while try statement.step() {
            guard let state = TickerState(text: statement.text(0)) else { throw damaged("a status that is none") }
            states.append(state)
        }
        return states
    }
}
