import Foundation
import Tickers

/// The redo log: rows of large changes that have been decided, and are written into their tables later.
extension TickerFile {
    /// Keeps some rows.
    func writeRedo(_ ordinal: Int64, _ bytes: [UInt8]) throws {
        let statement = try connection.statement("INSERT INTO redo_log (ordinal, rows) VALUES (?, ?)")
        defer { statement.reset() }
        try statement.bind(1, ordinal)
        try statement.bind(2, Data(bytes))
        try statement.run()
    }

    /// Says that rows of the log are in their tables.
    func removeRedo(_ ordinal: Int64) throws {
        let statement = try connection.statement("DELETE FROM redo_log WHERE ordinal = ?")
        defer { statement.reset() }
        try statement.bind(1, ordinal)
        try statement.run()
        // Otherwise it would be found again, and for ever.
        guard connection.changes == 1 else { throw damaged("a piece of the redo log cannot be removed") }
    }

    /// Says that a row is in its table as it stands in the log up to some place, so that it is not written again.
    func writeAhead(_ name: RowName, upTo ordinal: Int64) throws {
        let statement = try connection.statement(
            "INSERT OR REPLACE INTO redo_ahead (ticker, position, ordinal) VALUES (?, ?, ?)"
        )
        defer { statement.reset() }
        try statement.bind(1, name.ticker)
        try statement.bind(2, Int64(name.position ?? -1))
        try statement.bind(3, ordinal)
        try statement.run()
    }

    /// Says that nothing is left of the log.
    func endRedo() throws { try connection.execute("DELETE FROM redo_ahead") }

    /// Writes a row of the log into its table.
    ///
    /// - Parameter start: Where its statements begin in the bytes.
    func redo(_ name: RowName, in bytes: [UInt8], at start: Int) throws {
        do {
            var reader = RedoBytes(bytes, from: start)
            if let repeated = try reader.repetition() { reader = repeated }
            try redo(name, &reader)
        } catch is RedoBytes.Damage {
            throw damaged("the redo log cannot be read")
        }
    }

    private func redo(_ name: RowName, _ statements: inout RedoBytes) throws {
        while let (statement, values) = try statements.statement() {
            let prepared = try self.statement(statement)
            defer { prepared.reset() }
            for index in 0..<values {
                switch try statements.value(name) {
                case .null: break
                case .integer(let value): try prepared.bind(index + 1, value)
                case .text(let value): try prepared.bind(index + 1, value)
                case .blob(let value): try prepared.bind(index + 1, value)
                }
            }
            while try prepared.step() {}
        }
    }

    /// Writes all that a process has left in the log, in one transaction after the other. Returns how many rows that were.
    func redoAll() throws -> Int {
        var rows = 0
        // To delete nothing is to write as well.
        guard try firstRedo() != nil else { return 0 }
        let ahead = try rowsAhead()
        while let (ordinal, bytes) = try firstRedo() {
            try transaction {
                rows += try redo(bytes) { ahead[$0].map { $0 >= ordinal } ?? false }
                try removeRedo(ordinal)
            }
        }
        try transaction { try endRedo() }
        return rows
    }

    private func redo(_ bytes: [UInt8], unless isAhead: (RowName) -> Bool) throws -> Int {
        var rows = 0
        var reader = RedoBytes(bytes)
        do {
            while !reader.isAtEnd {
                let name = try reader.name()
                let isNew = !isAhead(name)
                if isNew { rows += 1 }
                if var repeated = try reader.repetition() {
                    if isNew { try redo(name, &repeated) }
                } else if isNew {
                    try redo(name, &reader)
                } else {
                    try reader.skipStatements()
                }
            }
        } catch is RedoBytes.Damage {
            throw damaged("the redo log cannot be read")
        }
        return rows
    }

    private func firstRedo() throws -> (ordinal: Int64, bytes: [UInt8])? {
        let statement = try connection.statement("SELECT ordinal, rows FROM redo_log ORDER BY ordinal LIMIT 1")
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return (statement.integer(0), [UInt8](statement.blobOrNil(1) ?? Data()))
    }

    private func rowsAhead() throws -> [RowName: Int64] {
        let statement = try connection.statement("SELECT ticker, position, ordinal FROM redo_ahead")
        defer { statement.reset() }
        var found: [RowName: Int64] = [:]
        while try statement.step() {
            let position = Int32(clamping: statement.integer(1))
            let name = RowName(ticker: statement.integer(0), position: position < 0 ? nil : position)
            found[name] = statement.integer(2)
        }
        return found
    }
}
