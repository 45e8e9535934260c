import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting

/// A real file system without room, where one can be had: the simulated disk knows only what we thought of.
@Suite("A full disk", .serialized, .enabled("where one may be mounted") { try await SmallDisk.canBeHad() })
struct FullDiskTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("refuses what does not fit and keeps the rest, and goes on when there is room")
    func refusing() async throws {
        try await SmallDisk.with(at: scratch.folder) {
            try scratch.write(Data(count: 700 << 10), to: "somebody's")
            let connection = try scratch.owner()
            try connection.execute("CREATE TABLE t (a)")
            let insert = try connection.statement("INSERT INTO t VALUES (randomblob(20000))")
            var kept: Int64 = 0
            let message = expect(.storeFull) {
                while true {
                    try insert.run()
                    kept += 1
                }
            }
            #expect(message.contains("free space"))
            #expect(kept > 0)
            #expect(try rows(connection) == kept)
            // What is in the log has no room in the database either; it stays where it is.
            expect(.storeFull) { try connection.close() }
            let second = try scratch.owner()
            #expect(try rows(second) == kept)
            expect(.storeFull) { for _ in 0..<9 { try second.execute("INSERT INTO t VALUES (randomblob(20000))") } }
            try FileManager.default.removeItem(atPath: scratch.path("somebody's"))
            let before = try rows(second)
            try second.execute("INSERT INTO t VALUES (randomblob(20000))")
            #expect(try rows(second) == before + 1)
            #expect(try second.pragma("integrity_check") == "ok")
            try second.close()
        }
    }

    @Test("where nothing at all fits, opening says that it is full, and opens when there is room")
    func opening() async throws {
        try await SmallDisk.with(at: scratch.folder) {
            let first = try scratch.owner()
            try first.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            try first.close()
            fill("filler")
            for _ in 0..<2 {
                expect(.storeFull) {
                    let connection = try scratch.owner()
                    try connection.execute("INSERT INTO t VALUES (zeroblob(100))")
                }
            }
            try FileManager.default.removeItem(atPath: scratch.path("filler"))
            let connection = try scratch.owner()
            try connection.execute("INSERT INTO t VALUES (2)")
            #expect(try rows(connection) == 2)
            try connection.close()
        }
    }

    /// Takes all the room that is left.
    private func fill(_ name: String) {
        let file = open(scratch.path(name), O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        let bytes = [UInt8](repeating: 1, count: 4_096)
        while write(file, bytes, bytes.count) > 0 {}
    }

    private func rows(_ connection: SQLiteConnection) throws -> Int64 {
        let read = try connection.statement("SELECT count(*) FROM t")
        defer { read.reset() }
        try #require(try read.step())
        return read.integer(0)
    }
}
