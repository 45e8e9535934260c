import Testing
import Tickers
import TickersTesting

@Suite("Pausing queues")
struct PauseTests {
    private static let mail = TickerOptions(queue: "mail")

    /// A handler that takes ten seconds and notes what it is given, and when.
    private static func slow(_ starts: Recorder<(value: Int, at: Duration)>) -> FunctionRegistry {
        registry {
            $0.register(Plain.slow) { value, context in
                starts.add((value, .nanoseconds(context.clock.monotonic.nanoseconds)))
                try await context.clock.sleep(for: .seconds(10))
                return value
            }
            $0.register(Plain.echo) { value, _ in value }
        }
    }

    @Test("what runs goes on, nothing more starts, and what has become due starts at once when it is resumed")
    func whileRunning() async throws {
        let starts = Recorder<(value: Int, at: Duration)>()
        let alone = SchedulerOptions(maxConcurrent: 1)
        try await virtually(seeds: 0..<1, Self.slow(starts), options: alone) { scheduler, clock in
            let first = try await scheduler.schedule(Plain.slow, 1, options: Self.mail)
            let second = try await scheduler.schedule(Plain.slow, 2, options: Self.mail)
            let later = try await scheduler.schedule(Plain.slow, 3, due: .after(.seconds(15)), options: Self.mail)
            try await clock.sleep(for: .seconds(5))
            try await scheduler.pauseQueue("mail")
            _ = try await scheduler.output(of: first)
            #expect(clock.elapsed == .seconds(10))
            #expect(try await scheduler.status(of: later)?.status == .scheduled)
            try await clock.sleep(for: .seconds(90))
            #expect(try await scheduler.status(of: second)?.status == .pending)
            #expect(try await scheduler.status(of: later)?.status == .pending)
            try await scheduler.resumeQueue("mail")
            _ = try await scheduler.output(of: later)
        }
        #expect(starts.values.map(\.value) == [1, 2, 3])
        #expect(starts.values.map(\.at) == [.zero, .seconds(100), .seconds(110)])
    }

    @Test("other queues go on, and a retry of the paused one waits like a first attempt")
    func others() async throws {
        let functions = registry {
            $0.register(Plain.echo) { value, _ in value }
            $0.register(Plain.fail) { value, context in
                if context.attempt == 1 { throw Broken() }
                return value
            }
        }
        try await virtually(functions) { scheduler, clock in
            let retry = TickerOptions(queue: "mail", retry: .fixed(maxAttempts: 2, every: .seconds(1)))
            let retried = try await scheduler.schedule(Plain.fail, 1, options: retry)
            await clock.rest()
            try await scheduler.pauseQueue("mail")
            for value in 0..<100 { try await scheduler.schedule(Plain.echo, value, options: Self.mail) }
            for value in 0..<10 {
                #expect(try await scheduler.output(of: scheduler.schedule(Plain.echo, value)) == value)
            }
            try await clock.sleep(for: .seconds(60))
            #expect(try await scheduler.status(of: retried)?.status == .pending)
            try await scheduler.resumeQueue("mail")
            #expect(try await scheduler.output(of: retried) == 1)
            #expect(clock.elapsed == .seconds(60))
        }
    }

    @Test("twice is once, a queue that nobody uses may be paused, and one that is not paused may be resumed")
    func idempotent() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        try await virtually(functions) { scheduler, clock in
            try await scheduler.resumeQueue("mail")
            try await scheduler.pauseQueue("mail")
            try await scheduler.pauseQueue("mail")
            try await scheduler.pauseQueue("archive")
            #expect(try await scheduler.pausedQueues() == ["archive", "mail"])
            // A queue whose first ticker comes while it is paused.
            let handle = try await scheduler.schedule(Plain.echo, 1, options: Self.mail)
            await clock.rest()
            #expect(try await scheduler.status(of: handle)?.status == .pending)
            try await scheduler.resumeQueue("mail")
            #expect(try await scheduler.output(of: handle) == 1)
            try await scheduler.resumeQueue("mail")
            #expect(try await scheduler.pausedQueues() == ["archive"])
            try await scheduler.resumeQueue("archive")
            #expect(try await scheduler.pausedQueues() == [])
        }
    }

    @Test("the store keeps it: for every scheduler on it, for one that comes later, and for the default queue too")
    func everyScheduler() async throws {
        let starts = Recorder<(value: Int, at: Duration)>()
        let functions = Self.slow(starts)
        let clock = VirtualClock(seed: 3)
        try await clock.run {
            let store = MemoryTickerStore(seed: 3)
            let one = Scheduler(functions: functions, store: store, clock: clock)
            let two = Scheduler(functions: functions, store: store, clock: clock)
            try await two.start()
            try await one.pauseQueue(TickerOptions.defaultQueue)
            let handle = try await two.schedule(Plain.echo, 7)
            try await clock.sleep(for: .seconds(3_600))
            #expect(try await two.status(of: handle)?.status == .pending)
            #expect(try await two.pausedQueues() == ["default"])
            await two.shutdown()
            let three = Scheduler(functions: functions, store: store, clock: clock)
            try await three.start()
            await clock.rest()
            #expect(try await three.status(of: handle)?.status == .pending)
            // Resumed by one that runs nothing; the one that does is woken.
            try await one.resumeQueue("default")
            #expect(try await three.output(of: handle) == 7)
            #expect(clock.elapsed == .seconds(3_600))
            await three.shutdown()
        }
    }

    @Test("a ticker whose queue is paused takes its turn under its limit key, and those behind it wait")
    func withLimitKey() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        try await virtually(functions) { scheduler, clock in
            try await scheduler.pauseQueue("mail")
            let first = TickerOptions(queue: "mail", limitKey: "k")
            let held = try await scheduler.schedule(Plain.echo, 1, options: first)
            let behind = try await scheduler.schedule(Plain.echo, 2, options: TickerOptions(limitKey: "k"))
            await clock.rest()
            #expect(try await scheduler.status(of: behind)?.status == .pending)
            let cancelled = try await scheduler.cancel(held)
            #expect(cancelled == .cancelled)
            #expect(try await scheduler.output(of: behind) == 2)
        }
    }

    @Test("names that no queue can have are refused, and so are more than the bound")
    func badNames() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let long = String(repeating: "q", count: TickerLimits.nameBytes + 1)
            for name in ["", long] {
                await expectError(.invalidArgument) { try await scheduler.pauseQueue(name) }
                await expectError(.invalidArgument) { try await scheduler.resumeQueue(name) }
            }
            for number in 0..<TickerLimits.pausedQueues { try await scheduler.pauseQueue("q\(number)") }
            await expectError(.tooManyPausedQueues) { try await scheduler.pauseQueue("one more") }
            try await scheduler.pauseQueue("q0")
            try await scheduler.resumeQueue("q0")
            try await scheduler.pauseQueue("one more")
            #expect(try await scheduler.pausedQueues().count == TickerLimits.pausedQueues)
        }
    }
}
