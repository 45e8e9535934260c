internal import CSQLite
package import Foundation
import Tickers

/// A prepared statement: bind, step, read, reset. Belongs to its connection and is used where that is.
///
/// A column never traps on damaged data: a value of another type is converted or empty, and invalid UTF-8 is repaired.
package final class SQLiteStatement {
    /// Its text.
    package let sql: String

    private let calls: SQLiteCalls
    private var handle: OpaquePointer?

    init(_ handle: OpaquePointer, sql: String, calls: SQLiteCalls) {
        self.handle = handle
        self.sql = sql
        self.calls = calls
    }

    // MARK: Binding, from 1 as in SQLite

    package func bind(_ index: Int, _ value: Int64) throws {
        let handle = try open
        let code = sqlite3_bind_int64(handle, Int32(index), value)
        if code != SQLITE_OK { throw failure(code) }
    }

    package func bind(_ index: Int, _ value: Int64?) throws {
        guard let value else { return try bindNull(index) }
        try bind(index, value)
    }

    package func bind(_ index: Int, _ value: String) throws {
        let handle = try open
        var value = value
        let code = value.withUTF8 { text in
            calls.code {
                // Without an address SQLite would take an empty text for NULL.
                guard let start = text.baseAddress else { return tickers_sqlite_bind_text(handle, Int32(index), "", 0) }
                let size = sqlite3_uint64(text.count)
                return start.withMemoryRebound(to: CChar.self, capacity: text.count) {
                    tickers_sqlite_bind_text(handle, Int32(index), $0, size)
                }
            }
        }
        if code != SQLITE_OK { throw failure(code) }
    }

    package func bind(_ index: Int, _ value: String?) throws {
        guard let value else { return try bindNull(index) }
        try bind(index, value)
    }

    /// Empty data is an empty blob, `nil` is NULL.
    package func bind(_ index: Int, _ value: Data?) throws {
        guard let value else { return try bindNull(index) }
        let handle = try open
        let code = value.withUnsafeBytes { bytes in
            calls.code {
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_zeroblob(handle, Int32(index), 0)
                }
                return tickers_sqlite_bind_blob(handle, Int32(index), start, sqlite3_uint64(bytes.count))
            }
        }
        if code != SQLITE_OK { throw failure(code) }
    }

    package func bindNull(_ index: Int) throws {
        let code = sqlite3_bind_null(try open, Int32(index))
        if code != SQLITE_OK { throw failure(code) }
    }

    // MARK: Running

    /// Goes on to the next row. Returns whether there is one. After an error the statement has been reset.
    package func step() throws -> Bool {
        let handle = try open
        let code = calls.code { sqlite3_step(handle) }
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let error = failure(code)
        reset()
        throw error
    }

    /// Steps to the end, then resets.
    package func run() throws {
        while try step() {}
        reset()
    }

    /// Ends the present run, and clears the bindings.
    package func reset() {
        guard let handle else { return }
        // It answers with the error of the run that ends, which has been thrown.
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func finalize() {
        guard let handle else { return }
        sqlite3_finalize(handle)
        self.handle = nil
    }

    private var open: OpaquePointer {
        get throws {
            guard let handle else { throw TickerError.storeClosed(path: calls.path) }
            return handle
        }
    }

    private func failure(_ code: Int32) -> TickerError {
        calls.error(code, on: handle.flatMap { sqlite3_db_handle($0) }, doing: sql)
    }
}

// MARK: Columns, from 0 as in SQLite

extension SQLiteStatement {
    package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    package func integerOrNil(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    package func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(handle, Int32(column)) else { return "" }
        let size = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: size), as: UTF8.self)
    }

    package func textOrNil(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    package func blobOrNil(_ column: Int) -> Data? {
        guard !isNull(column) else { return nil }
        guard let start = sqlite3_column_blob(handle, Int32(column)) else { return Data() }
        return Data(bytes: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
    }

    private func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }
}
