import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

private enum Backlog {
    static let work = TickerFunction<Void, Void>("Work")
    /// Each takes a second, one at a time.
    static var functions: FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(work, maxConcurrent: 1) { context in
            try await context.clock.sleep(for: .seconds(1))
        }
        return functions
    }
}

/// Which occurrences have not ended is in the rows of their workflows, and nowhere else in the file.
@Suite("Occurrences in a file that have not ended", .serialized)
struct OccurrenceBacklogTests {
    /// Stores a backlog of occurrences, and does something while one after the other of them is run.
    private static func backlog<Result: Sendable>(
        of count: Int,
        in store: @escaping @Sendable (VirtualClock) throws -> SQLiteTickerStore,
        _ body: @escaping @Sendable (VirtualClock, Scheduler, SQLiteTickerStore) async throws -> Result
    ) async throws -> Result {
        let clock = VirtualClock(seed: 7)
        return try await clock.run {
            let store = try store(clock)
            let scheduler = Scheduler(functions: Backlog.functions, store: store, clock: clock)
            let rule = RecurrenceRule.every(.seconds(1)).ending(at: clock.wall.advanced(by: .seconds(count)))
            try await scheduler.recur("all", rule, run: Backlog.work, missed: .runAll(limit: count))
            clock.jumpWall(by: .seconds(count))
            try await scheduler.start()
            try await clock.sleep(for: .milliseconds(500))
            #expect(try await scheduler.recurrence("all")?.unfinished.count == count)
            let result = try await body(clock, scheduler, store)
            await scheduler.shutdown(grace: .zero)
            try await store.close()
            return result
        }
    }

    /// What one end of a backlog writes: the median of several, since now and then a log is moved into the database.
    private static func operationsPerEnd(of count: Int) async throws -> Int {
        let disk = FaultyDisk()
        return try await backlog(of: count, in: { try disk.store(clock: $0) }) { clock, scheduler, _ in
            var ends: [Int] = []
            for _ in 0..<21 {
                let before = disk.operationCount
                try await clock.sleep(for: .seconds(1))
                ends.append(disk.operationCount - before)
            }
            #expect(try await scheduler.recurrence("all")?.unfinished.count == count - 21)
            return ends.sorted()[10]
        }
    }

    @Test("an end writes as little in a backlog of 3,000 as in one of 30")
    func endsAreSmall() async throws {
        let (small, large) = (try await Self.operationsPerEnd(of: 30), try await Self.operationsPerEnd(of: 3_000))
        #expect(small > 0)
        #expect(large <= small + 2, "\(large) operations of the disk, \(small) in the small backlog")
    }

    @Test("they are known in their order to one who reads the file, and after it was opened again")
    func reopened() async throws {
        let scratch = try Scratch()
        let path = scratch.path()
        let clock = VirtualClock(seed: 7)
        let before = try await Self.backlog(of: 40, in: { try SQLiteTickerStore(path: path, clock: $0) }) {
            virtual,
            _,
            store async throws in
            try await virtual.sleep(for: .seconds(15))
            let before = try await store.recurrences(named: nil)
            let reader = try SQLiteTickerStore(reading: path, clock: virtual)
            #expect(try await reader.recurrences(named: nil) == before)
            try await reader.close()
            return before
        }
        #expect(before.map(\.unfinished.count) == [25])
        let again = try SQLiteTickerStore(path: path, clock: clock)
        #expect(try await again.recurrences(named: nil).map(\.unfinished) == before.map(\.unfinished))
        try await again.close()
    }

    @Test("what runs on of a recurrence that was removed is none of the next one of its name")
    func declaredAgain() async throws {
        let clock = VirtualClock(seed: 8)
        try await clock.run {
            let disk = FaultyDisk()
            let store = try disk.store(clock: clock)
            let scheduler = Scheduler(functions: Backlog.functions, store: store, clock: clock)
            try await scheduler.start()
            let rule = RecurrenceRule.every(.seconds(60))
            try await scheduler.recur("again", rule, run: Backlog.work, overlap: .skip)
            try await clock.sleep(for: .milliseconds(60_500))
            #expect(try await scheduler.removeRecurrence("again")?.unfinished.count == 1)
            try await scheduler.recur("again", rule, run: Backlog.work, overlap: .skip)
            await scheduler.shutdown(grace: .zero)
            try await store.close()
            let again = try disk.store(clock: clock)
            #expect(try await again.counts().open == 1)
            #expect(try await again.recurrences(named: "again").map(\.unfinished) == [[]])
            try await again.close()
        }
    }
}
