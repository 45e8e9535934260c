import Synchronization
import Testing
import Tickers
import TickersTesting

/// A door that stays shut until the test opens it: what waits there ignores cancellation.
private final class Door: Sendable {
    private let waiters = Mutex<[CheckedContinuation<Void, Never>]?>([])

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = waiters.withLock { waiters in
                waiters?.append(continuation)
                return waiters == nil
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        for waiter in waiters.withLock({ $0.take() }) ?? [] { waiter.resume() }
    }
}

@Suite("Handlers that do not stop")
struct StuckTests {
    private static let stubborn = TickerFunction<Int, Int>(
        "Stubborn",
        options: TickerOptions(timeout: .seconds(5))
    )

    private static func functions(_ door: Door) -> FunctionRegistry {
        registry {
            $0.register(stubborn) { value, _ in
                await door.wait()
                return value
            }
            $0.register(Plain.echo) { value, _ in value }
        }
    }

    private static func events(of scheduler: Scheduler, until isLast: @escaping @Sendable (TickerEvent) -> Bool)
        -> (Recorder<TickerEvent>, @Sendable () async -> Void)
    {
        let recorder = Recorder<TickerEvent>()
        let events = scheduler.events()
        return (
            recorder,
            {
                for await event in events {
                    recorder.add(event)
                    if isLast(event) { return }
                }
            }
        )
    }

    @Test("a handler that ignores its timeout is recorded without it, frees its slot, and its late result is refused")
    func timeout() async throws {
        for seed in UInt64(0)..<10 {
            let door = Door()
            let options = SchedulerOptions(maxConcurrent: 1)
            try await virtually(seeds: seed..<seed + 1, Self.functions(door), options: options) { scheduler, clock in
                let (events, listen) = Self.events(of: scheduler) { event in
                    if case .lateResult = event { true } else { false }
                }
                async let listening: Void = listen()
                let handle = try await scheduler.schedule(Self.stubborn, 1)
                let next = try await scheduler.schedule(Plain.echo, 2)
                #expect(try await scheduler.output(of: next) == 2)
                #expect(clock.elapsed == .seconds(10))
                let ticker = try #require(try await scheduler.status(of: handle))
                #expect(ticker.status == .failed)
                #expect(ticker.failure?.kind == .timedOut)
                door.open()
                await listening
                #expect(events.values.contains(.stuck(handle.id, function: "Stubborn", attempt: 1)))
                #expect(events.values.contains(.lateResult(handle.id, function: "Stubborn", attempt: 1)))
                #expect(try await scheduler.status(of: handle) == ticker)
                #expect(try await scheduler.output(of: scheduler.schedule(Plain.echo, 3)) == 3)
            }
        }
    }

    @Test("a handler that returns after its timeout, within the grace: the attempt has timed out")
    func returnsLate() async throws {
        let options = TickerOptions(timeout: .seconds(5))
        let function = TickerFunction<Int, Int>("Late", options: options)
        let functions = registry {
            $0.register(function) { value, context in
                do { try await context.clock.sleep(for: .seconds(60)) } catch { return value }
                return value
            }
        }
        try await virtually(functions) { scheduler, clock in
            let ticker = try await scheduler.ended(scheduler.schedule(function, 1))
            #expect(ticker.status == .failed)
            #expect(ticker.failure?.kind == .timedOut)
            #expect(clock.elapsed == .seconds(5))
        }
    }

    @Test("a handler that ignores a cancel is recorded as cancelled after the grace")
    func cancel() async throws {
        let door = Door()
        let function = TickerFunction<Int, Int>("Stubborn")
        let functions = registry {
            $0.register(function) { value, _ in
                await door.wait()
                return value
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let handle = try await scheduler.schedule(function, 1)
            await clock.rest()
            #expect(try await scheduler.cancel(handle) == .requested)
            #expect(try await scheduler.cancel(handle) == .requested)
            let ticker = try await scheduler.ended(handle)
            #expect(ticker.status == .cancelled)
            #expect(clock.elapsed == .seconds(5))
            door.open()
        }
    }

    @Test("a shutdown does not wait longer than the grace and the time to come back; the attempt is given back")
    func shutdown() async throws {
        let door = Door()
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: Self.functions(door), clock: clock)
            try await scheduler.start()
            let options = TickerOptions(timeout: .seconds(3_600))
            let handle = try await scheduler.schedule(Self.stubborn, 1, options: options)
            await clock.rest()
            await scheduler.shutdown(grace: .seconds(20))
            #expect(clock.elapsed == .seconds(25))
            let ticker = try #require(try await scheduler.status(of: handle))
            #expect(ticker.status == .pending)
            #expect(ticker.attempts == 0)
            door.open()
        }
    }

    @Test("a hundred stuck handlers on two slots stop nobody else")
    func many() async throws {
        let door = Door()
        let options = SchedulerOptions(maxConcurrent: 2)
        try await virtually(seeds: 0..<1, Self.functions(door), options: options) { scheduler, _ in
            for value in 0..<100 { try await scheduler.schedule(Self.stubborn, value) }
            let low = TickerOptions(priority: .low)
            let echo = try await scheduler.schedule(Plain.echo, 7, options: low)
            #expect(try await scheduler.output(of: echo) == 7)
            door.open()
        }
    }
}

@Suite("Shutting down")
struct ShutdownTests {
    @Test("running handlers end within the grace; what has not started stays pending")
    func grace() async throws {
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try await context.clock.sleep(for: .seconds(value))
                return value
            }
        }
        for seed in UInt64(0)..<10 {
            let clock = VirtualClock(seed: seed)
            try await clock.run {
                let options = SchedulerOptions(maxConcurrent: 2)
                let scheduler = Scheduler(functions: functions, clock: clock, options: options)
                try await scheduler.start()
                let short = try await scheduler.schedule(Plain.slow, 5)
                let long = try await scheduler.schedule(Plain.slow, 60)
                let next = try await scheduler.schedule(Plain.slow, 1)
                await clock.rest()
                await scheduler.shutdown(grace: .seconds(30))
                #expect(clock.elapsed == .seconds(30))
                #expect(try await scheduler.status(of: short)?.status == .succeeded)
                let given = try #require(try await scheduler.status(of: long))
                #expect(given.status == .pending)
                #expect(given.attempts == 0)
                #expect(try await scheduler.status(of: next)?.status == .pending)
            }
        }
    }

    @Test("with nothing running it is immediate, and what was given back runs in the next scheduler on the store")
    func handedOn() async throws {
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try await context.clock.sleep(for: .seconds(60))
                return value
            }
        }
        let clock = VirtualClock()
        try await clock.run {
            let store = MemoryTickerStore()
            let first = Scheduler(functions: functions, store: store, clock: clock)
            try await first.start()
            let handle = try await first.schedule(Plain.slow, 9)
            await clock.rest()
            await first.shutdown(grace: .zero)
            #expect(clock.elapsed == .zero)
            let second = Scheduler(functions: functions, store: store, clock: clock)
            try await second.start()
            #expect(try await second.output(of: handle) == 9)
            #expect(try await second.status(of: handle)?.attempts == 1)
            await second.shutdown()
        }
    }
}
