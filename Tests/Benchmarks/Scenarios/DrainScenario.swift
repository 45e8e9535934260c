import Tickers

/// Due tickers that are stored before the scheduler starts: from its start to the end of the last handler.
struct DrainScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Drain")

    let name = "drain"
    let summary = "due tickers stored before the start"
    let defaultCount = 100_000

    func run(_ settings: Settings) async throws -> [Report] {
        let throughput = try await Throughput(settings) { try await round($0) }
        return [throughput.report(name, count: settings.count, unit: "tickers/s", ratio: 1, rate: 500_000)]
    }

    private func round(_ count: Int) async throws -> Duration {
        let tally = Tally(expecting: count)
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in tally.hit() }
        let scheduler = Scheduler(functions: functions)
        for number in 0..<count { try await scheduler.schedule(Self.work, number) }
        let began = ContinuousClock.now
        try await scheduler.start()
        let duration = await tally.last() - began
        await scheduler.shutdown()
        tally.check(name)
        return duration
    }
}
