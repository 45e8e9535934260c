import Synchronization
import Tickers

/// Queues that are all fed faster than they are worked off: how much of its fair share the one gets that gets least.
///
/// The limit is the share of the one that gets most.
struct FairnessScenario: Scenario {
    private static let queues = 8

    let name = "fairness"
    let summary = "% of its fair share that the worst of 8 saturated queues gets"
    let defaultCount = 80_000

    func run(_ settings: Settings) async throws -> [Report] {
        var (least, most): ([Double], [Double]) = ([], [])
        for _ in 0..<settings.rounds {
            let shares = try await round(settings.count)
            least.append(shares.min() ?? 0)
            most.append(shares.max() ?? 0)
        }
        var report = Report(name, count: settings.count, values: least, unit: "% of share", limits: most)
        report.targets = [.atLeast(50, report.value, "50 %")]
        return [report]
    }

    /// Each queue's part of the runs in percent of what would be fair, when half of what was stored has run.
    private func round(_ count: Int) async throws -> [Double] {
        let tally = Tally(expecting: count)
        let runs = Mutex(Array(repeating: 0, count: Self.queues))
        let queues = (0..<Self.queues).map { number in
            TickerFunction<Int, Void>("Fairness\(number)", options: TickerOptions(queue: "queue\(number)"))
        }
        var functions = FunctionRegistry()
        for (number, queue) in queues.enumerated() {
            functions.register(queue) { _, _ in
                runs.withLock { runs in
                    // Shares are those of the first half: in the end everyone has run everything.
                    if runs.reduce(0, +) < count / 2 { runs[number] += 1 }
                }
                tally.hit()
            }
        }
        let scheduler = Scheduler(functions: functions)
        // Turn by turn, and each in portions, as producers that know nothing of each other would.
        for start in stride(from: 0, to: count / Self.queues, by: 100) {
            for queue in queues {
                try await scheduler.schedule(queue, inputs: Array(start..<min(start + 100, count / Self.queues)))
            }
        }
        try await scheduler.start()
        _ = await tally.last()
        await scheduler.shutdown()
        let fair = Double(count / 2) / Double(Self.queues)
        return runs.withLock { $0.map { Double($0) / fair * 100 } }
    }
}
