import Testing
import Tickers
import TickersTesting

@Suite("The guide to middleware")
struct MiddlewareGuideTests {
    @Test("a trace goes from the caller to the handler, and the watch sees both ways an attempt ends")
    func traceAndWatch() async throws {
        let seen = Recorder<String?>()
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                seen.add(MiddlewareGuide.Trace.id)
                try await context.clock.sleep(for: .seconds(2))
                if context.attempt == 1 { throw Broken() }
                return value
            }
        }
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let watch = MiddlewareGuide.Watch()
            let scheduler = Scheduler(
                functions: functions,
                clock: clock,
                middleware: [MiddlewareGuide.Tracing(), watch]
            )
            try await scheduler.start()
            let options = TickerOptions(retry: .fixed(maxAttempts: 2, every: .zero))
            let handle = try await MiddlewareGuide.Trace.$id.withValue("t-1") {
                try await scheduler.schedule(Plain.slow, 7, options: options)
            }
            #expect(try await scheduler.output(of: handle) == 7)
            let plain = try await scheduler.schedule(Plain.slow, 8, options: options)
            #expect(try await scheduler.output(of: plain) == 8)
            #expect(seen.values == ["t-1", "t-1", nil, nil])
            let once = ["Slow failed in attempt 1: broken on purpose", "Slow took 2.0 seconds"]
            #expect(watch.lines == once + once)
            #expect(await MiddlewareGuide.metrics(of: scheduler) == [])
            let metrics = await scheduler.metrics()
            #expect(metrics.functions["Slow"]?.succeeded == 2)
            #expect(metrics.functions["Slow"]?.retried == 2)
            #expect(metrics.total.running.max == .seconds(2))
            await scheduler.shutdown()
        }
    }
}
