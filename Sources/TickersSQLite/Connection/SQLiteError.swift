internal import CSQLite
public import Tickers

extension TickerError.Code {
    /// Another store has the file open, in this process or in another one.
    public static let storeLocked = Self(rawValue: "storeLocked")
    /// The file is damaged.
    public static let storeCorrupt = Self(rawValue: "storeCorrupt")
    /// The file is no SQLite database.
    public static let storeNotADatabase = Self(rawValue: "storeNotADatabase")
    /// The file was written by a newer version of the package.
    public static let storeSchemaTooNew = Self(rawValue: "storeSchemaTooNew")
    /// The disk is full. What has been stored is unharmed.
    public static let storeFull = Self(rawValue: "storeFull")
    /// The file or its folder may not be written.
    public static let storeReadOnly = Self(rawValue: "storeReadOnly")
    /// The file cannot be opened or created.
    public static let storeCannotOpen = Self(rawValue: "storeCannotOpen")
    /// Another connection is in the way for longer than the store waits.
    public static let storeBusy = Self(rawValue: "storeBusy")
    /// SQLite or the disk failed in another way; the message says how.
    public static let storeFailed = Self(rawValue: "storeFailed")
    /// The store has been closed.
    public static let storeClosed = Self(rawValue: "storeClosed")
}

extension TickerError {
    /// The failure of a call to SQLite.
    ///
    /// - Parameters:
    ///   - code: SQLite's result code, extended or not.
    ///   - message: What SQLite says about it.
    ///   - path: The database file.
    ///   - doing: What was being done, or its SQL.
    package static func sqlite(code: Int32, message: String, path: String, doing: String) -> TickerError {
        let meaning = meanings[code] ?? meanings[code & 0xff] ?? Meaning(.storeFailed, nothingMore)
        return TickerError(
            meaning.code,
            "\(path): SQLite says \"\(message)\" (code \(code)) at: \(excerpt(doing)). \(meaning.wayOut)"
        )
    }

    package static func storeLocked(path: String, owner: String?) -> TickerError {
        let holder = owner.map { "process \($0)" } ?? "another process"
        return TickerError(
            .storeLocked,
            "\(path): is open in another store, of \(holder). A file has one store at a time: end the other one first, or "
                + "give this one a file of its own. Reading beside it is possible."
        )
    }

    package static func storeSchemaTooNew(found: Int, known: Int, path: String) -> TickerError {
        TickerError(
            .storeSchemaTooNew,
            "\(path): has schema \(found), and this version of the package knows schemas up to \(known). Use the version of "
                + "the package that wrote it, or a newer one."
        )
    }

    package static func storeCannotOpen(path: String, _ reason: String) -> TickerError {
        TickerError(.storeCannotOpen, "\(path): cannot be opened: \(reason).")
    }

    package static func storeReadOnly(path: String, _ reason: String) -> TickerError {
        TickerError(.storeReadOnly, "\(path): cannot be written: \(reason). \(mayWrite)")
    }

    package static func storeClosed(path: String) -> TickerError {
        TickerError(.storeClosed, "\(path): the store has been closed. Open a new one on the same path.")
    }
}

extension TickerError {
    private struct Meaning: Sendable {
        let code: Code
        let wayOut: String

        init(_ code: Code, _ wayOut: String) {
            self.code = code
            self.wayOut = wayOut
        }
    }

    /// What a code means, by its extended number where that says more than the primary one.
    private static let meanings: [Int32: Meaning] = [
        SQLITE_BUSY: Meaning(.storeBusy, "Another connection holds the file; try again once it has let go."),
        SQLITE_LOCKED: Meaning(.storeBusy, "Another connection holds a table; try again once it has let go."),
        SQLITE_CORRUPT: Meaning(.storeCorrupt, restore),
        SQLITE_NOTADB: Meaning(
            .storeNotADatabase,
            "The file is something else, or the beginning of it is damaged: choose another path, or restore a backup."
        ),
        SQLITE_FULL: Meaning(.storeFull, "What was stored before is unharmed; free space on the disk and it goes on."),
        SQLITE_READONLY: Meaning(.storeReadOnly, mayWrite),
        tickers_sqlite_file_moved: Meaning(
            .storeCannotOpen,
            "The file was moved or replaced while it was open: put it back, and open the store anew."
        ),
        SQLITE_PERM: Meaning(.storeCannotOpen, mayWrite),
        SQLITE_AUTH: Meaning(.storeCannotOpen, mayWrite),
        SQLITE_CANTOPEN: Meaning(
            .storeCannotOpen,
            "The folder has to exist, and the process to be allowed to read and write the file in it."
        ),
        SQLITE_IOERR: Meaning(
            .storeFailed,
            "What was stored before is unharmed; see to the disk and it goes on, or open the store anew."
        ),
        SQLITE_NOMEM: Meaning(.storeFailed, "There was no memory; it goes on once there is."),
        SQLITE_TOOBIG: Meaning(.storeFailed, "A value is larger than SQLite stores; make it smaller."),
        SQLITE_PROTOCOL: Meaning(.storeBusy, "Other connections come and go too fast; try again."),
    ]

    private static let mayWrite = "Let the process write the file and its folder, or choose another path."
    private static let restore =
        "The file is damaged: restore a backup, or save what can be read with the sqlite3 shell's .recover into a new file."
    private static let nothingMore = "This should not be; open the store anew, and report it if it comes again."

    /// The first line of what was being done, and no more than can be read at a glance.
    private static func excerpt(_ text: String) -> String {
        let line = text.prefix { $0 != "\n" }
        return line.count > 120 ? line.prefix(120) + "…" : String(line)
    }
}
