import Tickers

/// Many tickers, each run and ended, of which the store keeps 10,000: resident memory after a quarter of them and after all.
///
/// The limit is the memory after the quarter, when what is kept has long been full.
struct RetentionScenario: Scenario {
    private static let work = TickerFunction<Int, Int>("Retention")
    private static let kept = 10_000
    /// Tickers that are stored together and run before the next ones are.
    private static let batch = 5_000
    private static let mostGrowth = 10.0

    let name = "retention"
    let summary = "MiB in memory after all tickers, 10,000 kept"
    let defaultCount = 2_000_000
    let quickCount = 200_000

    func run(_ settings: Settings) async throws -> Report {
        let tally = Tally(expecting: settings.count)
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
        while stored < settings.count {
            let size = min(Self.batch, settings.count - stored)
            try await scheduler.schedule(Self.work, inputs: Array(stored..<stored + size))
            stored += size
            await turnstile.passed(stored)
            if quarter == nil, stored * 4 >= settings.count { quarter = try ResidentMemory.mebibytes() }
        }
        let all = try ResidentMemory.mebibytes()
        let counts = try await scheduler.counts()
        await scheduler.shutdown()
        tally.check(name)
        var report = report(quarter: quarter ?? all, all: all, count: settings.count)
        if counts.ended > Self.kept { report.breaches.append("\(counts.ended.grouped) ended tickers are kept.") }
        return report
    }

    private func report(quarter: Double, all: Double, count: Int) -> Report {
        let growth = all - quarter
        var report = Report(
            scenario: name,
            count: count,
            value: all,
            unit: "MiB",
            limit: quarter,
            details: [Report.Detail(key: "at_25", figure: quarter), Report.Detail(key: "growth", figure: growth)]
        )
        let isMet = growth <= Self.mostGrowth
        report.targets = [Report.Target(text: "growth ≤ \(Self.mostGrowth.grouped) MiB", isMet: isMet)]
        if !isMet { report.breaches.append("Memory grew by \(growth.grouped) MiB.") }
        return report
    }
}
