import Testing
import Tickers
import TickersTesting

@Suite("Scheduling")
struct SchedulingTests {
    @Test("a ticker runs at once, and its output comes back typed")
    func now() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value + 1 } }
        try await virtually(functions) { scheduler, clock in
            let handle = try await scheduler.schedule(Plain.echo, 41)
            #expect(try await scheduler.output(of: handle) == 42)
            let ticker = try #require(try await scheduler.status(of: handle))
            #expect(ticker.status == .succeeded)
            #expect(ticker.attempts == 1)
            #expect(ticker.endedAt == clock.wall)
            #expect(clock.elapsed == .zero)
        }
    }

    @Test("a ticker runs after its delay and at its instant, to the microsecond and never early")
    func later() async throws {
        let starts = Recorder<(TickerID, Timestamp)>()
        let functions = registry {
            $0.register(Plain.echo) { value, context in
                starts.add((context.id, context.clock.wall))
                #expect(context.scheduledFor == context.clock.wall)
                return value
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let begin = clock.wall
            let delayed = try await scheduler.schedule(Plain.echo, 1, due: .after(.microseconds(86_400_000_001)))
            let dated = try await scheduler.schedule(Plain.echo, 2, due: .at(begin.advanced(by: .seconds(60))))
            #expect(try await scheduler.status(of: delayed)?.status == .scheduled)
            _ = try await scheduler.output(of: delayed)
            #expect(starts.values.map(\.0) == [dated.id, delayed.id])
            #expect(starts.values.map { $0.1.since(begin) } == [.seconds(60), .microseconds(86_400_000_001)])
        }
    }

    @Test("what is scheduled before the start waits for it")
    func beforeStart() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: functions, clock: clock)
            let handle = try await scheduler.schedule(Plain.echo, 7)
            await clock.rest()
            #expect(try await scheduler.status(of: handle)?.status == .pending)
            try await scheduler.start()
            #expect(try await scheduler.output(of: handle) == 7)
            await scheduler.shutdown()
        }
    }

    @Test("after the shutdown nothing is stored, and questions are still answered")
    func afterShutdown() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        try await virtually(functions) { scheduler, _ in
            let handle = try await scheduler.schedule(Plain.echo, 7)
            _ = try await scheduler.output(of: handle)
            let open = try await scheduler.schedule(Plain.echo, 8, due: .after(.seconds(60)))
            await scheduler.shutdown()
            await expectError(.shutDown) { try await scheduler.schedule(Plain.echo, 9) }
            await expectError(.shutDown) { try await scheduler.start() }
            await expectError(.shutDown) { _ = try await scheduler.output(of: open) }
            #expect(try await scheduler.status(of: handle)?.status == .succeeded)
            #expect(try await scheduler.output(of: handle) == 7)
            #expect(try await scheduler.cancel(open) == .cancelled)
            await scheduler.shutdown()
        }
    }

    @Test("a second start or run is refused and the first goes on")
    func twice() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        try await virtually(functions) { scheduler, _ in
            await expectError(.alreadyRunning) { try await scheduler.start() }
            await expectError(.alreadyRunning) { try await scheduler.run() }
            let handle = try await scheduler.schedule(Plain.echo, 7)
            #expect(try await scheduler.output(of: handle) == 7)
        }
    }

    @Test("two runs at once: exactly one wins")
    func twoRuns() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        for seed in UInt64(0)..<20 {
            let clock = VirtualClock(seed: seed)
            let refused = Recorder<TickerError.Code>()
            try await clock.run {
                let scheduler = Scheduler(functions: functions, clock: clock)
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<2 {
                        group.addTask {
                            do {
                                try await scheduler.run()
                            } catch let error as TickerError {
                                refused.add(error.code)
                            } catch {
                                Issue.record("\(error)")
                            }
                        }
                    }
                    await clock.rest()
                    await scheduler.shutdown()
                }
            }
            #expect(refused.values == [.alreadyRunning], "seed \(seed)")
        }
    }

    @Test("run() returns when its task is cancelled, after the last handler")
    func runIsCancelled() async throws {
        let ends = Recorder<Int>()
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try await context.clock.sleep(for: .seconds(3))
                ends.add(value)
                return value
            }
        }
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: functions, clock: clock)
            let handle = try await scheduler.schedule(Plain.slow, 1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await scheduler.run() }
                await clock.rest()
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(ends.values == [1])
            #expect(try await scheduler.status(of: handle)?.status == .succeeded)
        }
    }

    @Test("a function without a handler is refused at the call, and by its name")
    func unregistered() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        try await virtually(functions) { scheduler, _ in
            await expectError(.unregisteredFunction) { try await scheduler.schedule(Plain.fail, 1) }
            await expectError(.unregisteredFunction) {
                try await scheduler.schedule(Workflow.begin(with: Plain.echo, 1).then(Plain.fail).build())
            }
            let counts = try await scheduler.counts()
            #expect(counts.open == 0)
        }
    }

    @Test("a scheduler that runs nothing adds for another one on the same store")
    func addsOnly() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value * 2 } }
        let clock = VirtualClock()
        try await clock.run {
            let store = MemoryTickerStore()
            var options = SchedulerOptions()
            options.runs = .nothing
            let adder = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: options)
            let runner = Scheduler(functions: functions, store: store, clock: clock)
            try await runner.start()
            let handle = try await adder.schedule(Plain.echo, 21, due: .after(.seconds(5)))
            #expect(try await adder.output(of: handle) == 42)
            await runner.shutdown()
        }
    }

    @Test("a ticker whose function is not registered stays pending and holds up nobody")
    func notServed() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        let clock = VirtualClock()
        try await clock.run {
            let store = MemoryTickerStore()
            var options = SchedulerOptions()
            options.runs = .nothing
            let adder = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: options)
            let unknown = try await adder.schedule(Plain.fail, 1, options: TickerOptions(priority: .critical))
            let runner = Scheduler(functions: functions, store: store, clock: clock)
            try await runner.start()
            let known = try await runner.schedule(Plain.echo, 5)
            #expect(try await runner.output(of: known) == 5)
            #expect(try await runner.status(of: unknown)?.status == .pending)
            await runner.shutdown()
            let everything = registry { $0.register(Plain.fail) { value, _ in value } }
            let later = Scheduler(functions: everything, store: store, clock: clock)
            try await later.start()
            #expect(try await later.output(of: unknown) == 1)
            await later.shutdown()
        }
    }

    @Test("a renamed function still runs what was stored under its old name")
    func alias() async throws {
        let old = TickerFunction<Int, Int>("Old")
        let new = TickerFunction<Int, Int>("New", aliases: ["Old"])
        let functions = registry { $0.register(new) { value, _ in value + 1 } }
        try await virtually(functions) { scheduler, _ in
            let first = try await scheduler.output(of: scheduler.schedule(old, 1))
            let second = try await scheduler.output(of: scheduler.schedule(new, 2))
            #expect([first, second] == [2, 3])
        }
    }

    @Test("a continuation follows its parent, late ones are judged at once")
    func continuations() async throws {
        let functions = registry {
            $0.register(Plain.echo) { value, _ in value }
            $0.register(Plain.fail) { _, _ in throw Broken() }
        }
        try await virtually(functions) { scheduler, _ in
            let good = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(10)))
            let child = try await scheduler.schedule(Plain.echo, 2, following: good)
            #expect(child.workflowID == good.workflowID)
            #expect(try await scheduler.status(of: child)?.status == .waiting)
            #expect(try await scheduler.output(of: child) == 2)
            let late = try await scheduler.schedule(Plain.echo, 3, following: good)
            #expect(try await scheduler.output(of: late) == 3)
            let bad = try await scheduler.schedule(Plain.fail, 1)
            _ = try await scheduler.ended(bad)
            await expectError(.parentEnded) { try await scheduler.schedule(Plain.echo, 4, following: bad) }
            let repair = try await scheduler.schedule(Plain.echo, 5, following: bad.when(.onFailure))
            #expect(try await scheduler.output(of: repair) == 5)
            let both = try await scheduler.schedule(Plain.echo, 6, following: [good, bad.when(.onCompletion)])
            #expect(try await scheduler.output(of: both) == 6)
        }
    }
}
