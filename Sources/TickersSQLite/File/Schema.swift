import Tickers

/// The tables of a store's file, and the way to them from every earlier version.
///
/// Times are microseconds since 1970 UTC; a ticker or workflow is named by its *serial*, the time-ordered half of its id,
/// so the rows lie in the order in which they were created and need no index for it.
enum Schema {
    /// What each version adds to the one before it; the file's `user_version` says how many it has.
    static let migrations: [String] = [version1, version2, version3]

    static var version: Int { migrations.count }

    /// Brings a file to the present version, in one transaction.
    ///
    /// - Throws: ``TickerError``: `storeSchemaTooNew`, `storeNotADatabase` for a database of something else, and what SQLite says.
    static func migrate(_ connection: SQLiteConnection) throws {
        let found = try version(of: connection)
        guard found < version else { return }
        try connection.begin()
        do {
            try refuseUnsettled(connection, version: found)
            for migration in migrations[found...] { try connection.execute(migration) }
            try connection.execute("PRAGMA user_version = \(version)")
            try connection.commit()
        } catch {
            connection.rollback()
            throw error
        }
    }

    /// The file's version, 0 for a new one.
    ///
    /// - Throws: ``TickerError``: `storeSchemaTooNew`, `storeNotADatabase` for a database of something else.
    static func version(of connection: SQLiteConnection) throws -> Int {
        let found = Int(try connection.single("PRAGMA user_version") ?? 0)
        guard found <= version else {
            throw TickerError.storeSchemaTooNew(found: found, known: version, path: connection.path)
        }
        let tables = try connection.single("SELECT count(*) FROM sqlite_schema") ?? 0
        let ours = try connection.single("SELECT count(*) FROM sqlite_schema WHERE name = 'ticker_overview'") ?? 0
        guard (found == 0) == (tables == 0), found == 0 || ours == 1 else {
            throw TickerError.storeOfSomethingElse(path: connection.path)
        }
        return found
    }

    private static let version1 = """
        CREATE TABLE tickers (
            serial INTEGER PRIMARY KEY,
            random INTEGER NOT NULL,
            workflow INTEGER NOT NULL,
            function TEXT NOT NULL,
            queue TEXT NOT NULL,
            priority INTEGER NOT NULL,
            options TEXT,
            limit_key TEXT,
            status TEXT NOT NULL,
            is_alone INTEGER NOT NULL,
            is_timed INTEGER NOT NULL,
            has_started INTEGER NOT NULL,
            is_retried_by_hand INTEGER NOT NULL,
            is_stopping INTEGER NOT NULL,
            crashes INTEGER NOT NULL,
            needed INTEGER NOT NULL,
            own_instant INTEGER,
            delay INTEGER NOT NULL,
            due INTEGER,
            ready INTEGER NOT NULL,
            created INTEGER NOT NULL,
            released INTEGER NOT NULL,
            first_started INTEGER,
            started INTEGER,
            ended INTEGER,
            expires INTEGER,
            attempts INTEGER NOT NULL,
            max_attempts INTEGER NOT NULL,
            lease INTEGER NOT NULL,
            logged INTEGER NOT NULL,
            reason TEXT,
            failure TEXT,
            progress TEXT,
            metadata TEXT,
            input_from TEXT,
            input BLOB,
            output BLOB
        ) STRICT;
        CREATE INDEX tickers_due ON tickers(function, queue, priority, is_timed, ready)
            WHERE status IN ('scheduled', 'retrying');
        CREATE INDEX tickers_running ON tickers(serial) WHERE status = 'running';
        CREATE INDEX tickers_members ON tickers(workflow) WHERE workflow <> serial;
        CREATE INDEX tickers_alone_ended ON tickers(ended) WHERE is_alone = 1 AND ended IS NOT NULL;
        CREATE INDEX tickers_expiring ON tickers(expires) WHERE expires IS NOT NULL;
        CREATE INDEX tickers_keyed ON tickers(limit_key) WHERE limit_key IS NOT NULL;
        CREATE INDEX tickers_holding ON tickers(limit_key)
            WHERE limit_key IS NOT NULL AND has_started = 1 AND ended IS NULL;

        CREATE TABLE workflows (
            serial INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            created INTEGER NOT NULL,
            ended INTEGER,
            options TEXT,
            deadline INTEGER,
            is_being_cancelled INTEGER NOT NULL,
            is_unsettled INTEGER NOT NULL,
            is_tied INTEGER NOT NULL,
            has_parents_elsewhere INTEGER NOT NULL,
            pins INTEGER NOT NULL,
            removable INTEGER
        ) STRICT;
        CREATE INDEX workflows_removable ON workflows(removable) WHERE removable IS NOT NULL;
        CREATE INDEX workflows_deadline ON workflows(deadline) WHERE deadline IS NOT NULL AND ended IS NULL;
        CREATE INDEX workflows_unsettled ON workflows(serial) WHERE is_unsettled = 1;

        CREATE TABLE edges (
            workflow INTEGER NOT NULL,
            child INTEGER NOT NULL,
            position INTEGER NOT NULL,
            parent INTEGER NOT NULL,
            parent_workflow INTEGER,
            condition TEXT NOT NULL,
            on_parent_failure TEXT NOT NULL,
            added_by_attempt INTEGER,
            verdict TEXT NOT NULL,
            PRIMARY KEY (workflow, child, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX edges_elsewhere ON edges(parent_workflow) WHERE parent_workflow IS NOT NULL;

        CREATE TABLE attempts (
            ticker INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            lease INTEGER NOT NULL,
            number INTEGER NOT NULL,
            started INTEGER NOT NULL,
            ended INTEGER,
            outcome TEXT NOT NULL,
            failure TEXT,
            PRIMARY KEY (ticker, ordinal)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE unique_keys (
            function TEXT NOT NULL,
            key TEXT NOT NULL,
            ticker INTEGER NOT NULL,
            ticker_random INTEGER NOT NULL,
            workflow INTEGER NOT NULL,
            workflow_random INTEGER NOT NULL,
            until INTEGER,
            PRIMARY KEY (function, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX unique_keys_until ON unique_keys(until) WHERE until IS NOT NULL;

        CREATE TABLE paused_queues (queue TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE totals (status TEXT PRIMARY KEY, tickers INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE unfinished_adds (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
        CREATE TABLE openings (count INTEGER NOT NULL) STRICT;
        INSERT INTO openings VALUES (0);

        CREATE VIEW ticker_overview AS SELECT
            \(idText("t.serial", "t.random")) AS id,
            \(idText("f.serial", "f.random")) AS workflow,
            coalesce(w.name, '') AS workflow_name,
            t.function,
            t.queue,
            iif(t.status IN ('scheduled', 'retrying') AND coalesce(t.due, 0) <= \(presentText),
                'pending', t.status) AS status,
            t.attempts || '/' || t.max_attempts AS attempts,
            \(timeText("t.created")) AS created,
            \(timeText("t.due")) AS due,
            \(timeText("t.started")) AS started,
            \(timeText("t.ended")) AS ended,
            t.reason,
            t.failure,
            CAST(t.input AS TEXT) AS input,
            CAST(t.output AS TEXT) AS output
        FROM tickers t JOIN tickers f ON f.serial = t.workflow LEFT JOIN workflows w ON w.serial = t.workflow;
        """

    /// Recurrences: the columns in front are for people, the last one is what is read. Which of its occurrences have not ended the
    /// workflows say, each by the name of the recurrence.
    private static let version2 = """
        CREATE TABLE recurrences (
            name TEXT PRIMARY KEY,
            rule TEXT NOT NULL,
            is_paused INTEGER NOT NULL,
            next INTEGER,
            last INTEGER,
            record TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE workflows ADD COLUMN occurrence TEXT;
        CREATE INDEX workflows_unfinished ON workflows(occurrence) WHERE ended IS NULL AND occurrence IS NOT NULL;
        """

    /// The redo log of large changes, in the place of marks that said what had to be decided again.
    private static let version3 = """
        DROP INDEX workflows_unsettled;
        ALTER TABLE workflows DROP COLUMN is_unsettled;
        CREATE TABLE redo_log (ordinal INTEGER PRIMARY KEY, rows BLOB NOT NULL) STRICT;
        CREATE TABLE redo_ahead (
            ticker INTEGER NOT NULL,
            position INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            PRIMARY KEY (ticker, position)
        ) STRICT, WITHOUT ROWID;
        """

    /// A file of before version 3 in which a large settlement has been decided and not been written: only who wrote it can go on.
    private static func refuseUnsettled(_ connection: SQLiteConnection, version: Int) throws {
        guard 1..<3 ~= version else { return }
        let count = try connection.single("SELECT count(*) FROM workflows WHERE is_unsettled = 1") ?? 0
        guard count > 0 else { return }
        throw TickerError.storeCannotOpen(
            path: connection.path,
            "its process ended while \(count) workflows were being settled; open it once with the version that wrote it"
        )
    }

    /// SQLite has whole seconds as a function, and microseconds only by the day.
    private static let presentText = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"

    /// The 36 characters of an id; `TickerID/serial` says how it is put together.
    private static func idText(_ serial: String, _ random: String) -> String {
        "printf('%08x-%04x-7%03x-%04x-%012x', \(serial) >> 28, (\(serial) >> 12) & 0xffff, \(serial) & 0xfff, "
            + "(\(random) >> 48) & 0xffff, \(random) & 0xffffffffffff)"
    }

    private static func timeText(_ column: String) -> String {
        "strftime('%Y-%m-%dT%H:%M:%fZ', \(column) / 1000000.0, 'unixepoch')"
    }
}

extension SQLiteConnection {
    /// The one integer that a statement answers with; `nil` for no row or NULL.
    func single(_ sql: String) throws -> Int64? {
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.integerOrNil(0) : nil
    }
}

extension TickerError {
    fileprivate static func storeOfSomethingElse(path: String) -> TickerError {
        TickerError(
            .storeNotADatabase,
            "\(path): is a database, but not one of tickers. Choose another path; nothing in it was changed."
        )
    }
}
