import Tickers

/// A scheduler whose timers are an hour away: the processor time it takes, and how often it wakes.
///
/// The limit is what the process takes without a scheduler, which is asleep as long.
struct IdleScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Idle")

    let name = "idle"
    let summary = "processor time of an idle scheduler with so many timers"
    let defaultCount = 100_000

    func run(_ settings: Settings) async throws -> [Report] {
        let span = settings.isQuick ? Duration.seconds(1) : .seconds(4)
        let scheduler = try await scheduler(settings.count)
        // What the adds have left to do is done, and threads have gone to sleep.
        try await Task.sleep(for: .seconds(1))
        var idle: [Share] = []
        for _ in 0..<settings.rounds { idle.append(try await Self.share(of: span)) }
        await scheduler.shutdown()
        try await Task.sleep(for: .milliseconds(200))
        var bare: [Share] = []
        for _ in 0..<settings.rounds { bare.append(try await Self.share(of: span)) }
        var report = Report(
            name,
            count: settings.count,
            values: idle.map(\.percent),
            unit: "% of a core",
            limits: bare.map(\.percent)
        )
        let (wakes, bareWakes) = (idle.map(\.wakesPerSecond).median, bare.map(\.wakesPerSecond).median)
        report.details = [
            Report.Detail(key: "wakes_per_s", figure: wakes),
            Report.Detail(key: "limit_wakes_per_s", figure: bareWakes),
        ]
        report.targets = [
            .atMost(0.05, report.value, "0.0 %"),
            // One per 30 s is the cap; the process itself wakes to end the round.
            .atMost(bareWakes + 1, wakes, "wakes of the process itself"),
        ]
        return [report]
    }

    private struct Share {
        let percent: Double
        let wakesPerSecond: Double
    }

    private func scheduler(_ count: Int) async throws -> Scheduler {
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        try await scheduler.schedule(Self.work, inputs: Array(0..<count), due: .after(.seconds(3_600)))
        return scheduler
    }

    private static func share(of span: Duration) async throws -> Share {
        let before = ProcessWork.sinceStart
        try await Task.sleep(for: span)
        let after = ProcessWork.sinceStart
        let seconds = span.inMicroseconds / 1e6
        return Share(
            percent: (after.time - before.time).inMicroseconds / span.inMicroseconds * 100,
            wakesPerSecond: Double(after.sleeps - before.sleeps) / seconds
        )
    }
}
