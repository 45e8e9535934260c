import Testing
import Tickers
import TickersTesting

@Suite("Limit keys")
struct LimitKeyTests {
    private static func under(_ key: LimitKey, retry: RetryPolicy? = nil) -> TickerOptions {
        TickerOptions(retry: retry, limitKey: key)
    }

    /// Registers a handler that takes a second and notes what it is given, and when.
    private static func slow(_ starts: Recorder<(value: Int, at: Duration)>) -> FunctionRegistry {
        registry {
            $0.register(Plain.slow) { value, context in
                starts.add((value, .nanoseconds(context.clock.monotonic.nanoseconds)))
                try await context.clock.sleep(for: .seconds(1))
                return value
            }
        }
    }

    @Test("tickers under one key run one after the other in order, with all their attempts in between")
    func sequence() async throws {
        let attempts = Recorder<[Int]>()
        let functions = registry {
            $0.register(Plain.echo) { value, context in
                attempts.add([value, context.attempt])
                try await context.clock.sleep(for: .milliseconds(10))
                // The first of five needs five attempts, the last one.
                if context.attempt < 5 - value { throw Broken() }
                return value
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let options = Self.under("customer:42", retry: .fixed(maxAttempts: 9, every: .seconds(30)))
            var handles: [TickerHandle<Int>] = []
            for value in 0..<5 { handles.append(try await scheduler.schedule(Plain.echo, value, options: options)) }
            for handle in handles { _ = try await scheduler.output(of: handle) }
        }
        #expect(attempts.values == (0..<5).flatMap { value in (1...(5 - value)).map { [value, $0] } })
    }

    @Test("three places are filled and not more, and bound the time")
    func threePlaces() async throws {
        let gauge = Gauge()
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                gauge.enter()
                defer { gauge.leave() }
                try await context.clock.sleep(for: .seconds(1))
                return value
            }
        }
        try await virtually(functions) { scheduler, clock in
            var handles: [TickerHandle<Int>] = []
            for value in 0..<30 {
                let options = Self.under(LimitKey("k", maxConcurrent: 3))
                handles.append(try await scheduler.schedule(Plain.slow, value, options: options))
            }
            await clock.rest()
            #expect(try await scheduler.counts().running == 3)
            for handle in handles { _ = try await scheduler.output(of: handle) }
            #expect(clock.elapsed == .seconds(10))
        }
        #expect(gauge.peak == 3)
    }

    @Test("a key that is taken holds up neither other keys nor tickers without one")
    func independent() async throws {
        let starts = Recorder<(value: Int, at: Duration)>()
        try await virtually(seeds: 0..<1, Self.slow(starts)) { scheduler, clock in
            for value in 0..<10 { try await scheduler.schedule(Plain.slow, value, options: Self.under("busy")) }
            let other = try await scheduler.schedule(Plain.slow, 100, options: Self.under("other"))
            let free = try await scheduler.schedule(Plain.slow, 101)
            _ = try await scheduler.output(of: other)
            _ = try await scheduler.output(of: free)
            #expect(clock.elapsed == .seconds(1))
        }
    }

    @Test("a holder that is cancelled lets the next one go, when its handler has come back and not before")
    func cancelledHolder() async throws {
        let starts = Recorder<(value: Int, at: Duration)>()
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                starts.add((value, .nanoseconds(context.clock.monotonic.nanoseconds)))
                // Takes a second to tidy up, whatever happens.
                do { try await context.clock.sleep(for: .seconds(60)) } catch {
                    await Self.tidyUp(context.clock)
                    throw error
                }
                return value
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            var handles: [TickerHandle<Int>] = []
            for value in 0..<3 {
                handles.append(try await scheduler.schedule(Plain.slow, value, options: Self.under("k")))
            }
            try await clock.sleep(for: .seconds(5))
            let parked = try await scheduler.cancel(handles[1])
            #expect(parked == .cancelled)
            let running = try await scheduler.cancel(handles[0])
            #expect(running == .requested)
            _ = try await scheduler.output(of: handles[2])
        }
        #expect(starts.values.map(\.value) == [0, 2])
        #expect(starts.values.map(\.at) == [.zero, .seconds(6)])
    }

    private static func tidyUp(_ clock: any TickerClock) async {
        let tidying = Task(executorPreference: clock.executor) { try await clock.sleep(for: .seconds(1)) }
        _ = await tidying.result
    }

    @Test("a place survives a snooze, a function's own key counts, and its children do not inherit it")
    func snooze() async throws {
        let order = Recorder<String>()
        let poll = TickerFunction<String, Void>("Poll", options: TickerOptions(limitKey: "machine"))
        let functions = registry {
            $0.register(poll) { name, context in
                order.add(name)
                if order.values.count(where: { $0 == name }) < 3 { throw TickerSignal.snooze(.seconds(3_600)) }
            }
            $0.register(Plain.tick) { _ in order.add("tick") }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let first = try await scheduler.schedule(poll, "a")
            let second = try await scheduler.schedule(poll, "b")
            let child = try await scheduler.schedule(Plain.tick, following: first.when(.inProgress))
            _ = try await scheduler.output(of: child)
            #expect(clock.elapsed == .zero)
            _ = try await scheduler.output(of: second)
            #expect(clock.elapsed == .seconds(4 * 3_600))
        }
        #expect(order.values == ["a", "tick", "a", "a", "b", "b", "b"])
    }

    @Test("1,000 keys with ten tickers each: every sequence in order, all of them side by side")
    func manyKeys() async throws {
        let (keys, length) = (1_000, 10)
        let runs = Recorder<[Int]>()
        let step = TickerFunction<[Int], Void>("Step")
        let functions = registry {
            $0.register(step) { value, context in
                runs.add(value)
                try await context.clock.sleep(for: .seconds(1))
            }
        }
        let bounds = SchedulerOptions(maxConcurrent: 100)
        try await virtually(seeds: 0..<1, functions, options: bounds) { scheduler, clock in
            var last: [TickerHandle<Void>] = []
            for number in 0..<length {
                for key in 0..<keys {
                    let options = Self.under(LimitKey("key:\(key)"))
                    let handle = try await scheduler.schedule(step, [key, number], options: options)
                    if number == length - 1 { last.append(handle) }
                }
            }
            for handle in last { try await scheduler.output(of: handle) }
            // No place in the scheduler is ever idle.
            #expect(clock.elapsed == .seconds(length * keys / 100))
        }
        let byKey = Dictionary(grouping: runs.values) { $0[0] }
        #expect(byKey.count == keys)
        #expect(byKey.values.allSatisfy { $0.map { $0[1] } == Array(0..<length) })
    }

    @Test("the steps of a workflow may share a key, with others, and take their turns when they are released")
    func workflow() async throws {
        let order = Recorder<Int>()
        let functions = registry {
            $0.register(Plain.echo) { value, context in
                order.add(value)
                try await context.clock.sleep(for: .seconds(1))
                return value
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let options = Self.under("k")
            var workflow = Workflow("shared")
            let first = workflow.add(Plain.echo, 1, options: options)
            let second = workflow.add(Plain.echo, 3, following: first, options: options)
            workflow.add(Plain.echo, 4, following: second)
            let run = try await scheduler.schedule(workflow)
            try await scheduler.schedule(Plain.echo, 2, options: options)
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.allSatisfy { $0.status == .succeeded })
            #expect(clock.elapsed == .seconds(4))
        }
        #expect(order.values == [1, 2, 3, 4])
    }

    @Test("two schedulers on one store share the places")
    func twoSchedulers() async throws {
        let starts = Recorder<(value: Int, at: Duration)>()
        let functions = Self.slow(starts)
        for seed in UInt64(0)..<5 {
            let clock = VirtualClock(seed: seed)
            try await clock.run {
                let store = MemoryTickerStore(seed: seed)
                let one = Scheduler(functions: functions, store: store, clock: clock)
                let two = Scheduler(functions: functions, store: store, clock: clock)
                try await one.start()
                try await two.start()
                var handles: [TickerHandle<Int>] = []
                for value in 0..<10 {
                    let scheduler = value.isMultiple(of: 2) ? one : two
                    handles.append(try await scheduler.schedule(Plain.slow, value, options: Self.under("k")))
                }
                for handle in handles { _ = try await one.output(of: handle) }
                #expect(clock.elapsed == .seconds(10))
                await one.shutdown()
                await two.shutdown()
            }
        }
        #expect(starts.values.map(\.value) == (0..<5).flatMap { _ in 0..<10 })
    }

    @Test("bad keys are refused, with every problem, and nothing is stored")
    func badKeys() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let long = String(repeating: "k", count: TickerLimits.nameBytes + 1)
            for key in [LimitKey(""), LimitKey(long)] + [0, -1].map({ LimitKey("k", maxConcurrent: $0) }) {
                await expectError(.invalidArgument) {
                    _ = try await scheduler.schedule(Plain.echo, 1, options: Self.under(key))
                }
            }
            let counts = try await scheduler.counts()
            #expect(counts == StoreCounts())
        }
    }
}
