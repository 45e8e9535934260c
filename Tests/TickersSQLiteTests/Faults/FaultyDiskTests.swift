import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting

@Suite("A faulty disk")
struct FaultyDiskTests {
    @Test("the same seed brings the same disk back, and another one another")
    func deterministic() throws {
        func contents(afterRebootWith seed: UInt64) throws -> Data? {
            let disk = FaultyDisk()
            let connection = try SQLiteConnection(path: "app.db", access: .owner(.normal), vfs: disk.name)
            try connection.execute("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; CREATE TABLE t (a)")
            for row in 0..<40 { try connection.execute("INSERT INTO t VALUES (zeroblob(\(row * 100)))") }
            disk.reboot(seed: seed)
            return disk.contents(of: "app.db")
        }
        let first = try contents(afterRebootWith: 7)
        #expect(try contents(afterRebootWith: 7) == first)
        #expect(try contents(afterRebootWith: 8) != first)
    }

    @Test("operations are counted, and the power goes at the chosen one and stays away")
    func counting() throws {
        let disk = FaultyDisk()
        let connection = try connection(on: disk)
        let before = disk.operationCount
        try connection.execute("INSERT INTO t VALUES (1)")
        let cost = disk.operationCount - before
        #expect(cost > 1)
        disk.losePower(after: cost)
        try connection.execute("INSERT INTO t VALUES (2)")
        #expect(!disk.isOff)
        expect(.storeFailed) { try connection.execute("INSERT INTO t VALUES (3)") }
        #expect(disk.isOff)
        expect(.storeFailed) { try connection.execute("INSERT INTO t VALUES (4)") }
        #expect(disk.operationCount == before + 2 * cost + 1)
        disk.reboot(seed: 0)
        expect(.storeFailed) { try connection.execute("INSERT INTO t VALUES (5)") }
        #expect(try rows(self.connection(on: disk)) == 2)
    }

    @Test("a new file may be gone where it was never synced")
    func names() throws {
        let remaining = try (0..<40 as Range<UInt64>).filter { seed in
            let disk = FaultyDisk()
            let connection = try SQLiteConnection(path: "app.db", access: .owner(.full), vfs: disk.name)
            try connection.execute("PRAGMA synchronous=OFF; CREATE TABLE t (a)")
            disk.reboot(seed: seed)
            return disk.contents(of: "app.db-wal") != nil
        }
        #expect(!remaining.isEmpty)
        #expect(remaining.count < 40)
    }

    @Test("a full disk refuses what does not fit, and goes on when there is room")
    func capacity() throws {
        let disk = FaultyDisk()
        let connection = try connection(on: disk)
        disk.setCapacity(256 << 10)
        let message = expect(.storeFull) {
            for _ in 0..<100 { try connection.execute("INSERT INTO t VALUES (randomblob(8192))") }
        }
        #expect(message.contains("free space"))
        let kept = try rows(connection)
        #expect(kept > 0)
        disk.setCapacity(nil)
        try connection.execute("INSERT INTO t VALUES (1)")
        #expect(try rows(connection) == kept + 1)
        #expect(try connection.pragma("integrity_check") == "ok")
    }

    @Test("each sync waits for as long as was chosen, and what is not synced does not")
    func slowSyncs() throws {
        let disk = FaultyDisk()
        let connection = try connection(on: disk)
        let before = disk.syncCount
        #expect(before > 0)
        #expect(disk.delayedSyncCount == 0)
        disk.setSyncDelay(.microseconds(1))
        for row in 0..<3 { try connection.execute("INSERT INTO t VALUES (\(row))") }
        #expect(disk.syncCount == before + 3, "a commit in the log is one sync")
        #expect(disk.delayedSyncCount == 3)
        try connection.execute("PRAGMA synchronous=OFF; INSERT INTO t VALUES (3)")
        #expect(disk.delayedSyncCount == 3)
        disk.setSyncDelay(.zero)
        try connection.execute("PRAGMA synchronous=FULL; INSERT INTO t VALUES (4)")
        #expect(disk.syncCount == before + 4)
        #expect(disk.delayedSyncCount == 3)
        #expect(try rows(connection) == 5)
    }

    @Test("a power failure in the middle of a slow disk's commit leaves all of it or nothing")
    func slowPowerLoss() throws {
        for operations in 0..<8 {
            let disk = FaultyDisk()
            let connection = try connection(on: disk)
            disk.setSyncDelay(.microseconds(1))
            disk.losePower(after: operations)
            let failed = Result { try connection.execute("INSERT INTO t VALUES (1), (2)") }
            disk.reboot(seed: UInt64(operations))
            let found = try rows(self.connection(on: disk))
            switch failed {
            case .success: #expect(found == 2)
            case .failure: #expect([0, 2].contains(found))
            }
        }
    }

    @Test("two disks know nothing of each other, and two connections on one share it")
    func sharing() throws {
        let disk = FaultyDisk()
        let owner = try connection(on: disk)
        let reader = try SQLiteConnection(path: "app.db", access: .readOnly, vfs: disk.name)
        try owner.begin()
        try owner.execute("INSERT INTO t VALUES (1)")
        #expect(try rows(reader) == 0)
        try owner.commit()
        #expect(try rows(reader) == 1)
        #expect(try rows(connection(on: FaultyDisk())) == 0)
        #expect(FaultyDisk().contents(of: "app.db") == nil)
    }

    @Test("files are read and written whole, and single bits turned over")
    func contents() throws {
        let disk = FaultyDisk()
        let bytes = Data((0..<2_000).map { UInt8($0 % 251) })
        disk.write(bytes, to: "a")
        #expect(disk.contents(of: "a") == bytes)
        let didFlip = disk.flipBit(8_003, of: "a")
        #expect(didFlip)
        var expected = bytes
        expected[1_000] ^= 8
        disk.reboot(seed: 1)
        #expect(disk.contents(of: "a") == expected)
        #expect(!disk.flipBit(16_000, of: "a"))
        #expect(!disk.flipBit(0, of: "b"))
        disk.write(Data(), to: "a")
        #expect(disk.contents(of: "a") == Data())
    }

    @Test("a thousand turned bits give a typed error or what passes the checks, never a trap")
    func bitFlips() throws {
        let disk = FaultyDisk()
        var work = RawWork(disk: disk, durability: .full, seed: 1)
        work.tuning = "PRAGMA wal_autocheckpoint=0"
        let first = try work.open()
        try work.work(first, transactions: 30)
        let log = try #require(disk.contents(of: "app.db-wal"))
        try first.close()
        let whole = try #require(disk.contents(of: "app.db"))
        var generator = SeededGenerator(seed: 2)
        var errors: [TickerError.Code: Int] = [:]
        for flip in 0..<1_000 {
            let damaged = FaultyDisk()
            // Half of them in the database, half in a log beside an empty database.
            let (file, bytes) = flip % 2 == 0 ? ("app.db", whole) : ("app.db-wal", log)
            if flip % 2 == 1 { damaged.write(Data(), to: "app.db") }
            damaged.write(bytes, to: file)
            damaged.flipBit(Int.random(in: 0..<bytes.count * 8, using: &generator), of: file)
            do {
                let opened = try RawWork(disk: damaged, durability: .full, seed: 3).open()
                let read = try opened.statement("SELECT * FROM rows")
                while try read.step() { _ = (read.integer(0), read.text(1), read.blobOrNil(3)) }
                _ = try opened.pragma("integrity_check")
            } catch let error as TickerError {
                errors[error.code, default: 0] += 1
            }
        }
        #expect(errors[.storeCorrupt, default: 0] > 0)
        #expect(Set(errors.keys).isSubset(of: [.storeCorrupt, .storeNotADatabase, .storeFailed]), "\(errors)")
    }

    private func connection(on disk: FaultyDisk) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(path: "app.db", access: .owner(.full), vfs: disk.name)
        try connection.execute("CREATE TABLE IF NOT EXISTS t (a)")
        return connection
    }

    private func rows(_ connection: SQLiteConnection) throws -> Int64 {
        let read = try connection.statement("SELECT count(*) FROM t")
        defer { read.reset() }
        try #require(try read.step())
        return read.integer(0)
    }
}
