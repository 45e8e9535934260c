import Tickers

/// Many tickers, each run and ended, of which the store keeps 10,000: resident memory after a quarter of them and after all.
///
/// The limit is the memory after the quarter, when what is kept has long been full.
struct RetentionScenario: Scenario {
    private static let work = TickerFunction<Int, Int>("Retention")
    private static let kept = 10_000
    /// Tickers that are stored together and run before the next ones are.
    private static let batch = 5_000

    let name = "retention"
    let summary = "MiB in memory after all tickers, 10,000 kept"
    let defaultCount = 2_000_000
    let quickCount = 200_000

    func run(_ settings: Settings) async throws -> [Report] {
        if settings.rounds == 1 { return [try await measured(settings.count)] }
        // Each round in a process of its own: what an allocator has had before it does not ask for again.
        let (values, limits) = try ChildRun.rounds(of: name, settings)
        return [report(settings.count, quarters: limits, all: values)]
    }

    private func measured(_ count: Int) async throws -> Report {
        let tally = Tally(expecting: count)
        let turnstile = Turnstile()
        var functions = FunctionRegistry()
        functions.register(Self.work) { number, _ in
            tally.hit()
            turnstile.pass()
            return number
        }
        let store = MemoryTickerStore(retention: Retention(age: .seconds(86_400), count: Self.kept))
        let scheduler = Scheduler(functions: functions, store: store)
        try await scheduler.start()
        var quarter: Double?
        var stored = 0
        while stored < count {
            let size = min(Self.batch, count - stored)
            try await scheduler.schedule(Self.work, inputs: Array(stored..<stored + size))
            stored += size
            await turnstile.passed(stored)
            if quarter == nil, stored * 4 >= count { quarter = try ResidentMemory.mebibytes() }
        }
        let all = try ResidentMemory.mebibytes()
        let counts = try await scheduler.counts()
        await scheduler.shutdown()
        tally.check(name)
        var report = report(count, quarters: [quarter ?? all], all: [all])
        if counts.ended > Self.kept { report.breaches.append("\(counts.ended.grouped) ended tickers are kept.") }
        return report
    }

    private func report(_ count: Int, quarters: [Double], all: [Double]) -> Report {
        var report = Report(name, count: count, values: all, unit: "MiB", limits: quarters)
        report.targets = [.atMost(10, zip(all, quarters).map { $0 - $1 }.median, "10 MiB more than after a quarter")]
        return report
    }
}
