import Foundation
import Tickers
import TickersSQLite
import TickersSQLiteTesting

/// Transactions as a store makes them, numbered, of a few rows each, that can be told whole from torn.
struct RawWork {
    let disk: FaultyDisk
    let durability: Durability
    var faults: SQLiteFaults?
    /// What the connection is told after it has been opened.
    var tuning = "PRAGMA wal_autocheckpoint=6"
    var generator: SeededGenerator

    /// The transactions whose commit was answered.
    private(set) var answered = 0

    init(disk: FaultyDisk, durability: Durability, seed: UInt64) {
        self.disk = disk
        self.durability = durability
        generator = SeededGenerator(seed: seed)
    }

    func open() throws -> SQLiteConnection {
        let connection = try SQLiteConnection(
            path: "app.db",
            access: .owner(durability),
            vfs: disk.name,
            faults: faults
        )
        try connection.execute(tuning)
        let rows = "rows (transaction_number INTEGER, row_number INTEGER, count INTEGER, bytes BLOB)"
        try connection.execute("CREATE TABLE IF NOT EXISTS \(rows)")
        return connection
    }

    /// Goes on with the next transaction after those that are there.
    mutating func work(_ connection: SQLiteConnection, transactions: Int) throws {
        var next = try found(connection)
        answered = next
        for _ in 0..<transactions {
            next += 1
            try transact(connection, number: next)
            answered = next
        }
    }

    private mutating func transact(_ connection: SQLiteConnection, number: Int) throws {
        do {
            try connection.begin()
            let count = Int.random(in: 1...4, using: &generator)
            for row in 0..<count {
                let insert = try connection.statement("INSERT INTO rows VALUES (?, ?, ?, ?)")
                try insert.bind(1, Int64(number))
                try insert.bind(2, Int64(row))
                try insert.bind(3, Int64(count))
                let size = Int.random(in: 0...3_000, using: &generator)
                try insert.bind(4, Data(repeating: UInt8(truncatingIfNeeded: number), count: size))
                try insert.run()
            }
            try connection.commit()
        } catch {
            connection.rollback()
            throw error
        }
    }

    /// The latest transaction that is there.
    func found(_ connection: SQLiteConnection) throws -> Int {
        let read = try connection.statement("SELECT max(transaction_number) FROM rows")
        defer { read.reset() }
        return try read.step() ? Int(read.integer(0)) : 0
    }

    /// How many answered transactions are not there; from now on those that are count as answered.
    mutating func inspect(_ connection: SQLiteConnection) throws -> (lost: Int, problems: [String]) {
        let found = try found(connection)
        var problems = try problems(connection)
        if found > answered + 1 {
            problems.append("transaction \(found) is there, but \(answered) was the last one answered")
        }
        defer { answered = found }
        return (max(0, answered - found), problems)
    }

    /// What is wrong with the file: damage, a transaction that is missing before others, or one that is there in part.
    private func problems(_ connection: SQLiteConnection) throws -> [String] {
        var problems: [String] = []
        let check = try connection.pragma("integrity_check") ?? "nothing"
        if check != "ok" { problems.append("integrity_check says \(check)") }
        let read = try connection.statement(
            """
            SELECT transaction_number, count(*), min(count), max(count),
                sum(bytes = zeroblob(0) OR hex(substr(bytes, 1, 1)) = printf('%02X', transaction_number % 256))
            FROM rows GROUP BY 1 ORDER BY 1
            """
        )
        defer { read.reset() }
        var expected: Int64 = 1
        while try read.step() {
            let number = read.integer(0)
            if number != expected { problems.append("transaction \(expected) is missing before \(number)") }
            let counts = Set((1...4).map { read.integer($0) })
            if counts.count != 1 { problems.append("transaction \(number) is there in part: \(counts)") }
            expected = number + 1
        }
        return problems
    }
}
