import Foundation
import Testing
import TickersSQLiteTesting

/// Processes live in real time; none of these waits for it but by what the process says or does.
@Suite("A process to kill")
struct KilledProcessRealClockTests {
    @Test("says what it said and how it ended")
    func byItself() async throws {
        let process = try shell("echo one; printf 'two\\n\\nthr'; exit 7")
        let ending = await process.ending()
        #expect(ending.reason == .exited(7))
        #expect(ending.lines == ["one", "two", "", "thr"])
        // Over: nothing happens, and everything can still be asked.
        process.kill()
        #expect(await process.line { $0.hasPrefix("tw") } == "two")
        #expect(await process.line { $0 == "four" } == nil)
        #expect(await process.ending() == ending)
    }

    @Test("is killed at the line that was chosen")
    func atLine() async throws {
        let script = "i=0; while true; do i=$((i+1)); echo $i; done"
        let process = try KilledProcess("/bin/sh", arguments: ["-c", script], killedAt: { $0 == "500" })
        let ending = await process.ending()
        #expect(ending.reason == .killed(signal: 9))
        #expect(ending.lines.count >= 500)
    }

    @Test("is killed after the time that was chosen")
    func afterTime() async throws {
        let process = try shell("read -r line")
        try await process.kill(after: .microseconds(1_500))
        #expect(await process.ending().reason == .killed(signal: 9))
    }

    @Test("many who wait for lines all hear of theirs")
    func manyWaiters() async throws {
        let process = try shell("i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i; done")
        await withTaskGroup(of: Bool.self) { group in
            for line in 1...300 { group.addTask { await process.line { $0 == "\(line)" } != nil } }
            for await hasHeard in group { #expect(hasHeard) }
        }
        #expect(await process.ending().reason == .exited(0))
    }

    @Test("does not outlive the task that waits for it, nor the last who holds it")
    func cancelled() async throws {
        let process = try shell("echo up; read -r line")
        let reason = await withTaskGroup(of: KilledProcess.Ending.self) { group in
            group.addTask { await process.ending() }
            group.cancelAll()
            return await group.next()?.reason
        }
        #expect(reason == .killed(signal: 9))
    }

    @Test("has the environment that it was given")
    func environment() async throws {
        let process = try KilledProcess("/bin/sh", arguments: ["-c", "echo $GIVEN"], environment: ["GIVEN": "yes"])
        #expect(await process.ending().lines == ["yes"])
    }

    @Test("leaves no file open, however many there were", .enabled(if: OpenFiles.canBeCounted))
    func openFiles() async throws {
        let before = OpenFiles.count
        for _ in 0..<100 { _ = try await shell("echo one").ending() }
        // Two pipes each would be 200; other tests open and close files meanwhile.
        #expect(OpenFiles.count < before + 150)
    }

    @Test("a program that is not there is an error")
    func missing() {
        #expect(throws: (any Error).self) { try KilledProcess("/nowhere/at-all") }
    }

    private func shell(_ script: String) throws -> KilledProcess {
        try KilledProcess("/bin/sh", arguments: ["-c", script])
    }
}

/// The files that this process has open, where the system shows them as files.
private enum OpenFiles {
    static var canBeCounted: Bool { FileManager.default.fileExists(atPath: folder) }

    static var count: Int {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).count
        } catch {
            return 0
        }
    }

    private static let folder = "/proc/self/fd"
}
