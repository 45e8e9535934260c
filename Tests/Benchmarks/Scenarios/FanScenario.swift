import Tickers
import TickersSQLite

/// One step, many that follow it, and a join of all of them: from the call that schedules the workflow to the join's end.
///
/// The limit is the time in which the machine spawns and finishes as many bare tasks.
struct FanScenario: Scenario {
    let name = "fan"
    let summary = "a fan-out and a join of all of it"
    let defaultCount = 100_000

    func run(_ settings: Settings) async throws -> [Report] {
        let fan = Fan(settings.count)
        _ = try await fan.round(MemoryTickerStore())
        var values: [Double] = []
        var limits: [Double] = []
        for _ in 0..<settings.rounds {
            limits.append(try await SpawnLimit.round(settings.count).inMilliseconds)
            values.append(try await fan.round(MemoryTickerStore()).inMilliseconds)
        }
        var report = Report(name, count: settings.count, values: values, unit: "ms", limits: limits)
        report.targets = [.atMost(2_000, report.value, "2,000 ms")]
        return [report]
    }
}

/// The same on SQLite, each commit synced. The limit is the time in which as many rows are written by nothing but SQLite.
struct DurableFanScenario: Scenario {
    let name = "durable-fan"
    let summary = "a fan-out and a join of all of it, on SQLite"
    let defaultCount = 100_000
    let quickCount = 20_000

    func run(_ settings: Settings) async throws -> [Report] {
        let fan = Fan(settings.count)
        var values: [Double] = []
        var limits: [Double] = []
        for _ in 0..<settings.rounds {
            limits.append(try RawRows.round(settings.count, batch: settings.count, endBatch: 512).inMilliseconds)
            let duration = try await TemporaryFolder.with { folder in
                let store = try SQLiteTickerStore(path: "\(folder)/fan.db")
                let duration = try await fan.round(store)
                try await store.close()
                return duration
            }
            values.append(duration.inMilliseconds)
        }
        var report = Report(name, count: settings.count, values: values, unit: "ms", limits: limits)
        report.targets = [.atMost(10_000, report.value, "10,000 ms")]
        return [report]
    }
}

/// The workflow of both: a root, so many that follow it, and one that follows all of these.
private struct Fan {
    private static let work = TickerFunction<Int, Int>("Fan")

    private let width: Int
    private let graph: Workflow
    private let join: WorkflowStep<Int>

    init(_ width: Int) {
        self.width = width
        var graph = Workflow("fan")
        let root = graph.add(Self.work, 0)
        let parts = (1...width).map { graph.add(Self.work, $0, following: root) }
        join = graph.add(Self.work, width + 1, following: parts)
        self.graph = graph
    }

    func round(_ store: any TickerStore) async throws -> Duration {
        let tally = Tally(expecting: width + 2)
        var functions = FunctionRegistry()
        functions.register(Self.work) { number, _ in
            tally.hit()
            return number
        }
        let scheduler = Scheduler(functions: functions, store: store)
        try await scheduler.start()
        let began = ContinuousClock.now
        let run = try await scheduler.schedule(graph)
        _ = try await scheduler.output(of: run[join])
        let duration = ContinuousClock.now - began
        await scheduler.shutdown()
        tally.check("fan")
        return duration
    }
}
