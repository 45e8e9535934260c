import Testing
import Tickers
import TickersTesting

@Suite("Rate limits")
struct RateLimitTests {
    /// When each handler began, in nanoseconds, with what it was given.
    typealias Starts = Recorder<(value: Int, at: Int64)>

    private static func functions(
        _ starts: Starts,
        rateLimit: RateLimit? = nil,
        also more: (inout FunctionRegistry) -> Void = { _ in }
    ) -> FunctionRegistry {
        registry {
            $0.register(Plain.echo, rateLimit: rateLimit) { value, context in
                starts.add((value, context.clock.monotonic.nanoseconds))
                return value
            }
            more(&$0)
        }
    }

    private static func seconds(_ starts: Starts) -> [Int] { starts.values.map { Int($0.at / 1_000_000_000) } }

    /// The earliest starts that a limit allows: each as soon as it comes, but a period after the one that fills its window.
    private static func earliest(_ arrivals: [Int64], _ limit: RateLimit) -> [Int64] {
        var starts: [Int64] = []
        for arrival in arrivals.sorted() {
            let full = starts.count >= limit.count ? starts[starts.count - limit.count] : nil
            starts.append(max(arrival, full.map { $0 + limit.period.wholeNanoseconds } ?? arrival))
        }
        return starts
    }

    @Test("no stretch of the period has more starts than allowed, and each comes as early as that lets it")
    func exact() async throws {
        for seed in UInt64(0)..<50 {
            var random = SeededGenerator(seed: seed)
            let limit = RateLimit(
                Int.random(in: 1...10, using: &random),
                per: .milliseconds(Int.random(in: 100...20_000, using: &random))
            )
            let starts = Starts()
            let arrivals = Recorder<Int64>()
            let (count, longest) = (Int.random(in: 20...100, using: &random), limit.period / limit.count)
            let pauses = (0..<count).map { _ in
                Bool.random(using: &random) ? .zero : longest * Double.random(in: 0...1.5, using: &random)
            }
            let functions = Self.functions(starts, rateLimit: limit)
            try await virtually(seeds: seed..<seed + 1, functions) { scheduler, clock in
                var handles: [TickerHandle<Int>] = []
                for (value, pause) in pauses.enumerated() {
                    if pause > .zero { try await clock.sleep(for: pause) }
                    arrivals.add(clock.monotonic.nanoseconds)
                    handles.append(try await scheduler.schedule(Plain.echo, value))
                }
                for handle in handles { _ = try await scheduler.output(of: handle) }
            }
            let begun = starts.values.map(\.at)
            let period = limit.period.wholeNanoseconds
            let crowded = begun.indices.dropFirst(limit.count).filter { begun[$0] - begun[$0 - limit.count] < period }
            #expect(crowded.isEmpty, "seed \(seed), \(limit)")
            // Those that start at one instant do so side by side, so the order of their values is open.
            let inOrder = starts.values.sorted { $0.value < $1.value }
            #expect(inOrder.map(\.at) == Self.earliest(arrivals.values, limit), "seed \(seed), \(limit)")
            #expect(inOrder.map(\.value) == Array(0..<count), "seed \(seed)")
        }
    }

    @Test("a function and a queue that are limited hold up nobody else, each other included")
    func holdsUpNobody() async throws {
        let starts = Starts()
        let functions = Self.functions(starts, rateLimit: RateLimit(1, per: .seconds(100))) {
            $0.register(Plain.slow) { value, _ in value }
        }
        let options = SchedulerOptions(
            maxConcurrent: 2,
            queues: ["mail": QueueOptions(rateLimit: RateLimit(2, per: .seconds(10)))]
        )
        try await virtually(functions, options: options) { scheduler, clock in
            let critical = TickerOptions(priority: .critical)
            for value in 0..<5 { try await scheduler.schedule(Plain.echo, value, options: critical) }
            let mail = TickerOptions(queue: "mail", priority: .high)
            var mails: [TickerHandle<Int>] = []
            for value in 0..<5 { mails.append(try await scheduler.schedule(Plain.slow, value, options: mail)) }
            for value in 0..<100 { _ = try await scheduler.output(of: scheduler.schedule(Plain.slow, value)) }
            #expect(clock.elapsed == .zero)
            for handle in mails { _ = try await scheduler.output(of: handle) }
            #expect(clock.elapsed == .seconds(20))
        }
    }

    @Test("a ticker under two limits starts when both allow it")
    func twoLimits() async throws {
        let starts = Starts()
        let functions = Self.functions(starts, rateLimit: RateLimit(2, per: .seconds(10)))
        let options = SchedulerOptions(
            maxConcurrent: 10,
            queues: ["mail": QueueOptions(maxConcurrent: 5, rateLimit: RateLimit(3, per: .seconds(25)))]
        )
        try await virtually(seeds: 0..<1, functions, options: options) { scheduler, _ in
            var handles: [TickerHandle<Int>] = []
            for value in 0..<8 {
                let mail = TickerOptions(queue: "mail")
                handles.append(try await scheduler.schedule(Plain.echo, value, options: mail))
            }
            for handle in handles { _ = try await scheduler.output(of: handle) }
        }
        #expect(Self.seconds(starts) == [0, 0, 10, 25, 25, 35, 50, 50])
    }

    @Test("concurrency and rate of one function hold together")
    func withConcurrency() async throws {
        let starts = Starts()
        let functions = registry {
            $0.register(Plain.slow, maxConcurrent: 2, rateLimit: RateLimit(3, per: .seconds(10))) { value, context in
                starts.add((value, context.clock.monotonic.nanoseconds))
                try await context.clock.sleep(for: .seconds(4))
                return value
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            var handles: [TickerHandle<Int>] = []
            for value in 0..<7 { handles.append(try await scheduler.schedule(Plain.slow, value)) }
            for handle in handles { _ = try await scheduler.output(of: handle) }
        }
        #expect(Self.seconds(starts) == [0, 0, 4, 10, 10, 14, 20])
    }

    @Test("all names of a function share its limit, its retries count, and blocking handlers have one too")
    func aliasesAndRetries() async throws {
        let starts = Starts()
        let new = TickerFunction<Int, Int>("New", aliases: ["Old"])
        let functions = registry {
            $0.registerBlocking(new, rateLimit: RateLimit(2, per: .seconds(60))) { value, context in
                starts.add((value, context.clock.monotonic.nanoseconds))
                if context.attempt == 1, value == 0 { throw Broken() }
                return value
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(1)))
            var handles = [try await scheduler.schedule(new, 0, options: retry)]
            try await clock.sleep(for: .seconds(1))
            try await clock.sleep(for: .seconds(1))
            handles.append(try await scheduler.schedule(TickerFunction<Int, Int>("Old"), 1))
            handles.append(try await scheduler.schedule(new, 2))
            for handle in handles { _ = try await scheduler.output(of: handle) }
        }
        #expect(starts.values.map(\.value) == [0, 0, 1, 2])
        #expect(Self.seconds(starts) == [0, 1, 60, 61])
    }

    @Test("a limit that holds nothing back sets no alarm, one that does sets it once and to the instant")
    func noPolling() async throws {
        let starts = Starts()
        let functions = Self.functions(starts, rateLimit: RateLimit(3, per: .seconds(60)))
        for (count, end) in [(3, 0), (4, 60), (7, 120)] {
            let clock = VirtualClock(seed: 1)
            let begin = clock.wall
            var problem: VirtualClockError?
            do {
                try await clock.run {
                    let scheduler = Scheduler(functions: functions, clock: clock)
                    try await scheduler.start()
                    // Nothing of a paused queue waits for a rate.
                    try await scheduler.pauseQueue("paused")
                    let paused = TickerOptions(queue: "paused")
                    for value in 0..<10 { try await scheduler.schedule(Plain.echo, value, options: paused) }
                    for value in 0..<count { try await scheduler.schedule(Plain.echo, value) }
                    let never = try await scheduler.schedule(Plain.echo, 0, options: paused)
                    _ = try await scheduler.output(of: never)
                }
            } catch let error as VirtualClockError {
                problem = error
            } catch is CancellationError {
            }
            // Where the clock came to rest: nothing slept any more.
            #expect(problem == .stalled(at: begin.advanced(by: .seconds(end))), "\(count)")
        }
    }

    @Test("the wall clock has no say in it")
    func wallJumps() async throws {
        let starts = Starts()
        let functions = Self.functions(starts, rateLimit: RateLimit(1, per: .seconds(60)))
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            var handles: [TickerHandle<Int>] = []
            for value in 0..<3 { handles.append(try await scheduler.schedule(Plain.echo, value)) }
            try await clock.sleep(for: .seconds(30))
            clock.jumpWall(by: .seconds(-86_400))
            _ = try await scheduler.output(of: handles[1])
            clock.jumpWall(by: .seconds(2 * 86_400))
            _ = try await scheduler.output(of: handles[2])
        }
        #expect(Self.seconds(starts) == [0, 60, 120])
    }

    @Test("limits that cannot be are refused at the start, all of them at once")
    func badLimits() async throws {
        let functions = registry {
            $0.register(Plain.echo, rateLimit: RateLimit(0, per: .seconds(1))) { value, _ in value }
            $0.register(Plain.tick, maxConcurrent: 0, rateLimit: RateLimit(1, per: .zero)) { _ in }
        }
        await expectError(.invalidRegistry) { try functions.validate() }
        do { try functions.validate() } catch {
            let problems = [
                "\"Echo\" has a rate limit of 0", "\"Tick\" has maxConcurrent 0", "\"Tick\" has a rate limit per",
            ]
            for problem in problems { #expect("\(error)".contains(problem), "\(error)") }
        }
        let tooMany = RateLimit(TickerLimits.ratedStarts + 1, per: .seconds(1))
        let options = SchedulerOptions(maxConcurrent: 1, queues: ["mail": QueueOptions(rateLimit: tooMany)])
        await expectError(.invalidArgument) {
            try await Scheduler(functions: FunctionRegistry(), options: options).start()
        }
    }
}
