import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

private enum Crashing {
    static let extract = TickerFunction<String, String>("Extract")
    static let load = TickerFunction<String, Void>("Load")
    static let minute = RecurrenceRule.every(.seconds(60))
}

/// A process that declares a recurrence, creates its occurrence and runs it, killed at every write to the disk, and another
/// one that finds what was left behind.
@Suite("A process that is killed while it creates an occurrence")
struct OccurrenceCrashTests {

    private static var functions: FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(Crashing.extract) { text, context in
            try await context.clock.sleep(for: .seconds(1))
            return text
        }
        functions.register(Crashing.load) { _, _ in }
        functions.registerWorkflow("nightly") { occurrence in
            Workflow.begin(with: Crashing.extract, "\(occurrence.instant)").then(Crashing.load).build()
        }
        return functions
    }

    /// Starts as a process does, with a declaration, and works until the clock shows `end`.
    ///
    /// - Returns: Whether the declaration was stored.
    private static func live(
        on disk: FaultyDisk,
        _ clock: VirtualClock,
        until end: Timestamp,
        _ body: (Scheduler, SQLiteTickerStore) async throws -> Void = { _, _ in }
    ) async throws -> Bool {
        let store: SQLiteTickerStore
        do { store = try disk.store(clock: clock) } catch let error as TickerError {
            #expect(disk.isOff, "\(error)")
            return false
        }
        let scheduler = Scheduler(functions: functions, store: store, clock: clock)
        try await scheduler.start()
        var isDeclared = true
        do { try await scheduler.recur("nightly", Crashing.minute, overlap: .skip) } catch let error as TickerError {
            #expect(disk.isOff, "\(error)")
            isDeclared = false
        }
        try await clock.sleep(for: end.since(clock.wall))
        try await body(scheduler, store)
        await scheduler.shutdown(grace: .zero)
        do { try await store.close() } catch { #expect(disk.isOff, "\(error)") }
        return isDeclared
    }

    /// Kills a process at a write, and looks at what another one makes of it.
    ///
    /// - Returns: Whether the write was reached.
    private static func kill(at write: Int) async throws -> Bool {
        let clock = VirtualClock(seed: UInt64(write))
        return try await clock.run {
            let disk = FaultyDisk()
            let occurrence = clock.wall.advanced(by: .seconds(60))
            disk.losePower(after: write)
            let isDeclared = try await live(on: disk, clock, until: occurrence.advanced(by: .seconds(10)))
            let isReached = disk.isOff
            let remains = disk.asLeftBehind()
            _ = try await live(on: remains, clock, until: occurrence.advanced(by: .seconds(50))) { scheduler, _ in
                let tickers = try await scheduler.tickers().tickers
                let recurrence = try #require(try await scheduler.recurrence("nightly"))
                let isOld = recurrence.createdAt < occurrence
                #expect(isOld || !isDeclared, "killed at write \(write): the declaration is lost")
                let functions = isOld ? ["Extract", "Load"] : []
                #expect(tickers.map(\.function) == functions, "killed at write \(write)")
                #expect(tickers.allSatisfy { $0.status == .succeeded }, "killed at write \(write): \(tickers)")
                #expect(recurrence.created == (isOld ? 1 : 0), "killed at write \(write)")
                #expect(recurrence.last == (isOld ? occurrence : nil), "killed at write \(write)")
                #expect(recurrence.unfinished == [], "killed at write \(write)")
                #expect(try remains.problems() == [], "killed at write \(write)")
            }
            return isReached
        }
    }

    @Test("at any write leaves exactly one occurrence, which runs to its end")
    func everyWrite() async throws {
        var write = 0
        while try await Self.kill(at: write) { write += 1 }
        #expect(write > 20)
    }

    @Test(
        "a store that is closed and opened again knows what has not ended, what an operator has changed, and what comes"
    )
    func reopened() async throws {
        let clock = VirtualClock(seed: 4)
        try await clock.run {
            let disk = FaultyDisk()
            let start = clock.wall
            _ = try await Self.live(on: disk, clock, until: start.advanced(by: .seconds(60))) { scheduler, _ in
                await clock.rest()
                try await scheduler.updateRecurrence("nightly") { $0.missed = .runAll(limit: 3) }
                #expect(try await scheduler.recurrence("nightly")?.unfinished.count == 1)
            }
            _ = try await Self.live(on: disk, clock, until: start.advanced(by: .seconds(62))) { scheduler, _ in
                let recurrence = try #require(try await scheduler.recurrence("nightly"))
                #expect(recurrence.unfinished == [])
                #expect(recurrence.missed == .runAll(limit: 3))
                #expect(recurrence.next == start.advanced(by: .seconds(120)))
                try await scheduler.pauseRecurrence("nightly")
            }
            _ = try await Self.live(on: disk, clock, until: start.advanced(by: .seconds(200))) { scheduler, _ in
                #expect(try await scheduler.recurrence("nightly")?.isPaused == true)
                #expect(try await scheduler.tickers().tickers.count == 2)
                try await scheduler.resumeRecurrence("nightly")
            }
            _ = try await Self.live(on: disk, clock, until: start.advanced(by: .seconds(250))) {
                scheduler,
                _ async throws in
                #expect(try await scheduler.recurrence("nightly")?.created == 2)
                #expect(try await scheduler.tickers().tickers.count == 4)
            }
        }
    }

    @Test(
        "a schedule of one's own that is registered, and was read from the file, begins again when the clock is set back"
    )
    func ownScheduleSetBack() async throws {
        let clock = VirtualClock(seed: 6)
        try await clock.run {
            let disk = FaultyDisk()
            var functions = Self.functions
            functions.registerSchedule("half", HalfMinutes())
            for life in 0..<2 {
                let store = try disk.store(clock: clock)
                let scheduler = Scheduler(functions: functions, store: store, clock: clock)
                if life == 0 { try await scheduler.recur("nightly", .custom("half", HalfMinutes())) }
                try await scheduler.start()
                try await clock.sleep(for: .seconds(65))
                if life == 1 {
                    clock.jumpWall(by: .seconds(-86_400))
                    try await clock.sleep(for: .seconds(90))
                }
                // Two half minutes in each stretch of 65 seconds; after the jump two in the minute that is left once it was noticed.
                #expect(try await scheduler.recurrence("nightly")?.created == [2, 6][life], "life \(life)")
                await scheduler.shutdown()
                try await store.close()
            }
        }
    }

    private struct HalfMinutes: RecurrenceSchedule {
        func next(after instant: Timestamp) -> Timestamp? { RecurrenceRule.every(.seconds(30)).next(after: instant) }
    }

    @Test(
        "a schedule of one's own goes on after a restart, declared or registered, and rests until it is there again",
        arguments: [true, false]
    )
    func ownSchedule(isRegistered: Bool) async throws {
        let clock = VirtualClock(seed: 5)
        try await clock.run {
            let disk = FaultyDisk()
            for life in 0..<3 {
                let store = try disk.store(clock: clock)
                var functions = Self.functions
                if isRegistered, life > 0 { functions.registerSchedule("half", HalfMinutes()) }
                let scheduler = Scheduler(functions: functions, store: store, clock: clock)
                if life == 0 || (!isRegistered && life == 2) {
                    try await scheduler.recur("nightly", .custom("half", HalfMinutes()))
                }
                try await scheduler.pauseRecurrence("nightly")
                try await scheduler.resumeRecurrence("nightly")
                try await scheduler.start()
                try await clock.sleep(for: .seconds(65))
                let created = try #require(try await scheduler.recurrence("nightly")).created
                // Lives of 65 seconds with two or three half minutes each; the second one lacks the schedule.
                #expect(created == (isRegistered ? [2, 4, 6] : [2, 2, 4])[life], "life \(life)")
                await scheduler.shutdown()
                try await store.close()
            }
        }
    }
}
