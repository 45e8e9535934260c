import Testing
import Tickers
import TickersTesting

@Suite("Why a due ticker has not started, by its limits")
struct ExplainLimitsTests {
    private static let rated = TickerFunction<Int, Int>("Rated")

    private static let functions = registry {
        $0.register(Plain.slow) { value, context in
            try await context.clock.sleep(for: .seconds(60))
            return value
        }
        $0.register(rated, rateLimit: RateLimit(1, per: .seconds(60))) { value, _ in value }
    }

    private static func reasons(_ scheduler: Scheduler, _ ticker: some TickerReference) async throws -> [PendingReason]?
    {
        guard case .waitsForPlace(let reasons) = try await scheduler.explain(ticker)?.answer else { return nil }
        return reasons
    }

    @Test("a paused queue, until it is resumed")
    func paused() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            try await scheduler.pauseQueue("still")
            let slow = try await scheduler.schedule(Plain.slow, 1, options: TickerOptions(queue: "still"))
            await clock.rest()
            let held = try await Self.reasons(scheduler, slow)
            #expect(held == [.queuePaused("still")])
            try await scheduler.resumeQueue("still")
            await clock.rest()
            let free = try await Self.reasons(scheduler, slow)
            #expect(free == nil)
        }
    }

    @Test("a limit key whose place another one holds")
    func limitKey() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            let options = TickerOptions(limitKey: "customer:42")
            let slow = try await scheduler.schedule(Plain.slow, inputs: [1, 2], options: options)
            await clock.rest()
            let held = try await Self.reasons(scheduler, slow[1])
            #expect(held == [.limitKeyTaken("customer:42")])
            let words = try await scheduler.explain(slow[1])?.description
            let sentence = "Slow is due and has not started: others hold the places of limit key \"customer:42\"."
            #expect(words == sentence)
        }
    }

    @Test("rates of the function and of the queue, which are not places")
    func rates() async throws {
        var options = SchedulerOptions()
        options.queues["drip"] = QueueOptions(rateLimit: RateLimit(1, per: .seconds(60)))
        try await virtually(seeds: 0..<1, Self.functions, options: options) { scheduler, clock in
            let rated = try await scheduler.schedule(Self.rated, inputs: [1, 2])
            let dripping = TickerOptions(queue: "drip")
            let drops = try await scheduler.schedule(Plain.slow, inputs: [1, 2], options: dripping)
            await clock.rest()
            let byFunction = try await Self.reasons(scheduler, rated[1])
            #expect(byFunction == [.functionRateReached("Rated")])
            let byQueue = try await Self.reasons(scheduler, drops[1])
            #expect(byQueue == [.queueRateReached("drip")])
        }
    }
}
