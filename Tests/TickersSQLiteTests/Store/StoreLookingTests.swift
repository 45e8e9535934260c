import Testing
import Tickers
import TickersSQLite
import TickersTesting

/// What people ask of a file, of the store that owns it and of one that reads beside it.
@Suite("Looking into a file", .serialized)
struct StoreLookingTests {
    private static let send = TickerFunction<String, Int>("Send")
    private static let print = TickerFunction<Int, Void>("Print")

    private static var functions: FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(send) { text, _ in text.count }
        functions.register(print) { _, _ in }
        return functions
    }

    private func looking(
        _ body: @escaping @Sendable (_ stores: [SQLiteTickerStore], _ scheduler: Scheduler) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        let clock = VirtualClock(seed: 5)
        try await clock.run {
            let owner = try SQLiteTickerStore(path: scratch.path(), seed: 5, clock: clock)
            let scheduler = Scheduler(functions: Self.functions, store: owner, clock: clock)
            try await scheduler.schedule(Self.print, inputs: Array(0..<20), due: .after(.seconds(3_600)))
            let reader = try SQLiteTickerStore(reading: scratch.path(), clock: clock)
            try await body([owner, reader], scheduler)
            try await reader.close()
            try await owner.close()
        }
    }

    @Test("a ticker is found by the end of its id, however much of it, and by the beginning where that is enough")
    func ids() async throws {
        try await looking { stores, scheduler in
            let ids = try await scheduler.tickers().tickers.map(\.id)
            for store in stores {
                for id in ids {
                    let text = "\(id)"
                    for length in [10, 12, 13, 19, 24, 36] {
                        #expect(try await store.ids(resembling: String(text.suffix(length))) == [id], "\(length)")
                    }
                    for length in [19, 28, 36] {
                        #expect(try await store.ids(resembling: String(text.prefix(length))) == [id], "\(length)")
                    }
                    #expect(try await store.ids(resembling: text.uppercased().filter { $0 != "-" }) == [id])
                }
                let beginning = String("\(ids[0])".prefix(8))
                #expect(try await store.ids(resembling: beginning, limit: 100) == ids)
                #expect(try await store.ids(resembling: beginning, limit: 3) == Array(ids.prefix(3)))
            }
        }
    }

    @Test(
        "a text that is part of no id finds nothing",
        arguments: [
            "", "-", "xyz", "12 34", "%", "' OR 1=1 --", "٣٣٣٣", "ffffffffffff", String(repeating: "0", count: 33),
        ]
    )
    func noIDs(text: String) async throws {
        try await looking { stores, _ in
            for store in stores {
                let found = try await store.ids(resembling: text)
                #expect(found.isEmpty)
            }
        }
    }

    @Test("counts go by function and status, and tell since when the longest one waits")
    func statistics() async throws {
        try await looking { stores, scheduler in
            try await scheduler.clock.sleep(for: .seconds(3_601))
            try await scheduler.schedule(Self.send, "later", due: .after(.seconds(60)))
            try await scheduler.pauseQueue("odd")
            let now = scheduler.clock.wall
            for store in stores {
                let statistics = try await store.statistics(now: now)
                #expect(statistics.path == store.path)
                #expect(statistics.bytes + statistics.logBytes > 0)
                #expect(statistics.functions.map(\.name) == ["Print", "Send"])
                #expect(statistics.functions.map(\.counts) == [[.pending: 20], [.scheduled: 1]])
                #expect(statistics.counts == [.pending: 20, .scheduled: 1])
                #expect(statistics.pendingSince == now.advanced(by: .seconds(-1)))
                #expect(statistics.functions[1].pendingSince == nil)
                #expect(statistics.pausedQueues == ["odd"])
            }
        }
    }

    @Test("inputs and outputs are there as JSON, and nothing for a ticker that is not")
    func payloads() async throws {
        try await looking { stores, scheduler in
            try await scheduler.start()
            let sent = try await scheduler.schedule(Self.send, "a \"b\"")
            #expect(try await scheduler.output(of: sent) == 5)
            let unknown = try #require(TickerID("00000000-0000-7000-8000-000000000001"))
            for store in stores {
                let payloads = try #require(try await store.payloads(of: sent.id))
                #expect(payloads.input == #""a \"b\"""# && payloads.output == "5")
                #expect(try await store.payloads(of: unknown) == nil)
            }
            await scheduler.shutdown()
        }
    }
}
