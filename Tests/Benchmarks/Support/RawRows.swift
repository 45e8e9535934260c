import Foundation
import Tickers
import TickersSQLite

/// The rows that a store writes for a ticker's life, written by nothing but SQLite, on a file with the same tables.
enum RawRows {
    private static let insert = """
        INSERT INTO tickers (serial, random, workflow, function, queue, priority, delay, needed, created, status, is_alone,
            is_timed, has_started, is_retried_by_hand, is_stopping, crashes, ready, released, attempts, max_attempts, lease,
            logged, input)
        VALUES (?, ?, ?, 'Durable', 'default', 1, 0, 0, ?, 'scheduled', 1, 0, 0, 0, 0, 0, ?, ?, 0, 1, 0, 0, ?)
        """
    private static let start = """
        UPDATE tickers SET status = 'running', has_started = 1, first_started = ?, started = ?, attempts = 1, lease = ?
        WHERE serial = ?
        """
    private static let end = """
        UPDATE tickers SET status = 'succeeded', is_alone = 1, is_timed = 0, has_started = 1, is_retried_by_hand = 0,
            is_stopping = 0, crashes = 0, due = NULL, ready = ?, released = ?, first_started = ?, started = ?, ended = ?,
            expires = NULL, attempts = 1, max_attempts = 1, lease = ?, logged = 0, reason = NULL, failure = NULL,
            progress = NULL, output = NULL
        WHERE serial = ?
        """

    /// Inserts in transactions of `batch`, and begins and ends each ticker in transactions of `endBatch`.
    static func round(_ count: Int, batch: Int, endBatch: Int) throws -> Duration {
        try withFile { connection in
            try transactions(connection, count, of: batch) { try insert($0, connection) }
            try transactions(connection, count, of: endBatch) { number in
                let statement = try connection.statement(start)
                for index in 1...3 { try statement.bind(index, now + Int64(number)) }
                try statement.bind(4, serial(number))
                try statement.run()
            }
            try transactions(connection, count, of: endBatch) { number in
                let statement = try connection.statement(end)
                for index in 1...6 { try statement.bind(index, now + Int64(number)) }
                try statement.bind(7, serial(number))
                try statement.run()
            }
        }
    }

    /// Inserts one row per transaction.
    static func inserts(_ count: Int) throws -> Duration {
        try withFile { connection in
            try transactions(connection, count, of: 1) { try insert($0, connection) }
        }
    }

    /// What the rows of a filled file are.
    enum Kind {
        /// Due in an hour.
        case scheduled
        /// Run and succeeded.
        case ended
    }

    /// Fills a file with the rows of so many tickers, as a store would have written them; takes little memory.
    static func fill(_ path: String, _ count: Int, _ kind: Kind) throws {
        do { _ = try SQLiteTickerStore(path: path) }
        let connection = try SQLiteConnection(path: path, access: .owner(.full))
        let due = SystemClock().wall.advanced(by: .seconds(3_600)).microseconds
        try transactions(connection, count, of: 10_000) { number in
            try insert(number, connection)
            let statement = try connection.statement(kind == .scheduled ? later : end)
            switch kind {
            case .scheduled:
                for index in 1...2 { try statement.bind(index, due + Int64(number)) }
                try statement.bind(3, serial(number))
            case .ended:
                for index in 1...6 { try statement.bind(index, now + Int64(number)) }
                try statement.bind(7, serial(number))
            }
            try statement.run()
        }
        try connection.begin()
        let status = kind == .scheduled ? "scheduled" : "succeeded"
        try connection.execute("INSERT OR REPLACE INTO totals VALUES ('\(status)', \(count))")
        try connection.commit()
        try connection.close()
    }

    private static let later = "UPDATE tickers SET is_timed = 1, due = ?, own_instant = due, ready = ? WHERE serial = ?"

    private static let now: Int64 = 1_767_225_600_000_000

    private static func serial(_ number: Int) -> Int64 { (now / 1_000) << 12 + Int64(number) }

    private static func insert(_ number: Int, _ connection: SQLiteConnection) throws {
        let statement = try connection.statement(insert)
        let serial = serial(number)
        try statement.bind(1, serial)
        try statement.bind(2, serial &* 0x2545_f491_4f6c_dd1d)
        try statement.bind(3, serial)
        for index in 4...6 { try statement.bind(index, now + Int64(number)) }
        try statement.bind(7, Data("\(number)".utf8))
        try statement.run()
    }

    private static func transactions(
        _ connection: SQLiteConnection,
        _ count: Int,
        of size: Int,
        _ write: (Int) throws -> Void
    ) throws {
        for first in stride(from: 0, to: count, by: size) {
            try connection.begin()
            for number in first..<min(first + size, count) { try write(number) }
            try connection.commit()
        }
    }

    private static func withFile(_ body: (SQLiteConnection) throws -> Void) throws -> Duration {
        try TemporaryFolder.with { folder in
            let path = "\(folder)/raw.db"
            // Made by a store, so that the tables and the indexes are the same.
            do { _ = try SQLiteTickerStore(path: path) }
            let connection = try SQLiteConnection(path: path, access: .owner(.full))
            let began = ContinuousClock.now
            try body(connection)
            let duration = ContinuousClock.now - began
            try connection.close()
            return duration
        }
    }
}
