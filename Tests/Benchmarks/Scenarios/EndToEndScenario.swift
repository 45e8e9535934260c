import Tickers

/// Tickers that are scheduled one by one while the scheduler runs: from the first call to the end of the last handler.
struct EndToEndScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("EndToEnd")

    let name = "end-to-end"
    let summary = "schedule tickers one by one and run them"
    let defaultCount = 100_000

    func run(_ settings: Settings) async throws -> [Report] {
        let throughput = try await Throughput(settings) { try await round($0) }
        return [throughput.report(name, count: settings.count, unit: "tickers/s", ratio: 0.6, rate: 300_000)]
    }

    private func round(_ count: Int) async throws -> Duration {
        let tally = Tally(expecting: count)
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in tally.hit() }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let began = ContinuousClock.now
        let producer = Task {
            for number in 0..<count { try await scheduler.schedule(Self.work, number) }
        }
        try await producer.value
        let duration = await tally.last() - began
        await scheduler.shutdown()
        tally.check(name)
        return duration
    }
}
