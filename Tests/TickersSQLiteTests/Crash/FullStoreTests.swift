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
}
