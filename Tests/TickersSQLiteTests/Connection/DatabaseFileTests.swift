import Foundation
import Testing
import Tickers
import TickersSQLite

@Suite("The file of a database", .serialized)
struct DatabaseFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("is readable and writable for its owner only, with all that lies beside it")
    func permissions() throws {
        let connection = try scratch.owner()
        try connection.execute("CREATE TABLE t (a)")
        let ownership = try StoreOwnership(path: scratch.path())
        for name in ["app.db", "app.db-wal", "app.db-shm", "app.db-owner"] {
            let facts = try FileManager.default.attributesOfItem(atPath: scratch.path(name))
            #expect(facts[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        ownership.release()
    }

    @Test("has a log, waits for the disk as asked, and trusts no schema", arguments: Durability.allCases)
    func settings(durability: Durability) throws {
        let connection = try scratch.owner("app.db", durability)
        #expect(try connection.pragma("journal_mode") == "wal")
        #expect(try connection.pragma("synchronous") == (durability == .full ? "2" : "1"))
        #expect(try connection.pragma("trusted_schema") == "0")
        #expect(try connection.pragma("foreign_keys") == "0")
        #expect(try connection.pragma("temp_store") == "2")
        #expect(try connection.pragma("cache_size") == "-16384")
        // What defensive mode forbids.
        try connection.execute("CREATE TABLE t (a); PRAGMA writable_schema=ON")
        expect(.storeFailed) { try connection.execute("UPDATE sqlite_schema SET sql = 'x'") }
    }

    @Test("is closed without a log, and open again with what was in it")
    func reopening() throws {
        let first = try scratch.owner()
        try first.execute("CREATE TABLE t (a); INSERT INTO t VALUES (7)")
        #expect(try #require(scratch.size("app.db-wal")) > 0)
        try first.close()
        #expect(scratch.size("app.db-wal") == nil)
        let second = try scratch.owner()
        let read = try second.statement("SELECT a FROM t")
        #expect(try read.step())
        #expect(read.integer(0) == 7)
    }

    @Test("an open transaction is rolled back by closing")
    func closingInTransaction() throws {
        let first = try scratch.owner()
        try first.execute("CREATE TABLE t (a)")
        try first.begin()
        try first.execute("INSERT INTO t VALUES (7)")
        try first.close()
        let second = try scratch.owner()
        let read = try second.statement("SELECT count(*) FROM t")
        #expect(try read.step())
        #expect(read.integer(0) == 0)
    }

    @Test("is one file, however it is named")
    func resolvedPaths() throws {
        try scratch.owner("real.db").close()
        try FileManager.default.createSymbolicLink(atPath: scratch.path("link.db"), withDestinationPath: "real.db")
        let connection = try scratch.owner("link.db")
        #expect(connection.path.hasSuffix("/real.db"))
        #expect(try scratch.owner("./../\(scratch.name)//real.db").path == connection.path)
        let ownership = try StoreOwnership(path: scratch.path("link.db"))
        #expect(ownership.path == connection.path)
        expect(.storeLocked) { _ = try StoreOwnership(path: scratch.path("real.db")) }
    }

    @Test("what is no place for a database is refused with a way out")
    func badPlaces() throws {
        try FileManager.default.createSymbolicLink(atPath: scratch.path("lost.db"), withDestinationPath: "nowhere.db")
        let bad = [
            (scratch.folder, "folder"), (scratch.folder + "/", "folder"),
            (scratch.path("missing/app.db"), "create it first"),
            (scratch.path("lost.db"), "leads to no file"), ("", "empty"), (scratch.path("a\0b"), "NUL"),
            (scratch.path("new.db/"), "folder"), (scratch.path(String(repeating: "n", count: 300)), "too long"),
        ]
        for (path, word) in bad {
            let opening = expect(.storeCannotOpen) { _ = try SQLiteConnection(path: path, access: .owner(.full)) }
            let owning = expect(.storeCannotOpen) { _ = try StoreOwnership(path: path) }
            for message in [opening, owning] {
                #expect(message.hasPrefix(path), "\(message)")
                #expect(message.contains(word), "\(message)")
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["lost.db"])
    }

    @Test("a file that is something else is refused and left as it is", arguments: [2, 100, 512, 20_000])
    func garbage(size: Int) throws {
        let bytes = Data((0..<size).map { UInt8($0 * 31 % 256) })
        try scratch.write(bytes, to: "app.db")
        for access in [.owner(.full), .owner(.normal), .readOnly] as [SQLiteConnection.Access] {
            let message = expect(.storeNotADatabase) {
                _ = try SQLiteConnection(path: scratch.path(), access: access)
            }
            #expect(message.contains(scratch.path()))
            #expect(message.contains("backup"))
        }
        #expect(FileManager.default.contents(atPath: scratch.path()) == bytes)
    }

    @Test("an empty file becomes a database")
    func emptyFile() throws {
        try scratch.write(Data(), to: "app.db")
        let connection = try scratch.owner()
        try connection.execute("CREATE TABLE t (a)")
        #expect(try connection.pragma("integrity_check") == "ok")
    }

    @Test("a database of a later SQLite is refused")
    func laterFormat() throws {
        let first = try scratch.owner()
        try first.execute("CREATE TABLE t (a)")
        try first.close()
        var bytes = try #require(FileManager.default.contents(atPath: scratch.path()))
        // The versions needed to write and to read the file.
        bytes[18] = 9
        bytes[19] = 9
        try scratch.write(bytes, to: "app.db")
        expect(.storeNotADatabase) { _ = try scratch.owner() }
    }

    @Test("a file that may only be read is refused to an owner, and read by others")
    func readOnlyFile() throws {
        let first = try scratch.owner()
        try first.execute("CREATE TABLE t (a)")
        try first.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: scratch.path())
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: scratch.folder)
        try asNobody {
            let message = expect(.storeReadOnly) { _ = try scratch.owner() }
            #expect(message.contains(scratch.path()))
            #expect(throws: Never.self) { _ = try scratch.reader().pragma("user_version") }
        }
    }

    @Test("a folder that may not be written is refused")
    func readOnlyFolder() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: scratch.folder)
        try asNobody {
            expect(.storeReadOnly) { _ = try scratch.owner() }
            expect(.storeReadOnly) { _ = try StoreOwnership(path: scratch.path()) }
        }
        try scratch.allowRemoval()
    }
}
