import Tickers

/// Tickers that so many callers schedule one by one at the same time, and that run meanwhile. The limit is as many
/// tasks, spawned with 64 in flight.
struct CallersScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Callers")
    private static let callers = [1, 16, 256, 4_096]

    let name = "callers"
    let summary = "1, 16, 256 and 4,096 callers schedule one by one"
    let defaultCount = 100_000
    let quickCount = 50_000

    func run(_ settings: Settings) async throws -> [Report] {
        var reports: [Report] = []
        for callers in Self.callers {
            let throughput = try await Throughput(settings) { try await round($0, callers: callers) }
            var report = Report(
                "\(name)-\(callers)",
                count: settings.count,
                values: throughput.values,
                unit: "tickers/s",
                limits: throughput.limits
            )
            // A caller that shares a store with others waits for them.
            let ratio = callers == 1 ? 0.6 : 0.2
            report.targets = [.atLeast(ratio, report.ratio, "\(ratio) ×")]
            reports.append(report)
        }
        return reports
    }

    private func round(_ count: Int, callers: Int) async throws -> Duration {
        let tally = Tally(expecting: count)
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in tally.hit() }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for number in stride(from: caller, to: count, by: callers) {
                        try await scheduler.schedule(Self.work, number)
                    }
                }
            }
            try await group.waitForAll()
        }
        let duration = await tally.last() - began
        await scheduler.shutdown()
        tally.check(name)
        return duration
    }
}
