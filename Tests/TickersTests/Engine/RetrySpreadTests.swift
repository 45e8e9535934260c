import Testing
import Tickers
import TickersTesting

@Suite("Many failures at once")
struct RetrySpreadTests {
    @Test("10,000 tickers that fail at one instant come again with full jitter: no second has twice its share")
    func spread() async throws {
        for seed in UInt64(0)..<3 {
            let clock = VirtualClock(seed: seed)
            let (seconds, count) = (30, 10_000)
            try await clock.run {
                let retries = Recorder<Int>()
                let functions = registry {
                    $0.register(Plain.fail) { value, context in
                        if context.attempt == 1 { throw CancellationError() }
                        retries.add(Int(clock.elapsed.components.seconds))
                        return value
                    }
                }
                let scheduler = Scheduler(
                    functions: functions,
                    store: MemoryTickerStore(seed: seed),
                    clock: clock,
                    options: SchedulerOptions(maxConcurrent: 250)
                )
                try await scheduler.start()
                let retry = RetryPolicy.exponential(maxAttempts: 2, first: .seconds(seconds))
                let options = TickerOptions(retry: retry)
                try await scheduler.schedule(Plain.fail, inputs: Array(0..<count), options: options)
                try await clock.sleep(for: .seconds(seconds + 1))
                await scheduler.shutdown()
                let perSecond = Dictionary(grouping: retries.values) { $0 }.mapValues(\.count)
                #expect(retries.values.count == count, "seed \(seed)")
                #expect((perSecond.values.max() ?? 0) <= 2 * count / seconds, "seed \(seed): \(perSecond)")
            }
        }
    }
}
