import Tickers
import TickersSQLite

/// How long a caller waits at most for its own ticker to be stored while a large workflow beside it is cancelled, run again and
/// removed. The limit is its longest wait while nothing is done to it, and the store reads it once because its root is due.
struct DurableWholeScenario: Scenario {
    private static let work = TickerFunction<Int, Int>("Whole")

    let name = "durable-whole"
    let summary = "the longest wait beside a large workflow that is cancelled, retried, removed"
    let defaultCount = 100_000
    let quickCount = 12_000

    func run(_ settings: Settings) async throws -> [Report] {
        var waits: [String: [Double]] = [:]
        for _ in 0..<settings.rounds {
            let round = try await TemporaryFolder.with { try await self.round(settings.count, "\($0)/whole.db") }
            for (act, wait) in round { waits[act, default: []].append(wait.inMilliseconds) }
        }
        let limits = waits.removeValue(forKey: "nothing") ?? []
        return waits.keys.sorted().map { act in
            let values = waits[act] ?? []
            var report = Report("\(name)-\(act)", count: settings.count, values: values, unit: "ms", limits: limits)
            report.targets = [.atMost(250, report.value, "250 ms")]
            return report
        }
    }

    private func round(_ count: Int, _ path: String) async throws -> [String: Duration] {
        var waits: [String: Duration] = [:]
        var graph = Workflow("whole")
        let root = graph.add(Self.work, 0)
        for number in 1..<count { graph.add(Self.work, number, following: root) }
        let store = try SQLiteTickerStore(path: path)
        let scheduler = Self.scheduler(over: store)
        let run = try await scheduler.schedule(graph)
        waits["nothing"] = try await Self.longestWait(beside: scheduler) {
            for number in 1...100 { try await scheduler.schedule(Self.work, number, due: Self.later) }
        }
        waits["cancel"] = try await Self.longestWait(beside: scheduler) {
            let cancelled = try await scheduler.cancelWorkflow(run.id).cancelled
            precondition(cancelled == count, "\(cancelled) of \(count) were cancelled")
        }
        waits["retry"] = try await Self.longestWait(beside: scheduler) {
            let retried = try await scheduler.retryWorkflow(run.id)
            precondition(retried == 1, "\(retried) were retried, where all but the root wait for it")
        }
        _ = try await scheduler.cancelWorkflow(run.id)
        try await store.close()
        let keepingNothing = try SQLiteTickerStore(path: path, retention: Retention(age: .zero, count: .max))
        let other = Self.scheduler(over: keepingNothing)
        waits["remove"] = try await Self.longestWait(beside: other) {
            while try await other.counts().ended > 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
        try await keepingNothing.close()
        return waits
    }

    private static let later = TickerDue.after(.seconds(3_600))

    private static func scheduler(over store: SQLiteTickerStore) -> Scheduler {
        var options = SchedulerOptions()
        options.runs = .nothing
        return Scheduler(functions: FunctionRegistry(), store: store, options: options)
    }

    /// Schedules one ticker after the other while something is done. Returns how long the slowest call took.
    private static func longestWait(
        beside scheduler: Scheduler,
        _ act: () async throws -> Void
    ) async throws -> Duration {
        try await withThrowingTaskGroup(of: Duration.self) { group in
            group.addTask {
                var longest = Duration.zero
                while !Task.isCancelled {
                    let began = ContinuousClock.now
                    do {
                        try await scheduler.schedule(work, 0, due: later)
                    } catch is CancellationError {}
                    longest = max(longest, ContinuousClock.now - began)
                }
                return longest
            }
            try await act()
            group.cancelAll()
            return try await group.next() ?? .zero
        }
    }
}
