import Foundation
import Synchronization
import Tickers
import TickersSQLite

/// Two blocking handlers per core that block all the time, registered as such, on a file: how long others' calls and runs
/// take meanwhile. The limit is the same without them.
struct BlockedScenario: Scenario {
    private static let block = TickerFunction<Int, Void>("Block")
    private static let work = TickerFunction<Int, Int>("Work")

    let name = "blocked"
    let summary = "ms to schedule, run and cancel beside two blocking handlers per core, on SQLite"
    let defaultCount = 1_000
    let quickCount = 100

    func run(_ settings: Settings) async throws -> [Report] {
        var (values, limits): ([Double], [Double]) = ([], [])
        for _ in 0..<settings.rounds {
            limits.append(try await round(settings.count, blocking: 0))
            values.append(
                try await round(settings.count, blocking: 2 * ProcessInfo.processInfo.activeProcessorCount)
            )
        }
        var report = Report(name, count: settings.count, values: values, unit: "ms p99", limits: limits)
        report.targets = [.atMost(250, report.value, "250 ms")]
        return [report]
    }

    private func round(_ count: Int, blocking: Int) async throws -> Double {
        try await TemporaryFolder.with { folder in
            let blocked = Turnstile()
            var functions = FunctionRegistry()
            functions.registerBlocking(Self.block) { _, context in
                blocked.pass()
                while !context.isCancelled { Thread.sleep(forTimeInterval: 0.02) }
            }
            functions.register(Self.work) { number, _ in number }
            let store = try SQLiteTickerStore(path: "\(folder)/blocked.db")
            let scheduler = Scheduler(functions: functions, store: store)
            try await scheduler.start()
            for number in 0..<blocking { try await scheduler.schedule(Self.block, number) }
            if blocking > 0 { await blocked.passed(blocking) }
            var delays: [Duration] = []
            for number in 0..<count {
                let began = ContinuousClock.now
                let handle = try await scheduler.schedule(Self.work, number)
                _ = try await scheduler.output(of: handle)
                let later = try await scheduler.schedule(Self.work, number, due: .after(.seconds(3_600)))
                try await scheduler.cancel(later)
                delays.append(ContinuousClock.now - began)
            }
            await scheduler.shutdown(grace: .zero)
            try await store.close()
            return Delays(delays).p99 / 1_000
        }
    }
}

/// Handlers that hold every thread of the pool, or one, without being registered as blocking: how soon they are named. The limit is
/// how long they hold it.
struct StallScenario: Scenario {
    private static let block = TickerFunction<Int, Void>("Stall")
    private static let held = 3.0

    let name = "stall"
    let summary = "ms until handlers that hold up the pool, or one thread of it, are named in an event"
    let defaultCount = 1

    func run(_ settings: Settings) async throws -> [Report] {
        let threads = ProcessInfo.processInfo.activeProcessorCount
        // Other priorities than the usual one may have threads of their own.
        return [
            try await report(name, holding: threads, priority: .high),
            try await report("\(name)-one", holding: 1, priority: .medium),
        ]
    }

    private func report(_ name: String, holding threads: Int, priority: TaskPriority) async throws -> Report {
        let (handles, named) = try await Task(priority: priority) { try await Self.held(threads) }.value
        let longest = named.values.max() ?? .zero
        var report = Report(
            name,
            count: threads,
            values: [longest.inMilliseconds],
            unit: "ms",
            limits: [Self.held * 1_000]
        )
        if Set(handles) != Set(named.keys) {
            report.breaches.append("\(named.count) of \(threads) handlers that held a thread were named.")
        }
        return report
    }

    /// Holds so many threads. Returns who did, and who was named with how long by then.
    private static func held(_ threads: Int) async throws -> (held: [TickerID], named: [TickerID: Duration]) {
        var functions = FunctionRegistry()
        functions.register(block) { _, _ in hold() }
        let scheduler = Scheduler(functions: functions)
        let events = scheduler.events()
        try await scheduler.start()
        let handles = try await scheduler.schedule(block, inputs: Array(0..<threads))
        for handle in handles { _ = try await scheduler.output(of: handle) }
        await scheduler.shutdown()
        var named: [TickerID: Duration] = [:]
        for await event in events {
            if case .blocking(let id, _, _, let duration) = event { named[id] = duration }
        }
        return (handles.map(\.id), named)
    }

    /// Holds the present thread.
    private static func hold() { Thread.sleep(forTimeInterval: held) }
}
