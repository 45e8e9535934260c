import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

@Suite("A store on a full disk", .serialized)
struct FullStoreTests {
    private static let grow = TickerFunction<String, String>("Grow")

    @Test("refuses what does not fit, says so, and goes on by itself when there is space again")
    func fullDisk() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let disk = FaultyDisk()
            let store = try disk.store(clock: clock)
            var functions = FunctionRegistry()
            functions.register(Self.grow) { text, _ in text + text }
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            let events = scheduler.events()
            try await scheduler.start()
            let text = String(repeating: "x", count: 20_000)
            disk.setCapacity(1 << 20)
            var accepted: [TickerHandle<String>] = []
            var refused: TickerError?
            while refused == nil {
                do {
                    accepted.append(try await scheduler.schedule(Self.grow, text, due: .after(.seconds(10))))
                } catch let error as TickerError { refused = error }
                try #require(accepted.count < 1_000)
            }
            #expect(refused?.code == .storeFull)
            #expect(refused?.message.contains("free space") == true)
            // Their outputs find no room either.
            try await clock.sleep(for: .seconds(60))
            disk.setCapacity(nil)
            for handle in accepted { #expect(try await scheduler.output(of: handle) == text + text) }
            let after = try await scheduler.schedule(Self.grow, "a")
            #expect(try await scheduler.output(of: after) == "aa")
            #expect(try await store.counts().succeeded == accepted.count + 1)
            await scheduler.shutdown()
            try await store.close()
            try expectWhole(disk)
            var failures = 0
            for await event in events {
                if case .storeFailed(let sentence) = event {
                    #expect(sentence.contains("storeFull"))
                    failures += 1
                }
            }
            #expect(failures > 0)
        }
    }

    @Test(
        "of the operating system refuses what does not fit, and goes on by itself with all that it has accepted",
        .enabled("where one may be mounted") { try await SmallDisk.canBeHad() }
    )
    func mountedDisk() async throws {
        let scratch = try Scratch()
        try await SmallDisk.with(at: scratch.folder, mebibytes: 4) {
            try scratch.write(Data(count: 3 << 20), to: "somebody's")
            let clock = VirtualClock(seed: 1)
            try await clock.run { try await Self.fill(scratch, clock: clock) }
            #expect(try StoreInspection.problems(of: scratch.path()) == [])
            // Whoever opens it next finds the same.
            let store = try SQLiteTickerStore(path: scratch.path(), clock: clock)
            let counts = try await store.counts()
            #expect(counts.open == 0 && counts.ended == counts.succeeded && counts.ended > 20)
            try await store.close()
        }
    }

    /// Schedules until nothing fits, frees some space, and sees to it that everything that was accepted ends well.
    private static func fill(_ scratch: Scratch, clock: VirtualClock) async throws {
        let store = try SQLiteTickerStore(path: scratch.path(), seed: 1, clock: clock)
        var functions = FunctionRegistry()
        functions.register(Self.grow) { text, _ in text + "y" }
        let scheduler = Scheduler(functions: functions, store: store, clock: clock)
        try await scheduler.start()
        let text = String(repeating: "x", count: 2_000)
        var accepted: [TickerHandle<String>] = []
        let refused = await #expect(throws: TickerError.self) {
            while accepted.count < 10_000 {
                accepted.append(try await scheduler.schedule(Self.grow, text, due: .after(.seconds(10))))
            }
        }
        #expect(refused?.code == .storeFull)
        #expect(refused?.message.contains(scratch.path()) == true && refused?.message.contains("free space") == true)
        #expect(try await store.counts().open == accepted.count)
        // Their starts and ends find no room either.
        try await clock.sleep(for: .seconds(60))
        #expect(try await store.counts().open > 0)
        try FileManager.default.removeItem(atPath: scratch.path("somebody's"))
        for handle in accepted { #expect(try await scheduler.output(of: handle) == text + "y") }
        let after = try await scheduler.schedule(Self.grow, "a")
        #expect(try await scheduler.output(of: after) == "ay")
        #expect(try await store.counts().succeeded == accepted.count + 1)
        await scheduler.shutdown()
        try await store.close()
    }

    @Test("of which the file is something else says what it is and what to do")
    func somethingElse() throws {
        let scratch = try Scratch()
        func refuses(_ name: String, _ code: TickerError.Code, _ wayOut: String) throws {
            let message = expect(code) { _ = try SQLiteTickerStore(path: scratch.path(name)) }
            #expect(message.contains(scratch.path(name)) || message.contains(scratch.folder), "\(message)")
            #expect(message.contains(wayOut), "\(message)")
        }
        try scratch.write(Data(repeating: 65, count: 8_192), to: "text")
        try refuses("text", .storeNotADatabase, "another path")
        let foreign = try scratch.owner("foreign")
        try foreign.execute("CREATE TABLE theirs (a)")
        try foreign.close()
        try refuses("foreign", .storeNotADatabase, "another path")
        let newer = try scratch.owner("newer")
        try newer.execute("PRAGMA user_version = 999")
        try newer.close()
        try refuses("newer", .storeSchemaTooNew, "newer")
        try FileManager.default.createDirectory(atPath: scratch.path("folder"), withIntermediateDirectories: false)
        try refuses("folder", .storeCannotOpen, "name a file in it")
        try refuses("missing/app.db", .storeCannotOpen, "create it first")
    }

    @Test("of which the file or the folder may not be written says so, and looks at it all the same")
    func readOnly() async throws {
        let scratch = try Scratch()
        let first = try SQLiteTickerStore(path: scratch.path())
        let spec = TickerSpec(function: "Grow", options: .inherited)
        let stored = try await first.add(NewTicker(spec: spec, input: .payload(.nothing), due: .now), now: .distantPast)
        try await first.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: scratch.path())
        for permissions in [0o777, 0o555] {
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: scratch.folder)
            try asNobody {
                let message = expect(.storeReadOnly) { _ = try SQLiteTickerStore(path: scratch.path()) }
                #expect(message.contains(scratch.path()) && message.contains("choose another path"), "\(message)")
            }
        }
        try scratch.allowRemoval()
        let reader = try SQLiteTickerStore(reading: scratch.path())
        #expect(try await reader.ticker(stored.id, now: .distantPast) != nil)
        try await reader.close()
    }
}
