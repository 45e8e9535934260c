import Testing
import Tickers
import TickersTesting

@Suite("Concurrency and priority")
struct ConcurrencyTests {
    private static func sleeper(_ name: String) -> TickerFunction<Int, Int> { TickerFunction(name) }

    private static func register(
        _ function: TickerFunction<Int, Int>,
        _ functions: inout FunctionRegistry,
        maxConcurrent: Int? = nil,
        gauge: Gauge
    ) {
        functions.register(function, maxConcurrent: maxConcurrent) { value, context in
            gauge.enter()
            defer { gauge.leave() }
            try await context.clock.sleep(for: .seconds(1))
            return value
        }
    }

    @Test("the scheduler's limit is reached and not passed, and bounds the time")
    func perScheduler() async throws {
        try await virtually(
            registry {
                $0.register(Plain.slow) { value, context in
                    try await context.clock.sleep(for: .seconds(1))
                    return value
                }
            },
            options: SchedulerOptions(maxConcurrent: 5)
        ) { scheduler, clock in
            var last: TickerHandle<Int>?
            for value in 0..<50 { last = try await scheduler.schedule(Plain.slow, value) }
            await clock.rest()
            #expect(try await scheduler.counts().running == 5)
            _ = try await scheduler.output(of: #require(last))
            #expect(clock.elapsed == .seconds(10))
        }
    }

    @Test("a function's and a queue's limit hold, and hold up nobody else")
    func perFunctionAndQueue() async throws {
        for seed in UInt64(0)..<5 {
            let (byFunction, byQueue, free) = (Gauge(), Gauge(), Gauge())
            let limited = Self.sleeper("Limited")
            let queued = Self.sleeper("Queued")
            let other = Self.sleeper("Other")
            let functions = registry {
                Self.register(limited, &$0, maxConcurrent: 2, gauge: byFunction)
                Self.register(queued, &$0, gauge: byQueue)
                Self.register(other, &$0, gauge: free)
            }
            let options = SchedulerOptions(maxConcurrent: 10, queues: ["mail": 3])
            try await virtually(seeds: seed..<seed + 1, functions, options: options) { scheduler, clock in
                var handles: [TickerHandle<Int>] = []
                for value in 0..<20 { handles.append(try await scheduler.schedule(limited, value)) }
                for value in 0..<20 {
                    let mail = TickerOptions(queue: "mail")
                    handles.append(try await scheduler.schedule(queued, value, options: mail))
                }
                for value in 0..<5 {
                    _ = try await scheduler.output(of: scheduler.schedule(other, value))
                }
                #expect(clock.elapsed == .seconds(5))
                for handle in handles { _ = try await scheduler.output(of: handle) }
                #expect(clock.elapsed == .seconds(10))
            }
            #expect(byFunction.peak == 2)
            #expect(byQueue.peak == 3)
        }
    }

    @Test("higher priorities start first, and among equals who has been due longest")
    func priorities() async throws {
        let order = Recorder<Int>()
        let functions = registry {
            $0.register(Plain.echo) { value, _ in
                order.add(value)
                return value
            }
        }
        let clock = VirtualClock()
        try await clock.run {
            let options = SchedulerOptions(maxConcurrent: 1)
            let scheduler = Scheduler(functions: functions, clock: clock, options: options)
            let priorities: [TickerPriority] = [.low, .normal, .high, .critical, .normal, .low, .critical, .high]
            var handles: [TickerHandle<Int>] = []
            for (value, priority) in priorities.enumerated() {
                let options = TickerOptions(priority: priority)
                handles.append(try await scheduler.schedule(Plain.echo, value, options: options))
            }
            try await scheduler.start()
            for handle in handles { _ = try await scheduler.output(of: handle) }
            await scheduler.shutdown()
        }
        #expect(order.values == [3, 6, 2, 7, 1, 4, 0, 5])
    }

    /// One slot, and more critical work than it can do: the low ticker would starve without aging.
    @Test("a low ticker starts within 60 seconds though critical ones never cease")
    func aging() async throws {
        let started = Recorder<Duration>()
        let low = TickerFunction<Void, Void>("Low", options: TickerOptions(priority: .low))
        let functions = registry {
            $0.register(low) { context in started.add(.nanoseconds(context.clock.monotonic.nanoseconds)) }
            $0.register(Plain.slow) { value, context in
                try await context.clock.sleep(for: .seconds(1))
                return value
            }
        }
        try await virtually(functions, options: SchedulerOptions(maxConcurrent: 1)) { scheduler, clock in
            let critical = TickerOptions(priority: .critical)
            try await scheduler.schedule(Plain.slow, 0, options: critical)
            await clock.rest()
            let handle = try await scheduler.schedule(low)
            for value in 0..<70 {
                try await scheduler.schedule(Plain.slow, value, options: critical)
                try await scheduler.schedule(Plain.slow, value, options: critical)
                try await clock.sleep(for: .seconds(1))
            }
            #expect(try await scheduler.status(of: handle)?.status == .succeeded)
        }
        #expect(started.values.allSatisfy { $0 >= .seconds(45) && $0 <= .seconds(60) }, "\(started.values)")
        #expect(started.count == 3)
    }
}
