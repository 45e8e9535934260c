import Tickers

/// What a ticker that waits for its time costs in memory: one with a small input and no options of its own.
///
/// The limit is what a bare task costs that sleeps until the same time. Each round is a process of its own, because what
/// an allocator has had before it does not ask for again.
struct MemoryScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Memory")

    let name = "memory"
    let summary = "bytes in memory per ticker due in an hour"
    let defaultCount = 1_000_000
    let quickCount = 100_000

    func run(_ settings: Settings) async throws -> [Report] {
        var values: [Double] = []
        var limits: [Double] = []
        if settings.rounds == 1 {
            values = [try await tickers(settings.count)]
            limits = [try await SleepingTasks.bytes(min(settings.count, 100_000))]
        } else {
            (values, limits) = try ChildRun.rounds(of: name, settings)
        }
        var report = Report(name, count: settings.count, values: values, unit: "B", limits: limits)
        report.targets = [.atMost(400, report.value, "400 B")]
        return [report]
    }

    private func tickers(_ count: Int) async throws -> Double {
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let before = try ResidentMemory.mebibytes()
        for number in 0..<count { try await scheduler.schedule(Self.work, number, due: .after(.seconds(3_600))) }
        let after = try ResidentMemory.mebibytes()
        let open = try await scheduler.counts().open
        precondition(open == count, "\(name): \(open) tickers are open instead of \(count)")
        await scheduler.shutdown()
        return (after - before) * 1_048_576 / Double(count)
    }
}
