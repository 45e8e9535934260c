import Tickers

/// One step, many that follow it, and a join of all of them: from the call that schedules the workflow to the join's end.
///
/// The limit is the time in which the machine spawns and finishes as many bare tasks.
struct FanScenario: Scenario {
    private static let work = TickerFunction<Int, Int>("Fan")
    private static let mostMilliseconds = 2_000.0

    let name = "fan"
    let summary = "a fan-out and a join of all of it"
    let defaultCount = 100_000

    func run(_ settings: Settings) async throws -> Report {
        _ = try await round(settings.count)
        var values: [Double] = []
        var limits: [Double] = []
        for _ in 0..<settings.rounds {
            limits.append(try await SpawnLimit.round(settings.count).inMicroseconds / 1_000)
            values.append(try await round(settings.count).inMicroseconds / 1_000)
        }
        var report = Report(
            scenario: name,
            count: settings.count,
            value: values.median,
            unit: "ms",
            limit: limits.median,
            details: values.extremes
        )
        let isMet = report.value <= Self.mostMilliseconds
        report.targets = [Report.Target(text: "≤ \(Self.mostMilliseconds.grouped) ms", isMet: isMet)]
        return report
    }

    private func round(_ width: Int) async throws -> Duration {
        let tally = Tally(expecting: width + 2)
        var functions = FunctionRegistry()
        functions.register(Self.work) { number, _ in
            tally.hit()
            return number
        }
        var graph = Workflow("fan")
        let root = graph.add(Self.work, 0)
        let parts = (1...width).map { graph.add(Self.work, $0, following: root) }
        let join = graph.add(Self.work, width + 1, following: parts)
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let began = ContinuousClock.now
        let run = try await scheduler.schedule(graph)
        _ = try await scheduler.output(of: run[join])
        let duration = ContinuousClock.now - began
        await scheduler.shutdown()
        tally.check(name)
        return duration
    }
}
