import Foundation
import Tickers

/// Due tickers whose handlers compute or wait, on one core and on all. The limit is as many tasks that do the same.
///
/// Each number of cores is a process of its own that is kept to them from its start.
struct ScalingScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Scaling")
    private static let labours: [Labour] = [.computing(0), .computing(10), .computing(100), .waiting(1_000)]
    /// Handlers at once, and tasks at once beside them.
    private static let inFlight = 64
    /// How much of the limit is asked for: the less, the more of the time the scheduler itself takes.
    private static let ratios = [0.6, 0.8, 0.9, 0.8]

    let name = "scaling"
    let summary = "handlers that compute for 0, 10 and 100 us or wait 1 ms, on one core and on all"
    let defaultCount = 20_000
    let quickCount = 5_000

    func run(_ settings: Settings) async throws -> [Report] {
        let here = ProcessInfo.processInfo.activeProcessorCount
        // In a child the cores are already limited.
        if settings.rounds == 1 { return try await reports(settings, cores: here, rounds: 1) }
        var reports: [Report] = []
        for cores in Set([1, here]).sorted() {
            if cores == here {
                reports += try await self.reports(settings, cores: here, rounds: settings.rounds)
            } else if ChildRun.canLimitCores {
                reports += try limited(settings, cores: cores)
            }
        }
        return reports
    }

    /// The same in children that may use only so many cores, a round each.
    private func limited(_ settings: Settings, cores: Int) throws -> [Report] {
        var rounds: [[(value: Double, limit: Double)]] = []
        for _ in 0..<settings.rounds {
            let words = [name, "--json", "--rounds", "1", "--count", "\(settings.count)"]
            rounds.append(try ChildRun(words, cores: cores).measured())
        }
        return Self.labours.indices.map { index in
            report(
                index,
                cores: cores,
                count: settings.count,
                values: rounds.map { $0[index].value },
                limits: rounds.map { $0[index].limit }
            )
        }
    }

    private func reports(_ settings: Settings, cores: Int, rounds: Int) async throws -> [Report] {
        var reports: [Report] = []
        for (index, labour) in Self.labours.enumerated() {
            var settings = settings
            settings.rounds = rounds
            let throughput = try await Throughput(settings) { count in
                try await SpawnLimit.round(count, inFlight: Self.inFlight) {
                    // Nothing cancels it, so nothing is thrown.
                    do { try await labour.perform() } catch { preconditionFailure("\(error)") }
                }
            } round: { count in
                try await round(count, labour)
            }
            reports.append(
                report(
                    index,
                    cores: cores,
                    count: settings.count,
                    values: throughput.values,
                    limits: throughput.limits
                )
            )
        }
        return reports
    }

    private func report(_ index: Int, cores: Int, count: Int, values: [Double], limits: [Double]) -> Report {
        let name = "\(name)-\(cores)c-\(Self.labours[index].name)"
        var report = Report(name, count: count, values: values, unit: "tickers/s", limits: limits)
        report.targets = [.atLeast(Self.ratios[index], report.ratio, "\(Self.ratios[index]) ×")]
        return report
    }

    private func round(_ count: Int, _ labour: Labour) async throws -> Duration {
        let tally = Tally(expecting: count)
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in
            try await labour.perform()
            tally.hit()
        }
        let options = SchedulerOptions(maxConcurrent: Self.inFlight)
        let scheduler = Scheduler(functions: functions, options: options)
        try await scheduler.schedule(Self.work, inputs: Array(0..<count))
        let began = ContinuousClock.now
        try await scheduler.start()
        let duration = await tally.last() - began
        await scheduler.shutdown()
        tally.check(name)
        return duration
    }
}
