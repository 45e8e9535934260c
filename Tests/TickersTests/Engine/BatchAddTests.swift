import Testing
import Tickers
import TickersTesting

@Suite("Many inputs in one call")
struct BatchAddTests {
    private static let functions = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(Plain.note) { _, _ in }
    }

    @Test("each input becomes a workflow of its own, in the order of the inputs")
    func each() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            let handles = try await scheduler.schedule(
                Plain.echo,
                inputs: [7, 8, 9],
                options: TickerOptions(tags: ["x"])
            )
            #expect(handles.map(\.id) == handles.map(\.id).sorted())
            #expect(handles.map(\.workflowID.first) == handles.map(\.id))
            var outputs: [Int] = []
            for handle in handles { outputs.append(try await scheduler.output(of: handle)) }
            #expect(outputs == [7, 8, 9])
            #expect(try await scheduler.status(of: handles[2])?.tags == ["x"])
            #expect(try await scheduler.workflow(handles[1].workflowID)?.tickers.map(\.id) == [handles[1].id])
        }
    }

    @Test("100,000 inputs in one call are stored together and all run")
    func hundredThousand() async throws {
        let count = 100_000
        let ran = Recorder<Int>()
        let functions = registry {
            $0.register(Plain.slow) { value, _ in
                ran.add(value); return value
            }
        }
        let clock = VirtualClock(seed: 3)
        try await clock.run {
            let store = MemoryTickerStore(retention: Retention(age: .seconds(60), count: count), seed: 3)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            let handles = try await scheduler.schedule(Plain.slow, inputs: Array(0..<count), due: .after(.seconds(5)))
            #expect(handles.count == count)
            #expect(try await scheduler.counts().open == count)
            try await scheduler.start()
            try await clock.sleep(for: .seconds(5))
            await clock.rest()
            #expect(try await scheduler.counts().succeeded == count)
            #expect(try await scheduler.output(of: handles[count - 1]) == count - 1)
            await scheduler.shutdown()
        }
        #expect(ran.values.sorted() == Array(0..<count), "each ran once")
    }

    @Test("a single input is a ticker as any other, and may have a unique key")
    func one() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            let handles = try await scheduler.schedule(Plain.echo, inputs: [7], options: TickerOptions(unique: "one"))
            #expect(handles.count == 1)
            #expect(try await scheduler.output(of: handles[0]) == 7)
        }
    }

    @Test("none stores none, and nothing is asked of the function then")
    func none() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            let handles = try await scheduler.schedule(Plain.echo, inputs: [])
            let counts = try await scheduler.counts()
            #expect(handles.isEmpty && counts == StoreCounts())
        }
    }

    private struct Picky: Codable, Sendable {
        var isBad: Bool
        func encode(to encoder: any Encoder) throws { if isBad { throw Broken() } }
    }

    @Test("all or nothing: whatever is wrong with one of them, nothing is stored")
    func refused() async throws {
        let picky = TickerFunction<Picky, Void>("Picky")
        let functions = registry {
            $0.register(Plain.echo) { value, _ in value }
            $0.register(picky) { _, _ in }
        }
        try await virtually(seeds: 0..<1, functions, stores: StoreKind.encoding) { scheduler, _ in
            await expectError(.unregisteredFunction) { try await scheduler.schedule(Plain.note, inputs: ["a", "b"]) }
            await expectError(.invalidArgument) {
                try await scheduler.schedule(Plain.echo, inputs: [1, 2], due: .after(.seconds(-1)))
            }
            await expectError(.invalidArgument) {
                try await scheduler.schedule(Plain.echo, inputs: [1, 2], options: TickerOptions(tags: [""]))
            }
            await expectError(.invalidArgument) {
                try await scheduler.schedule(Plain.echo, inputs: [1, 2], options: TickerOptions(unique: "one"))
            }
            await expectError(.unencodablePayload) {
                try await scheduler.schedule(picky, inputs: [Picky(isBad: false), Picky(isBad: true)])
            }
            await expectError(.tooManyTickers) {
                let inputs = Array(repeating: 0, count: TickerLimits.tickersPerAdd + 1)
                try await scheduler.schedule(Plain.echo, inputs: inputs)
            }
            let counts = try await scheduler.counts()
            #expect(counts == StoreCounts())
        }
    }

    @Test("after the shutdown nothing is stored")
    func afterShutdown() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            await scheduler.shutdown()
            await expectError(.shutDown) { try await scheduler.schedule(Plain.echo, inputs: [1]) }
        }
    }
}
