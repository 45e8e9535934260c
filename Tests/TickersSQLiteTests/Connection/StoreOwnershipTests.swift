import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting

@Suite("The ownership of a file", .serialized)
struct StoreOwnershipTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("is one's at a time, in one process too, and is given on")
    func once() throws {
        let first = try StoreOwnership(path: scratch.path())
        let message = expect(.storeLocked) { _ = try StoreOwnership(path: scratch.path()) }
        #expect(message.contains("process \(getpid())"))
        #expect(message.contains(scratch.path()))
        let other = try StoreOwnership(path: scratch.path("other.db"))
        #expect(other.path != first.path)
        first.release()
        first.release()
        let second = try StoreOwnership(path: scratch.path())
        expect(.storeLocked) { _ = try StoreOwnership(path: scratch.path()) }
        #expect(second.path == first.path)
    }

    @Test("ends with its holder, and the file beside stays")
    func released() throws {
        do {
            let first = try StoreOwnership(path: scratch.path())
            #expect(first.path.hasSuffix("app.db"))
        }
        #expect(FileManager.default.fileExists(atPath: scratch.path("app.db-owner")))
        let second = try StoreOwnership(path: scratch.path())
        second.release()
    }

    @Test("does not touch the database")
    func untouched() throws {
        let ownership = try StoreOwnership(path: scratch.path())
        #expect(!FileManager.default.fileExists(atPath: scratch.path()))
        ownership.release()
    }

    @Test("another process keeps it until it is killed", .enabled(if: FlockCommand.isThere))
    func otherProcess() async throws {
        let script = "exec 9<>\"$1\" && flock 9 && echo $$ >&9 && echo held && read -r line"
        let name = scratch.path("app.db-owner")
        let process = try KilledProcess("/bin/sh", arguments: ["-c", script, "sh", name])
        #expect(await process.line { $0 == "held" } == "held")
        let message = expect(.storeLocked) { _ = try StoreOwnership(path: scratch.path()) }
        #expect(message.contains("process \(process.processID)"))
        process.kill()
        #expect(await process.ending().reason == .killed(signal: 9))
        let ownership = try StoreOwnership(path: scratch.path())
        let text = FileManager.default.contents(atPath: name).map { String(decoding: $0, as: UTF8.self) }
        #expect(text == "\(getpid())\n")
        ownership.release()
    }
}

/// The shell's way to the lock that a store takes; Linux has it.
private enum FlockCommand {
    static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/flock")
}
