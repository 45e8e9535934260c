import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting

@Suite("Reading beside an owner", .serialized)
struct ReadingBesideTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("sees what is committed, and leaves the log alone")
    func besideOwner() throws {
        let owner = try scratch.owner()
        try owner.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        let log = FileManager.default.contents(atPath: scratch.path("app.db-wal"))
        let database = FileManager.default.contents(atPath: scratch.path())
        let reader = try scratch.reader()
        #expect(try rows(reader) == 1)
        try owner.begin()
        try owner.execute("INSERT INTO t VALUES (2)")
        #expect(try rows(reader) == 1)
        owner.rollback()
        try reader.close()
        #expect(FileManager.default.contents(atPath: scratch.path("app.db-wal")) == log)
        #expect(FileManager.default.contents(atPath: scratch.path()) == database)
        try owner.execute("INSERT INTO t VALUES (2)")
        #expect(try rows(scratch.reader()) == 2)
    }

    @Test("writes nothing, whatever it is told")
    func refusesWrites() throws {
        let owner = try scratch.owner()
        try owner.execute("CREATE TABLE t (a)")
        let reader = try scratch.reader()
        for sql in [
            "INSERT INTO t VALUES (1)", "CREATE TABLE u (a)", "PRAGMA query_only=OFF; DELETE FROM t",
            "PRAGMA user_version=3",
        ] {
            expect(.storeReadOnly) { try reader.execute(sql) }
        }
        #expect(try rows(reader) == 0)
    }

    @Test("an owner closes in good order while somebody reads, and loses nothing")
    func closingUnderReader() throws {
        let owner = try scratch.owner()
        try owner.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        let reader = try scratch.reader()
        let read = try reader.statement("SELECT a FROM t")
        #expect(try read.step())
        try owner.execute("INSERT INTO t VALUES (2)")
        try owner.close()
        #expect(try !read.step())
        #expect(try rows(reader) == 2)
        try reader.close()
        #expect(try rows(scratch.owner()) == 2)
    }

    @Test("works where no owner runs, after an orderly end and after none")
    func withoutOwner() throws {
        let owner = try scratch.owner()
        try owner.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        let database = try #require(FileManager.default.contents(atPath: scratch.path()))
        let log = try #require(FileManager.default.contents(atPath: scratch.path("app.db-wal")))
        try owner.close()
        #expect(try rows(scratch.reader()) == 1)
        // As a process leaves it that was killed.
        try scratch.write(database, to: "killed.db")
        try scratch.write(log, to: "killed.db-wal")
        let reader = try scratch.reader("killed.db")
        #expect(try rows(reader) == 1)
        try reader.close()
        #expect(FileManager.default.contents(atPath: scratch.path("killed.db-wal")) == log)
    }

    @Test("moves nothing from the log even where locks would let it")
    func neverCheckpoints() throws {
        let first = FaultyDisk()
        let owner = try SQLiteConnection(path: "app.db", access: .owner(.full), vfs: first.name)
        try owner.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        let disk = FaultyDisk()
        for name in ["app.db", "app.db-wal"] { disk.write(try #require(first.contents(of: name)), to: name) }
        let before = disk.operationCount
        let reader = try SQLiteConnection(path: "app.db", access: .readOnly, vfs: disk.name)
        #expect(try rows(reader) == 1)
        try reader.close()
        #expect(disk.operationCount == before)
        #expect(disk.contents(of: "app.db-wal") == first.contents(of: "app.db-wal"))
    }

    @Test("does not create what is missing")
    func missing() throws {
        let message = expect(.storeCannotOpen) { _ = try scratch.reader() }
        #expect(message.contains("no such file"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == [])
    }

    private func rows(_ connection: SQLiteConnection) throws -> Int64 {
        let read = try connection.statement("SELECT count(*) FROM t")
        defer { read.reset() }
        try #require(try read.step())
        return read.integer(0)
    }
}
