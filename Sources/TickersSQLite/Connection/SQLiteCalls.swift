internal import CSQLite
internal import Foundation
import Tickers

/// The way of every call that may fail to SQLite, and of every failure back: shared by a connection and its statements.
final class SQLiteCalls {
    let path: String
    /// A header that is wrong now was right once, so the file is damaged and not somebody else's.
    var hasOpened = false

    private let faults: SQLiteFaults?

    init(path: String, faults: SQLiteFaults?) {
        self.path = path
        self.faults = faults
    }

    /// The result code of `call`, or of the fault that is planned in its place.
    @inline(__always)
    func code(_ call: () -> Int32) -> Int32 {
        if let faults, let planned = faults.next() { return planned }
        return call()
    }

    /// Makes `call`, and throws unless it went well.
    @inline(__always)
    func check(on handle: OpaquePointer, doing: @autoclosure () -> String, _ call: () -> Int32) throws {
        let code = code(call)
        if code != SQLITE_OK { throw error(code, on: handle, doing: doing()) }
    }

    /// What `code` means to those who use the store. What the connection says is taken only where it is about this code, which
    /// a planned fault's is not.
    func error(_ code: Int32, on handle: OpaquePointer?, doing: String) -> TickerError {
        var known = code
        var text = String(cString: sqlite3_errstr(code))
        if let handle, sqlite3_extended_errcode(handle) == code {
            text = String(cString: sqlite3_errmsg(handle))
            let reason = sqlite3_system_errno(handle)
            if [SQLITE_IOERR, SQLITE_CANTOPEN].contains(code & 0xff), reason != 0 {
                text += ": \(String(cString: strerror(reason)))"
                // Where a file cannot be created or the log's index cannot grow, SQLite does not call the disk full.
                if [ENOSPC, EDQUOT].contains(reason) { known = SQLITE_FULL }
            }
        }
        if code & 0xff == SQLITE_NOTADB, hasOpened { known = SQLITE_CORRUPT }
        return .sqlite(code: known, message: text, path: path, doing: doing)
    }
}
