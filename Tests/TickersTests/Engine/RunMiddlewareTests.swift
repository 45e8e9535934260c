import Synchronization
import Testing
import Tickers
import TickersTesting

@Suite("Middleware around runs")
struct RunMiddlewareTests {
    @Test("task-local values go from the caller to the handler and to the children it adds, blocking handlers included")
    func taskLocals() async throws {
        let seen = Recorder<String>()
        let blocking = TickerFunction<Int, Int>("Blocking")
        let functions = registry {
            $0.register(Plain.echo) { value, context in
                seen.add("async \(Trace.id)")
                try await context.schedule(blocking, value)
                return value
            }
            $0.registerBlocking(blocking) { value, _ in
                seen.add("blocking \(Trace.id)")
                return value
            }
        }
        try await virtually(seeds: 0..<10, functions, middleware: [Tracing()]) { scheduler, _ in
            let handle = try await Trace.$id.withValue("t1") { try await scheduler.schedule(Plain.echo, 1) }
            try await scheduler.ended(handle.workflowID)
            #expect(seen.values.suffix(2) == ["async t1", "blocking t1"])
        }
        #expect(seen.count == 20)
    }

    @Test("errors are seen as they were thrown, and pass on unchanged")
    func errors() async throws {
        let log = Recorder<String>()
        let functions = registry {
            $0.register(Plain.fail) { _, context in
                switch context.attempt {
                case 1: throw Broken()
                case 2: throw TickerSignal.retry(after: .seconds(9))
                default: throw TickerSignal.discard("enough")
                }
            }
        }
        let diary = Diary(name: "diary", log: log)
        try await virtually(seeds: 0..<1, functions, middleware: [diary]) { scheduler, clock in
            let options = TickerOptions(retry: .fixed(maxAttempts: 9, every: .seconds(1)))
            let ticker = try await scheduler.ended(scheduler.schedule(Plain.fail, 1, options: options))
            #expect(ticker.attempts == 3)
            #expect(ticker.failure?.kind == .discarded)
            #expect(clock.elapsed == .seconds(10))
        }
        let saw = log.values.filter { $0.contains("saw") }
        #expect(
            saw == [
                "diary saw broken on purpose", "diary saw retry(after: 9.0 seconds)", "diary saw discard(\"enough\")",
            ]
        )
    }

    @Test("an error that it puts in place of another one is what the retry policy is asked about")
    func translated() async throws {
        struct Passing: Error {}
        let functions = registry { $0.register(Plain.fail) { _, _ in throw Broken() } }
        let translate = Around(run: { _, next in
            do { return try await next() } catch is Broken { throw Passing() }
        })
        try await virtually(seeds: 0..<1, functions, middleware: [translate]) { scheduler, _ in
            let policy = RetryPolicy.fixed(maxAttempts: 3, every: .seconds(1)).retrying { $0 is Passing }
            let handle = try await scheduler.schedule(Plain.fail, 1, options: TickerOptions(retry: policy))
            let ticker = try await scheduler.ended(handle)
            #expect(ticker.attempts == 3)
            #expect(ticker.failure?.errorType == "Passing")
        }
    }

    @Test("it may end an attempt, or put it off, before the handler has begun")
    func inPlaceOfTheHandler() async throws {
        let ran = Recorder<Int>()
        let functions = registry {
            $0.register(Plain.echo) { value, _ in
                ran.add(value)
                return value
            }
        }
        let gate = Mutex(false)
        let doorman = Around(run: { context, next in
            guard context.tags.isEmpty else { throw Broken() }
            guard gate.withLock(\.self) else { throw TickerSignal.snooze(.seconds(60)) }
            return try await next()
        })
        try await virtually(seeds: 0..<1, functions, middleware: [doorman]) { scheduler, clock in
            let turned = try await scheduler.schedule(Plain.echo, 1, options: TickerOptions(tags: ["uninvited"]))
            #expect(try await scheduler.ended(turned).status == .failed)
            let waiting = try await scheduler.schedule(Plain.echo, 2)
            try await clock.sleep(for: .seconds(90))
            gate.withLock { $0 = true }
            #expect(try await scheduler.output(of: waiting) == 2)
            #expect(clock.elapsed == .seconds(120))
            #expect(await scheduler.metrics().total.snoozed == 2)
        }
        #expect(ran.values == [2])
    }

    @Test(
        "a timeout and a cancel reach a handler through it, and it sees the cancellation",
        arguments: [TickerStatus.failed, .cancelled]
    )
    func cancellation(expected: TickerStatus) async throws {
        let log = Recorder<String>()
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try await context.clock.sleep(for: .seconds(600))
                return value
            }
        }
        let diary = Diary(name: "diary", log: log)
        try await virtually(seeds: 0..<1, functions, middleware: [diary]) { scheduler, clock in
            let timeout: Duration? = expected == .failed ? .seconds(5) : nil
            let handle = try await scheduler.schedule(Plain.slow, 1, options: TickerOptions(timeout: timeout))
            try await clock.sleep(for: .seconds(2))
            if expected == .cancelled { try await scheduler.cancel(handle) }
            #expect(try await scheduler.ended(handle).status == expected)
            #expect(clock.elapsed <= .seconds(5))
        }
        #expect(log.values.last == "diary saw CancellationError()")
    }

    @Test("an output that cannot be stored, and an input that cannot be read, are seen as errors")
    func payloads() async throws {
        let log = Recorder<String>()
        let large = TickerFunction<Int, String>("Large")
        let functions = registry {
            $0.register(large) { count, _ in String(repeating: "x", count: count) }
        }
        let diary = Diary(name: "diary", log: log)
        try await virtually(seeds: 0..<1, functions, stores: StoreKind.encoding, middleware: [diary]) { scheduler, _ in
            let ticker = try await scheduler.ended(scheduler.schedule(large, TickerLimits.payloadBytes))
            #expect(ticker.failure?.kind == .unusablePayload)
        }
        #expect(log.values.last == "diary saw payloadTooLarge")
    }

    @Test("a blocking handler belongs to the task of its run: it sees a cancellation there too")
    func blockingCancellation() async throws {
        let blocking = TickerFunction<Void, Bool>("Blocking")
        let (inside, entered) = AsyncStream<Void>.makeStream()
        let functions = registry {
            $0.registerBlocking(blocking) { _ in
                entered.yield()
                while !Task.isCancelled {}
                return true
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let handle = try await scheduler.schedule(blocking)
            for await _ in inside { break }
            #expect(try await scheduler.cancel(handle) == .requested)
            #expect(try await scheduler.output(of: handle))
        }
    }
}
