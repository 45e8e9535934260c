internal import CSQLite
import Tickers

/// One connection to a database file, confined to whoever owns it: it is not `Sendable`, and SQLite takes no locks for it.
///
/// Statements are prepared once per text and kept. Every failure is a ``TickerError`` that names the file and the way out;
/// a call after ``close()`` throws `storeClosed`.
package final class SQLiteConnection {
    /// What the connection may do.
    package enum Access: Sendable, Hashable {
        /// Reads, writes and checkpoints. One at a time per file, which ``StoreOwnership`` sees to.
        case owner(Durability)
        /// Reads only and never checkpoints, beside an owner or without one.
        case readOnly
    }

    /// The file, its links resolved; as given where a VFS of its own interprets it.
    package let path: String
    package let access: Access

    private let calls: SQLiteCalls
    private var handle: OpaquePointer?
    private var statements: [String: SQLiteStatement] = [:]

    /// Opens the file, as owner creating it if it is missing, with mode 0600.
    ///
    /// - Throws: ``TickerError`` with code `storeCannotOpen`, `storeNotADatabase`, `storeReadOnly`, `storeCorrupt` or what
    ///   else SQLite says.
    package init(path: String, access: Access, vfs: String? = nil, faults: SQLiteFaults? = nil) throws {
        let resolved = try vfs == nil ? DatabaseFile.prepared(path, creating: access != .readOnly) : path
        self.path = resolved
        self.access = access
        calls = SQLiteCalls(path: resolved, faults: faults)
        var opened: OpaquePointer?
        let flags = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = calls.code {
            sqlite3_open_v2(resolved, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs)
        }
        guard code == SQLITE_OK, let opened else {
            let error = calls.error(code, on: opened, doing: "opening the database")
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        do {
            try configure()
        } catch {
            closeAtOnce()
            throw error
        }
        calls.hasOpened = true
    }

    deinit { closeAtOnce() }

    // MARK: Statements

    /// Runs one or more statements, whose rows are not wanted.
    package func execute(_ sql: String) throws {
        let handle = try open
        try calls.check(on: handle, doing: sql) { sqlite3_exec(handle, sql, nil, nil, nil) }
    }

    /// The statement of this text, prepared at its first use and kept; it comes back reset, with its bindings cleared.
    /// O(length of the text), so whoever runs one often keeps it.
    ///
    /// There is one statement per text, so one that is being stepped must not be asked for again before it is done with.
    package func statement(_ sql: String) throws -> SQLiteStatement {
        let handle = try open
        if let known = statements[sql] {
            known.reset()
            return known
        }
        var prepared: OpaquePointer?
        try calls.check(on: handle, doing: sql) {
            sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        }
        guard let prepared else { preconditionFailure("there is no statement in \(sql)") }
        let statement = SQLiteStatement(prepared, sql: sql, calls: calls)
        statements[sql] = statement
        return statement
    }

    /// What a pragma answers with, as text; `nil` where it has no answer.
    package func pragma(_ pragma: String) throws -> String? {
        let statement = try statement("PRAGMA \(pragma)")
        defer { statement.reset() }
        return try statement.step() ? statement.textOrNil(0) : nil
    }

    /// The rows changed by the last statement that changes rows.
    package var changes: Int { handle.map { Int(sqlite3_changes64($0)) } ?? 0 }

    // MARK: Transactions

    /// Begins a transaction that may write: `BEGIN IMMEDIATE`.
    package func begin() throws { try statement("BEGIN IMMEDIATE").run() }

    /// Commits. After an error the caller calls ``rollback()``.
    package func commit() throws { try statement("COMMIT").run() }

    /// Takes back what the transaction has done; nothing happens outside of one. Never fails: what SQLite cannot take back
    /// now, it takes back at the next opening.
    package func rollback() {
        guard let handle, isInTransaction else { return }
        for statement in statements.values { statement.reset() }
        sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }

    /// Whether a transaction is open. SQLite closes one by itself after some errors.
    package var isInTransaction: Bool { handle.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    // MARK: Closing

    /// Whether it has not been closed.
    package var isOpen: Bool { handle != nil }

    /// Closes in good order: an open transaction is rolled back, and an owner moves what is in the log into the database file.
    ///
    /// The connection is closed also where this throws; nothing committed is lost then, it stays in the log. Again it does
    /// nothing.
    package func close() throws {
        guard let handle else { return }
        defer { closeAtOnce() }
        rollback()
        finalizeStatements()
        guard access != .readOnly else { return }
        let code = calls.code { sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) }
        // Someone reads: the log stays beside the file, as whole as it was.
        if code == SQLITE_OK || code & 0xff == SQLITE_BUSY { return }
        throw calls.error(code, on: handle, doing: "moving the log into the database")
    }

    private func closeAtOnce() {
        finalizeStatements()
        guard let handle else { return }
        sqlite3_close_v2(handle)
        self.handle = nil
    }

    private func finalizeStatements() {
        for statement in statements.values { statement.finalize() }
        statements = [:]
    }

    private var open: OpaquePointer {
        get throws {
            guard let handle else { throw TickerError.storeClosed(path: path) }
            return handle
        }
    }
}

extension SQLiteConnection {
    /// How long a statement waits for another connection that recovers the log.
    private static let busyMilliseconds: Int32 = 250

    private func configure() throws {
        let handle = try open
        sqlite3_busy_timeout(handle, Self.busyMilliseconds)
        var switches = [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_FKEY, 0),
            (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0),
        ]
        if access == .readOnly { switches.append((SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)) }
        for (option, isOn) in switches {
            try calls.check(on: handle, doing: "configuring the connection") {
                tickers_sqlite_switch(handle, Int32(option), Int32(isOn))
            }
        }
        // The cache is bounded in KiB, so that the store's memory is; damaged pages are looked for as they are read.
        try execute("PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON")
        switch access {
        case .readOnly: try execute("PRAGMA query_only=ON; SELECT count(*) FROM sqlite_schema")
        case .owner(let durability): try configureOwner(durability, handle)
        }
    }

    private func configureOwner(_ durability: Durability, _ handle: OpaquePointer) throws {
        if sqlite3_db_readonly(handle, "main") == 1 {
            throw calls.error(SQLITE_READONLY, on: nil, doing: "opening the database to write")
        }
        guard try pragma("journal_mode=WAL") == "wal" else {
            throw TickerError.storeCannotOpen(path: path, "its file system does not allow a write-ahead log")
        }
        switch durability {
        // Apple's disks confirm a write that is in their cache, unless asked for more.
        case .full: try execute("PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON")
        case .normal: try execute("PRAGMA synchronous=NORMAL; PRAGMA checkpoint_fullfsync=ON")
        }
        // In pages of 4 KiB: the log is moved into the database at 16 MiB, and is cut back to no more when it had to grow.
        try execute("PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=16777216")
    }
}
