import Testing
import Tickers
import TickersTesting

@Suite("Retries, signals and timeouts")
struct RetryTests {
    private static func failing(
        _ policy: RetryPolicy,
        until attempt: Int = .max,
        _ starts: Recorder<Duration>
    ) -> (TickerFunction<Int, Int>, FunctionRegistry) {
        let function = TickerFunction<Int, Int>("Failing", options: TickerOptions(retry: policy))
        let functions = registry {
            $0.register(function) { value, context in
                starts.add(.nanoseconds(context.clock.monotonic.nanoseconds))
                if context.attempt < attempt { throw Broken() }
                return context.attempt
            }
        }
        return (function, functions)
    }

    @Test("a fixed delay between attempts, then the end with the last error")
    func fixed() async throws {
        let starts = Recorder<Duration>()
        let (function, functions) = Self.failing(.fixed(maxAttempts: 3, every: .seconds(10)), starts)
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let handle = try await scheduler.schedule(function, 1)
            let ticker = try await scheduler.ended(handle)
            #expect(ticker.status == .failed)
            #expect(ticker.attempts == 3)
            #expect(ticker.failure?.message == "broken on purpose")
            #expect(ticker.failure?.kind == .threw)
            #expect(ticker.failure?.errorType == "Broken")
            #expect(starts.values == [.zero, .seconds(10), .seconds(20)])
            await expectError(.tickerFailed) { _ = try await scheduler.output(of: handle) }
        }
    }

    @Test("a list of intervals, and success at the third attempt")
    func intervals() async throws {
        let starts = Recorder<Duration>()
        let (function, functions) = Self.failing(.intervals([.seconds(1), .seconds(5)]), until: 3, starts)
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let attempts = try await scheduler.output(of: scheduler.schedule(function, 1))
            #expect(attempts == 3)
            #expect(starts.values == [.zero, .seconds(1), .seconds(6)])
        }
    }

    @Test("exponential growth with a cap, exact without jitter and within bounds with it")
    func exponential() async throws {
        let starts = Recorder<Duration>()
        let exact = RetryPolicy.exponential(maxAttempts: 5, first: .seconds(1), cap: .seconds(3), fullJitter: false)
        let (function, functions) = Self.failing(exact, starts)
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            _ = try await scheduler.ended(scheduler.schedule(function, 1))
            #expect(starts.values == [.zero, .seconds(1), .seconds(3), .seconds(6), .seconds(9)])
        }
        let jittered = Recorder<Duration>()
        let policy = RetryPolicy.exponential(maxAttempts: 4, first: .seconds(10), cap: .seconds(15))
        let (other, others) = Self.failing(policy, jittered)
        try await virtually(seeds: 5..<6, others) { scheduler, _ in
            _ = try await scheduler.ended(scheduler.schedule(other, 1))
            let gaps = zip(jittered.values.dropFirst(), jittered.values).map { $0 - $1 }
            #expect(gaps.count == 3)
            #expect(gaps[0] <= .seconds(10) && gaps[1] <= .seconds(15) && gaps[2] <= .seconds(15))
            #expect(gaps.allSatisfy { $0 >= .zero })
        }
    }

    @Test("a custom delay sees the attempt and the error, and may end it")
    func custom() async throws {
        let starts = Recorder<Duration>()
        let policy = RetryPolicy.custom(maxAttempts: 10) { attempt, error in
            #expect(error is Broken)
            return attempt < 3 ? .seconds(attempt) : nil
        }
        let (function, functions) = Self.failing(policy, starts)
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let ticker = try await scheduler.ended(scheduler.schedule(function, 1))
            #expect(ticker.status == .failed)
            #expect(starts.values == [.zero, .seconds(1), .seconds(3)])
        }
    }

    @Test("a filter ends what is not worth another attempt")
    func filter() async throws {
        let starts = Recorder<Duration>()
        let policy = RetryPolicy.fixed(maxAttempts: 5, every: .seconds(1)).retrying { !($0 is Broken) }
        let (function, functions) = Self.failing(policy, starts)
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let ticker = try await scheduler.ended(scheduler.schedule(function, 1))
            #expect(ticker.status == .failed)
            #expect(ticker.attempts == 1)
        }
    }

    @Test("a time budget stops retries that would start after it")
    func budget() async throws {
        let starts = Recorder<Duration>()
        let (function, functions) = Self.failing(
            .fixed(maxAttempts: 100, every: .seconds(10)).within(.seconds(35)),
            starts
        )
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let ticker = try await scheduler.ended(scheduler.schedule(function, 1))
            #expect(ticker.status == .failed)
            #expect(starts.values == [.zero, .seconds(10), .seconds(20), .seconds(30)])
        }
    }

    @Test("a ticker between attempts is retrying, holds no slot, and decides nothing")
    func holdsNoSlot() async throws {
        let starts = Recorder<Duration>()
        let policy = RetryPolicy.fixed(maxAttempts: 2, every: .seconds(60))
        let function = TickerFunction<Int, Int>("Failing", options: TickerOptions(retry: policy))
        let functions = registry {
            $0.register(function) { _, context in
                if context.attempt == 1 { throw Broken() }
                return 1
            }
            $0.register(Plain.echo) { value, context in
                starts.add(.nanoseconds(context.clock.monotonic.nanoseconds))
                return value
            }
        }
        try await virtually(seeds: 0..<1, functions, options: SchedulerOptions(maxConcurrent: 1)) { scheduler, clock in
            let parent = try await scheduler.schedule(function, 1)
            let child = try await scheduler.schedule(Plain.echo, 2, following: parent)
            let onFailure = try await scheduler.schedule(Plain.echo, 3, following: parent.when(.onFailure))
            let other = try await scheduler.schedule(Plain.echo, 4)
            await clock.rest()
            #expect(try await scheduler.status(of: parent)?.status == .retrying)
            #expect(try await scheduler.status(of: child)?.status == .waiting)
            #expect(try await scheduler.status(of: other)?.status == .succeeded)
            _ = try await scheduler.ended(child)
            #expect(try await scheduler.status(of: onFailure)?.status == .skipped)
            #expect(try await scheduler.status(of: onFailure)?.reason == .parentSucceeded(parent.id))
            #expect(starts.values == [.zero, .seconds(60)])
        }
    }

    @Test("signals: retry(after:) uses an attempt, snooze does not, discard ends it")
    func signals() async throws {
        let policy = RetryPolicy.fixed(maxAttempts: 3, every: .seconds(1))
        let function = TickerFunction<String, Int>("Signal", options: TickerOptions(retry: policy))
        let snoozes = Recorder<Int>()
        let functions = registry {
            $0.register(function) { kind, context in
                switch kind {
                case "retry":
                    if context.attempt < 3 { throw TickerSignal.retry(after: .seconds(30)) }
                case "snooze":
                    snoozes.add(context.attempt)
                    if snoozes.count < 5 { throw TickerSignal.snooze(.seconds(7)) }
                default:
                    throw TickerSignal.discard("no such thing")
                }
                return context.attempt
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            #expect(try await scheduler.output(of: scheduler.schedule(function, "retry")) == 3)
            #expect(clock.elapsed == .seconds(60))
            #expect(try await scheduler.output(of: scheduler.schedule(function, "snooze")) == 1)
            #expect(snoozes.values == [1, 1, 1, 1, 1])
            #expect(clock.elapsed == .seconds(88))
            let discarded = try await scheduler.ended(scheduler.schedule(function, "discard"))
            #expect(discarded.status == .failed)
            #expect(discarded.attempts == 1)
            #expect(discarded.failure?.kind == .discarded)
            #expect(discarded.failure?.message == "no such thing")
        }
    }

    @Test("an attempt that takes longer than its timeout is stopped and counts as failed")
    func timeout() async throws {
        let options = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(1)), timeout: .seconds(5))
        let function = TickerFunction<Int, Int>("Slow", options: options)
        let functions = registry {
            $0.register(function) { value, context in
                try await context.clock.sleep(for: .seconds(context.attempt == 1 ? 60 : 2))
                return value
            }
        }
        try await virtually(functions) { scheduler, clock in
            let handle = try await scheduler.schedule(function, 3)
            #expect(try await scheduler.output(of: handle) == 3)
            #expect(clock.elapsed == .seconds(8))
            #expect(try await scheduler.status(of: handle)?.attempts == 2)
        }
    }

    @Test("more runs with timeouts than deadlines are kept before a sweep: none is forgotten")
    func manyTimeouts() async throws {
        let function = TickerFunction<Int, Int>("Hung", options: TickerOptions(timeout: .seconds(5)))
        let functions = registry {
            $0.register(function) { value, context in
                try await context.clock.sleep(for: value.isMultiple(of: 10) ? .seconds(3_600) : .milliseconds(1))
                return value
            }
        }
        try await virtually(functions, options: SchedulerOptions(maxConcurrent: 200)) { scheduler, clock in
            var handles: [TickerHandle<Int>] = []
            for value in 0..<2_000 { handles.append(try await scheduler.schedule(function, value)) }
            for (value, handle) in handles.enumerated() {
                let ticker = try await scheduler.ended(handle)
                #expect(ticker.status == (value.isMultiple(of: 10) ? .failed : .succeeded))
            }
            #expect(clock.elapsed < .seconds(60))
        }
    }

    @Test("an error that is thrown without a cancellation is a failure, CancellationError included")
    func strayCancellationError() async throws {
        let options = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(1)))
        let function = TickerFunction<Int, Int>("Stray", options: options)
        let functions = registry { $0.register(function) { _, _ in throw CancellationError() } }
        try await virtually(functions) { scheduler, _ in
            let ticker = try await scheduler.ended(scheduler.schedule(function, 3))
            #expect(ticker.status == .failed)
            #expect(ticker.attempts == 2)
            #expect(ticker.failure?.errorType == "CancellationError")
        }
    }
}
