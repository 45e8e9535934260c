import Synchronization
import Testing
import Tickers
import TickersTesting

@Suite("Metrics")
struct SchedulerMetricsTests {
    /// Fails, snoozes, retries or succeeds as its input says, each attempt after a second.
    private static let moody = TickerFunction<String, Void>("Moody", aliases: ["Old"])

    private static func functions() -> FunctionRegistry {
        registry {
            $0.register(moody) { fate, context in
                try await context.clock.sleep(for: .seconds(1))
                switch fate {
                case "fail": throw Broken()
                case "retry" where context.attempt < 3: throw Broken()
                case "snooze": throw TickerSignal.snooze(.seconds(9))
                case "forever": try await context.clock.sleep(for: .seconds(600))
                default: break
                }
            }
            $0.register(Plain.tick) { _ in }
        }
    }

    @Test("every kind of end is counted once, under its function")
    func ends() async throws {
        try await virtually(Self.functions()) { scheduler, clock in
            let options = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(5)))
            try await scheduler.schedule(Self.moody, "well")
            try await scheduler.schedule(Self.moody, "fail", options: options)
            try await scheduler.schedule(Self.moody, "retry", options: options)
            let slow = TickerOptions(timeout: .seconds(4))
            try await scheduler.schedule(Self.moody, "forever", options: slow)
            let cancelled = try await scheduler.schedule(Self.moody, "forever")
            try await scheduler.schedule(Plain.tick, due: .after(.seconds(3_600)))
            await clock.rest()
            var metrics = await scheduler.metrics()
            #expect([metrics.added, metrics.started, metrics.inFlight] == [6, 5, 5])
            #expect(metrics.total.ended == 0)
            try await clock.sleep(for: .seconds(10))
            try await scheduler.cancel(cancelled)
            try await clock.sleep(for: .seconds(60))
            await clock.rest()
            metrics = await scheduler.metrics()
            let moody = try #require(metrics.functions["Moody"])
            #expect([moody.succeeded, moody.failed, moody.retried, moody.cancelled] == [2, 2, 4, 1])
            #expect([moody.snoozed, moody.givenBack, moody.late, moody.timedOut] == [0, 0, 0, 1])
            #expect([metrics.started, metrics.inFlight, moody.ended] == [9, 0, 9])
            #expect(metrics.functions.keys.sorted() == ["Moody"])
            #expect(metrics.total == moody)
            #expect([metrics.stuck, metrics.lateResults, metrics.storeFailures] == [0, 0, 0])
        }
    }

    @Test("waiting and running are measured to the instant")
    func latencies() async throws {
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try await context.clock.sleep(for: .seconds(value))
                return value
            }
        }
        try await virtually(functions, options: SchedulerOptions(maxConcurrent: 1)) { scheduler, clock in
            var handles: [TickerHandle<Int>] = []
            for seconds in [5, 7, 11] { handles.append(try await scheduler.schedule(Plain.slow, seconds)) }
            for handle in handles { _ = try await scheduler.output(of: handle) }
            await clock.rest()
            let slow = try #require(await scheduler.metrics().functions["Slow"])
            #expect([slow.waiting.count, slow.running.count] == [3, 3])
            #expect([slow.running.min, slow.running.max] == [.seconds(5), .seconds(11)])
            #expect(slow.running.sum == .seconds(23))
            #expect([slow.waiting.min, slow.waiting.max] == [.zero, .seconds(12)])
            #expect(slow.waiting.sum == .seconds(5 + 12))
        }
    }

    @Test("a retry and a late start wait from their due time, not from the first one")
    func waitingOfRetries() async throws {
        let functions = registry { $0.register(Plain.fail) { _, _ in throw Broken() } }
        try await virtually(functions) { scheduler, clock in
            let options = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(100)))
            let handle = try await scheduler.schedule(Plain.fail, 1, due: .after(.seconds(50)), options: options)
            _ = try await scheduler.ended(handle)
            await clock.rest()
            let fail = try #require(await scheduler.metrics().functions["Fail"])
            #expect(fail.waiting.count == 3)
            #expect(fail.waiting.max == .zero)
        }
    }

    @Test("the difference to an older answer is what happened since")
    func intervals() async throws {
        try await virtually(Self.functions()) { scheduler, clock in
            _ = try await scheduler.ended(scheduler.schedule(Self.moody, "well"))
            await clock.rest()
            let before = await scheduler.metrics()
            _ = try await scheduler.ended(scheduler.schedule(Self.moody, "fail"))
            _ = try await scheduler.ended(scheduler.schedule(Plain.tick))
            await clock.rest()
            let interval = await scheduler.metrics().since(before)
            #expect([interval.added, interval.started, interval.inFlight] == [2, 2, 0])
            #expect(interval.functions["Moody"]?.succeeded == 0)
            #expect(interval.functions["Moody"]?.failed == 1)
            #expect(interval.functions["Moody"]?.running.count == 1)
            #expect(interval.functions["Tick"]?.succeeded == 1)
            let snoozed = try await scheduler.schedule(Self.moody, "snooze")
            try await clock.sleep(for: .seconds(2))
            #expect(await scheduler.metrics().since(before).total.snoozed == 1)
            try await scheduler.cancel(snoozed)
        }
    }

    @Test("a function that was stored under an alias is counted under its name")
    func aliases() async throws {
        let old = TickerFunction<String, Void>("Old")
        try await virtually(Self.functions()) { scheduler, clock in
            _ = try await scheduler.ended(scheduler.schedule(old, "well"))
            _ = try await scheduler.ended(scheduler.schedule(Self.moody, "well"))
            await clock.rest()
            let metrics = await scheduler.metrics()
            #expect(metrics.functions.mapValues(\.succeeded) == ["Moody": 2])
        }
    }

    @Test("attempts that a shutdown gives back are counted, begun or not")
    func givenBack() async throws {
        let clock = VirtualClock(seed: 3)
        try await clock.run {
            let scheduler = Scheduler(functions: Self.functions(), clock: clock)
            for _ in 0..<3 { try await scheduler.schedule(Self.moody, "forever") }
            try await scheduler.start()
            try await clock.sleep(for: .seconds(5))
            await scheduler.shutdown(grace: .zero)
            let metrics = await scheduler.metrics()
            #expect(metrics.total.givenBack == 3)
            #expect([metrics.started, metrics.inFlight] == [3, 0])
        }
    }

    @Test("a handler that does not come back is counted as stuck, and its result as late")
    func stuck() async throws {
        let inside = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let stubborn = TickerFunction<Void, Void>("Stubborn", options: TickerOptions(timeout: .seconds(5)))
        let functions = registry {
            $0.register(stubborn) { _ in
                await withCheckedContinuation { continuation in inside.withLock { $0 = continuation } }
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let handle = try await scheduler.schedule(stubborn)
            #expect(try await scheduler.ended(handle).failure?.kind == .timedOut)
            await clock.rest()
            var metrics = await scheduler.metrics()
            #expect(
                [metrics.stuck, metrics.lateResults, metrics.total.failed, metrics.total.timedOut] == [1, 0, 1, 1]
            )
            #expect(metrics.total.running.count == 0, "nobody knows how long it will have run")
            inside.withLock { $0.take() }?.resume()
            await clock.rest()
            metrics = await scheduler.metrics()
            #expect([metrics.stuck, metrics.lateResults, metrics.total.ended] == [1, 1, 1])
        }
    }
}
