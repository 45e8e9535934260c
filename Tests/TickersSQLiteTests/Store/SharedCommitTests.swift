import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// Calls share commits: each is answered after its own, and none waits for one more.
@Suite("Shared commits", .serialized)
struct SharedCommitTests {
    private static let note = TickerFunction<Int, Int>("Note")

    @Test("calls that come together are written together, and each answer is in the file", arguments: UInt64(0)..<10)
    func together(seed: UInt64) async throws {
        let scratch = try Scratch()
        let clock = VirtualClock(seed: seed)
        try await clock.run {
            let store = try SQLiteTickerStore(path: scratch.path(), seed: seed, clock: clock)
            var options = SchedulerOptions()
            options.runs = .nothing
            let scheduler = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: options)
            let outside = try SQLiteTickerStore(reading: scratch.path(), clock: clock)
            let ids = try await withThrowingTaskGroup(of: TickerID.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let ticker = try await scheduler.schedule(Self.note, number)
                        // Whoever looks from outside sees what has been answered.
                        let seen = try await outside.ticker(ticker.id, now: clock.wall)
                        #expect(seen?.status == .pending, "seed \(seed)")
                        return ticker.id
                    }
                }
                return try await group.reduce(into: Set<TickerID>()) { $0.insert($1) }
            }
            #expect(ids.count == 200)
            let commits = await store.commitCount
            #expect(commits < 100, "seed \(seed): 200 calls in \(commits) commits")
            try await store.close()
        }
    }

    @Test("calls that come together and store much share commits only as far as each of these stays short")
    func bounded() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let size = SQLiteTickerStore.rowsPerCommit / 2 - 1
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    _ = try await store.add(Array(repeating: Self.ticker(0), count: size), now: StoreStage.start)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.counts().open == 16 * size)
        // Three of them are more than a commit has room for.
        #expect(await store.commitCount >= 6)
        try await store.close()
    }

    @Test("a commit that fails answers every call in it with the error, and none of them has happened")
    func failedTogether() async throws {
        let scratch = try Scratch()
        let clock = VirtualClock(seed: 5)
        try await clock.run {
            let faults = SQLiteFaults()
            let store = try SQLiteTickerStore(path: scratch.path(), clock: clock, vfs: nil, faults: faults)
            let first = try await store.add(Self.ticker(0), now: clock.wall)
            faults.fail(call: 1, with: .full, lasting: true)
            let refused = await withTaskGroup(of: Bool.self) { group in
                for number in 1...20 {
                    group.addTask {
                        do {
                            _ = try await store.add(Self.ticker(number), now: clock.wall)
                            return false
                        } catch let error as TickerError {
                            return error.code == .storeFull
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused == 20)
            faults.heal()
            #expect(try await store.counts().open == 1)
            let again = try await store.add(Self.ticker(1), now: clock.wall)
            #expect(again.id > first.id)
            #expect(try await store.counts().open == 2)
            try await store.close()
        }
    }

    @Test("what only asks is answered although the commit that it shares fails, with what has been committed")
    func asking() async throws {
        let clock = VirtualClock(seed: 5)
        try await clock.run {
            let disk = FaultyDisk()
            let store = try disk.store(clock: clock)
            let first = try await store.add(Self.ticker(0), now: clock.wall)
            let second = try await store.add(Self.ticker(1), now: clock.wall)
            disk.setCapacity(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: TickerError.self) { try await store.cancel(first.id, now: clock.wall) }
                }
                for _ in 0..<20 {
                    group.addTask {
                        let ids = [first.id, second.id]
                        for id in ids {
                            let ticker = try await store.ticker(id, now: clock.wall)
                            #expect(ticker?.status == .pending)
                        }
                        let queued = try await store.counts().queued
                        #expect(queued == ids.count)
                    }
                }
                try await group.waitForAll()
            }
            disk.setCapacity(nil)
            #expect(try await store.cancel(first.id, now: clock.wall) == .cancelled)
            try await store.close()
        }
    }

    private static func ticker(_ number: Int) -> NewTicker {
        let spec = TickerSpec(function: "Note", options: .inherited)
        return NewTicker(spec: spec, input: .payload(Payload(.encoded(Data("\(number)".utf8)))), due: .now)
    }
}
