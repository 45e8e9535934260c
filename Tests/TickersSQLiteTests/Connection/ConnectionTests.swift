import Foundation
import Testing
import Tickers
import TickersSQLite

@Suite("A connection", .serialized)
struct ConnectionTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(
        "keeps whole numbers from end to end",
        arguments: [Int64.min, -1, 0, 1, 9_007_199_254_740_993, .max] as [Int64]
    )
    func integers(value: Int64) throws {
        let connection = try table()
        let row = try stored(connection) { try $0.bind(1, value) }
        #expect(row.integer(0) == value)
        #expect(row.integerOrNil(0) == value)
    }

    @Test(
        "keeps texts as they are",
        arguments: [("", 1), ("a", 1), ("fünfzehn", 1), ("👩‍🚀🏳️‍🌈", 1), ("a\0b\0", 1), ("long ", 100_000)]
    )
    func texts(text: String, times: Int) throws {
        let value = String(repeating: text, count: times)
        let connection = try table()
        let row = try stored(connection) { try $0.bind(1, value) }
        #expect(Array(row.text(0).utf8) == Array(value.utf8))
        #expect(row.textOrNil(0) == value)
    }

    @Test("keeps bytes as they are", arguments: [0, 1, 255, 1 << 20])
    func blobs(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let value = Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let connection = try table()
        let row = try stored(connection) { try $0.bind(1, value) }
        #expect(row.blobOrNil(0) == value)
    }

    @Test("keeps nothing as nothing, which an empty value is not")
    func nothing() throws {
        let connection = try table()
        for bind in [
            { try $0.bindNull(1) }, { try $0.bind(1, Int64?.none) }, { try $0.bind(1, String?.none) },
            { try $0.bind(1, Data?.none) },
        ] as [(SQLiteStatement) throws -> Void] {
            let row = try stored(connection, bind)
            #expect(row.integerOrNil(0) == nil)
            #expect(row.textOrNil(0) == nil)
            #expect(row.blobOrNil(0) == nil)
        }
        #expect(try stored(connection) { try $0.bind(1, "") }.textOrNil(0) == "")
        #expect(try stored(connection) { try $0.bind(1, Data()) }.blobOrNil(0) == Data())
    }

    @Test("reads what is of another type, or damaged, without a trap")
    func wrongTypes() throws {
        let connection = try table()
        let number = try stored(connection) { try $0.bind(1, 12) }
        #expect(number.blobOrNil(0) == Data("12".utf8))
        let text = try stored(connection) { try $0.bind(1, "x") }
        #expect(text.integer(0) == 0)
        let bytes = try stored(connection) { try $0.bind(1, Data([0x61, 0xff, 0x62])) }
        #expect(bytes.text(0) == "a\u{fffd}b")
        #expect(bytes.integer(7) == 0)
        #expect(bytes.integer(-1) == 0)
        #expect(bytes.textOrNil(7) == nil)
        #expect(bytes.text(7) == "")
        #expect(bytes.blobOrNil(7) == nil)
    }

    @Test("prepares a text once, and hands it out reset and without bindings")
    func cachedStatements() throws {
        let connection = try table()
        let insert = try connection.statement("INSERT INTO t VALUES (?)")
        try insert.bind(1, "first")
        try insert.run()
        let again = try connection.statement("INSERT INTO t VALUES (?)")
        #expect(insert === again)
        try again.run()
        #expect(connection.changes == 1)

        let read = try connection.statement("SELECT a FROM t ORDER BY rowid")
        #expect(try read.step())
        #expect(read.text(0) == "first")
        let fresh = try connection.statement("SELECT a FROM t ORDER BY rowid")
        #expect(try fresh.step())
        #expect(fresh.text(0) == "first")
        #expect(try fresh.step())
        #expect(fresh.textOrNil(0) == nil)
        #expect(try !fresh.step())
    }

    @Test("a kept statement can be bound again at once, whether it went well or not")
    func keptStatements() throws {
        let connection = try table()
        try connection.execute("CREATE UNIQUE INDEX one ON t (a)")
        let insert = try connection.statement("INSERT INTO t VALUES (?)")
        for value in ["a", "b"] {
            try insert.bind(1, value)
            try insert.run()
            try insert.bind(1, value)
            expect(.storeFailed) { try insert.run() }
        }
        // Its binding is gone with its end.
        try insert.run()
        #expect(try count(connection) == 3)
        expect(.storeFailed) { try insert.bind(2, 1) }
        expect(.storeFailed) { try insert.bind(0, "a") }
    }

    @Test("commits and rolls back")
    func transactions() throws {
        let connection = try table()
        connection.rollback()
        try connection.begin()
        #expect(connection.isInTransaction)
        try connection.execute("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")
        try connection.commit()
        #expect(!connection.isInTransaction)
        try connection.begin()
        try connection.execute("DELETE FROM t")
        #expect(connection.changes == 2)
        let open = try connection.statement("SELECT 1 UNION SELECT 2")
        #expect(try open.step())
        connection.rollback()
        #expect(!connection.isInTransaction)
        #expect(try count(connection) == 2)
    }

    @Test("refuses everything once it is closed, statements of before too")
    func closed() throws {
        let connection = try table()
        let insert = try connection.statement("INSERT INTO t VALUES (?)")
        try connection.close()
        try connection.close()
        expect(.storeClosed) { try connection.execute("SELECT 1") }
        expect(.storeClosed) { _ = try connection.statement("SELECT 1") }
        expect(.storeClosed) { try connection.begin() }
        expect(.storeClosed) { try insert.bind(1, 1) }
        expect(.storeClosed) { _ = try insert.step() }
        insert.reset()
        #expect(insert.textOrNil(0) == nil)
        #expect(!connection.isInTransaction)
        #expect(connection.changes == 0)
        connection.rollback()
    }

    @Test("says which statement failed, where and why")
    func failedStatement() throws {
        let connection = try table()
        do {
            try connection.execute("INSERT INTO nowhere VALUES (1)")
            Issue.record("nothing was thrown")
        } catch let error as TickerError {
            #expect(error.code == .storeFailed)
            #expect(error.message.contains(scratch.path()))
            #expect(error.message.contains("INSERT INTO nowhere"))
            #expect(error.message.contains("no such table: nowhere"))
        }
        #expect(try count(connection) == 0)
    }

    private func table() throws -> SQLiteConnection {
        let connection = try scratch.owner()
        try connection.execute("CREATE TABLE t (a)")
        return connection
    }

    /// The one row of the table after `bind` has given its value.
    private func stored(
        _ connection: SQLiteConnection,
        _ bind: (SQLiteStatement) throws -> Void
    ) throws -> SQLiteStatement {
        try connection.execute("DELETE FROM t")
        let insert = try connection.statement("INSERT INTO t VALUES (?)")
        try bind(insert)
        try insert.run()
        let read = try connection.statement("SELECT a FROM t")
        try #require(try read.step())
        return read
    }

    private func count(_ connection: SQLiteConnection) throws -> Int64 {
        let read = try connection.statement("SELECT count(*) FROM t")
        try #require(try read.step())
        return read.integer(0)
    }
}
