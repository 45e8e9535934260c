import Tickers

/// What tickers cost beside a million that are due in an hour: half of them run at once, half are due in an hour too and
/// are cancelled. The limit is the same beside a thousand.
struct GrowthScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Growth")
    private static let few = 1_000
    private static let perRound = 40_000

    let name = "growth"
    let summary = "us per ticker beside so many pending ones, and beside 1,000"
    let defaultCount = 1_000_000

    func run(_ settings: Settings) async throws -> [Report] {
        let crowded = try await Place(beside: settings.count)
        let empty = try await Place(beside: Self.few)
        var values: [Double] = []
        var limits: [Double] = []
        // The first round of each does not count.
        for round in 0...settings.rounds {
            let limit = try await empty.round(Self.perRound)
            let value = try await crowded.round(Self.perRound)
            guard round > 0 else { continue }
            limits.append(limit.inMicroseconds / Double(Self.perRound))
            values.append(value.inMicroseconds / Double(Self.perRound))
        }
        await crowded.scheduler.shutdown()
        await empty.scheduler.shutdown()
        var report = Report(name, count: settings.count, values: values, unit: "us", limits: limits)
        report.targets = [.atMost(2, report.ratio, "2.0 ×")]
        return [report]
    }

    /// A scheduler with so many tickers that are due in an hour.
    private struct Place {
        let scheduler: Scheduler
        private let turnstile = Turnstile()

        init(beside count: Int) async throws {
            var functions = FunctionRegistry()
            functions.register(work) { [turnstile] _, _ in turnstile.pass() }
            scheduler = Scheduler(functions: functions)
            try await scheduler.start()
            for start in stride(from: 0, to: count, by: 10_000) {
                let inputs = Array(start..<min(start + 10_000, count))
                try await scheduler.schedule(work, inputs: inputs, due: .after(.seconds(3_600)))
            }
        }

        func round(_ count: Int) async throws -> Duration {
            let began = ContinuousClock.now
            turnstile.restart()
            for number in 0..<count / 2 {
                try await scheduler.schedule(work, number)
                let later = try await scheduler.schedule(work, number, due: .after(.seconds(3_600)))
                try await scheduler.cancel(later)
            }
            await turnstile.passed(count / 2)
            return ContinuousClock.now - began
        }
    }
}
