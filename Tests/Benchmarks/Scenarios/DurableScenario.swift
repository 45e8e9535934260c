import Foundation
import Tickers
import TickersSQLite

/// Tickers on disk, each commit synced: added in batches, run and finished, against the same row writes without a scheduler.
struct DurableScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Durable")
    /// Tickers in one add.
    private static let batch = 1_000
    /// Runs at once, so that claims and ends are written in batches of about this size.
    private static let concurrent = 512

    let name = "durable"
    let summary = "add in batches, run and finish, on SQLite with synchronous=FULL"
    let defaultCount = 50_000
    let quickCount = 20_000

    func run(_ settings: Settings) async throws -> [Report] {
        let throughput = try await Throughput(settings) { count in
            try RawRows.round(count, batch: Self.batch, endBatch: Self.concurrent)
        } round: {
            try await round($0)
        }
        return [throughput.report(name, count: settings.count, unit: "tickers/s", ratio: 0.5, rate: 40_000)]
    }

    private func round(_ count: Int) async throws -> Duration {
        try await TemporaryFolder.with { folder in
            let tally = Tally(expecting: count)
            var functions = FunctionRegistry()
            functions.register(Self.work) { _, _ in tally.hit() }
            let store = try SQLiteTickerStore(path: "\(folder)/durable.db")
            let scheduler = Scheduler(
                functions: functions,
                store: store,
                options: SchedulerOptions(maxConcurrent: Self.concurrent)
            )
            try await scheduler.start()
            let began = ContinuousClock.now
            for start in stride(from: 0, to: count, by: Self.batch) {
                try await scheduler.schedule(Self.work, inputs: Array(start..<min(start + Self.batch, count)))
            }
            _ = await tally.last()
            await scheduler.shutdown()
            let duration = ContinuousClock.now - began
            tally.check(name)
            try await store.close()
            return duration
        }
    }
}

/// 16 callers that schedule one ticker after the other, each answer durable, against one row per transaction.
struct DurableSingleScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("DurableSingle")
    private static let callers = 16

    let name = "durable-single"
    let summary = "16 callers schedule one by one, each answer durable"
    let defaultCount = 20_000
    let quickCount = 5_000

    func run(_ settings: Settings) async throws -> [Report] {
        let throughput = try await Throughput(settings) { count in
            try RawRows.inserts(count)
        } round: {
            try await round($0)
        }
        return [throughput.report(name, count: settings.count, unit: "calls/s", ratio: 1.5, rate: 20_000)]
    }

    private func round(_ count: Int) async throws -> Duration {
        try await TemporaryFolder.with { folder in
            let store = try SQLiteTickerStore(path: "\(folder)/single.db")
            var options = SchedulerOptions()
            options.runs = .nothing
            let scheduler = Scheduler(functions: FunctionRegistry(), store: store, options: options)
            let began = ContinuousClock.now
            try await withThrowingTaskGroup { group in
                for caller in 0..<Self.callers {
                    group.addTask {
                        for number in stride(from: caller, to: count, by: Self.callers) {
                            try await scheduler.schedule(Self.work, number)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let duration = ContinuousClock.now - began
            let stored = try await scheduler.counts().open
            precondition(stored == count, "\(name): \(stored) tickers are stored instead of \(count)")
            try await store.close()
            return duration
        }
    }
}
