import Tickers
import TickersSQLite

/// Due tickers beside a file full of ended ones: from the start to the end of the last handler. The limit is the same in
/// a file that holds nothing else.
struct DurableHistoryScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Durable")
    private static let perRound = 10_000

    let name = "durable-history"
    let summary = "ms to run 10,000 tickers beside so many ended ones in the file"
    let defaultCount = 1_000_000
    let quickCount = 100_000

    func run(_ settings: Settings) async throws -> [Report] {
        let full = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(full) }
        try RawRows.fill("\(full)/tickers.db", settings.count, .ended)
        var values: [Double] = []
        var limits: [Double] = []
        for _ in 0..<settings.rounds {
            limits.append(try await TemporaryFolder.with { try await round($0) })
            values.append(try await round(full))
        }
        var report = Report(name, count: settings.count, values: values, unit: "ms", limits: limits)
        report.targets = [.atMost(1.3, report.ratio, "1.3 ×")]
        return [report]
    }

    private func round(_ folder: String) async throws -> Double {
        let tally = Tally(expecting: Self.perRound)
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in tally.hit() }
        let retention = Retention(age: .seconds(86_400 * 365 * 100), count: 100_000_000)
        let store = try SQLiteTickerStore(path: "\(folder)/tickers.db", retention: retention)
        // As in `durable`: ends and claims are written in batches of about this size.
        let options = SchedulerOptions(maxConcurrent: 512)
        let scheduler = Scheduler(functions: functions, store: store, options: options)
        try await scheduler.schedule(Self.work, inputs: Array(0..<Self.perRound))
        let began = ContinuousClock.now
        try await scheduler.start()
        let duration = await tally.last() - began
        await scheduler.shutdown()
        tally.check(name)
        try await store.close()
        return duration.inMilliseconds
    }
}

/// A file full of tickers that are due in an hour: how long it takes until a ticker has run, from opening the file on,
/// and how much more memory it takes than an empty file. The limits are those of an empty file.
struct DurableOpeningScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Durable")

    let name = "durable-opening"
    let summary = "ms to the first run, and MiB, with so many scheduled tickers in the file"
    let defaultCount = 1_000_000
    let quickCount = 100_000

    func run(_ settings: Settings) async throws -> [Report] {
        let (full, empty) = (try TemporaryFolder.make(), try TemporaryFolder.make())
        defer {
            TemporaryFolder.remove(full)
            TemporaryFolder.remove(empty)
        }
        try RawRows.fill("\(full)/tickers.db", settings.count, .scheduled)
        var (opening, memory): ([Opening], [Opening]) = ([], [])
        // The empty one first: what it leaves in the allocator would otherwise be the full one's.
        for _ in 0..<settings.rounds { memory.append(try await open(empty)) }
        for _ in 0..<settings.rounds { opening.append(try await open(full)) }
        var time = Report(
            name,
            count: settings.count,
            values: opening.map(\.milliseconds),
            unit: "ms",
            limits: memory.map(\.milliseconds)
        )
        time.targets = [.atMost(1_000, time.value, "1,000 ms")]
        var space = Report(
            "\(name)-memory",
            count: settings.count,
            values: opening.map(\.mebibytes),
            unit: "MiB",
            limits: memory.map(\.mebibytes)
        )
        space.targets = [.atMost(64, space.value - space.limit, "64 MiB more")]
        return [time, space]
    }

    private struct Opening {
        let milliseconds: Double
        let mebibytes: Double
    }

    private func open(_ folder: String) async throws -> Opening {
        let tally = Tally(expecting: 1)
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in tally.hit() }
        let began = ContinuousClock.now
        let store = try SQLiteTickerStore(path: "\(folder)/tickers.db")
        let scheduler = Scheduler(functions: functions, store: store)
        try await scheduler.start()
        try await scheduler.schedule(Self.work, 1)
        let duration = await tally.last() - began
        let memory = try ResidentMemory.mebibytes()
        await scheduler.shutdown()
        try await store.close()
        return Opening(milliseconds: duration.inMilliseconds, mebibytes: memory)
    }
}
