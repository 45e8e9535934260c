import Testing
import Tickers
import TickersTesting

@Suite("Draining")
struct DrainTests {
    private static let hour = Duration.seconds(3_600)

    @Test("runs what is due, what becomes due, retries and what handlers add, until all have ended")
    func drains() async throws {
        let calls = Recorder<String>()
        let options = TickerOptions(retry: .fixed(maxAttempts: 3, every: Self.hour))
        let functions = registry { functions in
            functions.register(Plain.echo) { number, context in
                calls.add("echo \(number), attempt \(context.attempt)")
                if context.attempt < 3 { throw Broken() }
                try await context.schedule(Plain.tick, due: .after(Self.hour))
                return number
            }
            functions.register(Plain.tick) { _ in calls.add("tick") }
        }
        try await virtually(seeds: 0..<5, functions) { scheduler, clock in
            try await scheduler.schedule(Plain.echo, 7, due: .after(Self.hour), options: options)
            try await scheduler.drain()
            #expect(clock.elapsed == Self.hour * 4)
            #expect(try await scheduler.counts().succeeded == 2)
            try await scheduler.drain()
            #expect(clock.elapsed == Self.hour * 4)
        }
        #expect(calls.values.prefix(4) == ["echo 7, attempt 1", "echo 7, attempt 2", "echo 7, attempt 3", "tick"])
    }

    @Test("what can never happen is named with its reason")
    func neverHappens() async throws {
        let clock = VirtualClock()
        let functions = registry { functions in
            functions.register(Plain.slow) { number, _ in
                // Comes back only when it is cancelled.
                let (stream, _) = AsyncStream<Never>.makeStream()
                for await _ in stream {}
                return number
            }
            functions.register(Plain.echo) { number, _ in number }
        }
        let open = try await clock.run {
            let store = MemoryTickerStore(seed: 1)
            let stranger = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: .adding)
            try await stranger.schedule(Plain.tick)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            try await scheduler.start()
            let slow = try await scheduler.schedule(Plain.slow, 1)
            try await scheduler.schedule(Plain.echo, 2, following: slow)
            let open = try await scheduler.runUntilAtRest()
            do {
                try await scheduler.drain()
                Issue.record("nothing was thrown")
            } catch let error as DrainError {
                #expect(error.cause == .atRest)
                #expect(error.open == open)
                #expect(
                    error.description == """
                        At 2026-01-01T00:00:00.000000Z 3 tickers are open, and nothing more will happen:
                          Tick is pending: the scheduler runs no handler for it
                          Slow is running: its handler has not come back since 2026-01-01T00:00:00.000000Z
                          Echo is waiting: it waits for Slow
                        """
                )
            }
            await scheduler.shutdown(grace: .zero)
            return open
        }
        let start = Timestamp(microseconds: 1_767_225_600_000_000)
        #expect(open.map(\.reason) == [.unregisteredFunction, .handler(since: start), .parents(["Slow"])])
    }

    @Test("a scheduler that does not run leaves everything as it is")
    func notStarted() async throws {
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: registry { $0.register(Plain.tick) { _ in } }, clock: clock)
            try await scheduler.schedule(Plain.tick)
            try await scheduler.schedule(Plain.tick, due: .after(.seconds(60)))
            let open = try await scheduler.runUntilAtRest()
            #expect(open.map(\.reason) == [.notStarted, .due(clock.wall.advanced(by: .seconds(60)))])
            #expect(clock.elapsed == .zero)
            await scheduler.shutdown()
        }
    }

    @Test("what comes beyond the limit is named, and time has not gone there")
    func limit() async throws {
        let functions = registry { $0.register(Plain.tick) { _ in } }
        try await virtually(functions, stores: StoreKind.listed) { scheduler, clock in
            try await scheduler.schedule(Plain.tick, due: .after(.seconds(60)))
            try await scheduler.schedule(Plain.tick, due: .after(.seconds(61)))
            do {
                try await scheduler.drain(limit: .seconds(60))
                Issue.record("nothing was thrown")
            } catch let error as DrainError {
                #expect(
                    error.description == """
                        At 2026-01-01T00:01:00.000000Z 1 ticker is open, and the next thing happens at \
                        2026-01-01T00:01:01.000000Z, beyond the limit of 60.0 seconds:
                          Tick is scheduled: it is due at 2026-01-01T00:01:01.000000Z
                        """
                )
            }
            #expect(clock.elapsed == .seconds(60))
            try await scheduler.drain(limit: .seconds(1))
            #expect(clock.elapsed == .seconds(61))
        }
    }

    @Test("outside of a virtual run it is refused", arguments: [SystemClock(), VirtualClock()] as [any TickerClock])
    func outsideOfRun(clock: any TickerClock) async throws {
        let scheduler = Scheduler(functions: FunctionRegistry(), clock: clock)
        await expectError(.invalidArgument) { try await scheduler.drain() }
        await scheduler.shutdown()
    }
}

extension SchedulerOptions {
    /// Options of a scheduler that only adds.
    fileprivate static var adding: SchedulerOptions {
        var options = SchedulerOptions()
        options.runs = .nothing
        return options
    }
}
