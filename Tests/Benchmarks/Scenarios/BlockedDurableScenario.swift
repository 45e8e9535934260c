import Foundation
import Synchronization
import Tickers
import TickersSQLite
import TickersSQLiteTesting

/// Callers of a durable store whose disk is slow, beside two blocking handlers per core that block all the time, registered as
/// such: how long each kind of call takes. The limit is the same without those handlers.
///
/// - `schedule`: until a ticker is stored, whether it is due now or later.
/// - `cancel`: until one that waits for its time is cancelled.
/// - `end`: from the return of a handler until its value is answered, which is when the end is stored.
/// - `complete`: the whole way, from the call that schedules a ticker until its value is answered. These are three commits, one
///   after the other: stored, claimed, ended.
///
/// Each sync takes 40 ms, what a disk may take for which others queue. It is about the longest with which the whole way keeps to
/// 250 ms even where each of its three commits finds another one under way and waits for that first: 6 × 40 = 240.
struct BlockedDurableScenario: Scenario {
    private static let block = TickerFunction<Int, Void>("Block")
    /// Returns when it returned.
    private static let work = TickerFunction<Int, ContinuousClock.Instant>("Work")
    private static let sync = Duration.milliseconds(40)

    let name = "blocked-durable"
    let summary =
        "the same for 30 s, with --quick for 4 s, on a disk of 40 ms per sync, for so many callers, by kind of call"
    let defaultCount = 16

    /// What callers have waited for.
    private enum Call: String, CaseIterable {
        case schedule, cancel, end, complete
    }

    private typealias Waits = [Call: [Duration]]

    func run(_ settings: Settings) async throws -> [Report] {
        let span = settings.isQuick ? Duration.seconds(4) : .seconds(30)
        let blocking = 2 * ProcessInfo.processInfo.activeProcessorCount
        var rounds: [(waits: [Call: Delays], limits: [Call: Delays])] = []
        for _ in 0..<settings.rounds {
            // What stands beside it need not be as exact.
            let limits = try await round(callers: settings.count, blocking: 0, for: min(span, .seconds(10)))
            rounds.append((try await round(callers: settings.count, blocking: blocking, for: span), limits))
        }
        return Call.allCases.map { call in
            let delays = rounds.compactMap { $0.waits[call] }
            var report = Report(
                "\(name)-\(call)",
                count: settings.count,
                values: delays.map { $0.p99 / 1_000 },
                unit: "ms p99",
                limits: rounds.compactMap { $0.limits[call] }.map { $0.p99 / 1_000 }
            )
            report.details = [
                Report.Detail(key: "p50", figure: delays.map { $0.p50 / 1_000 }.median),
                Report.Detail(key: "max", figure: delays.map { $0.max / 1_000 }.max() ?? 0),
            ]
            report.targets = [.atMost(250, report.value, "250 ms")]
            return report
        }
    }

    private func round(callers: Int, blocking: Int, for span: Duration) async throws -> [Call: Delays] {
        let blocked = Turnstile()
        var functions = FunctionRegistry()
        functions.registerBlocking(Self.block) { _, context in
            blocked.pass()
            while !context.isCancelled { Thread.sleep(forTimeInterval: 0.02) }
        }
        functions.register(Self.work) { _, _ in ContinuousClock.now }
        let disk = FaultyDisk()
        let store = try SQLiteTickerStore(path: "blocked.db", vfs: disk.name, faults: nil)
        disk.setSyncDelay(Self.sync)
        let scheduler = Scheduler(functions: functions, store: store)
        try await scheduler.start()
        for number in 0..<blocking { try await scheduler.schedule(Self.block, number) }
        if blocking > 0 { await blocked.passed(blocking) }
        let end = ContinuousClock.now + span
        let waits = try await withThrowingTaskGroup(of: Waits.self) { group in
            for caller in 0..<callers { group.addTask { try await Self.calls(of: caller, on: scheduler, until: end) } }
            return try await group.reduce(into: Waits()) { $0.merge($1, uniquingKeysWith: +) }
        }
        let ended = await scheduler.metrics().functions["Block"]
        precondition(ended == nil, "\(name): a handler that was to block has ended")
        await scheduler.shutdown(grace: .zero)
        try await store.close()
        return waits.mapValues { Delays($0) }
    }

    /// Schedules, cancels and completes in turn.
    private static func calls(of caller: Int, on scheduler: Scheduler, until end: ContinuousClock.Instant) async throws
        -> Waits
    {
        var waits: Waits = [:]
        func note(_ call: Call, since began: ContinuousClock.Instant) {
            waits[call, default: []].append(ContinuousClock.now - began)
        }
        repeat {
            var began = ContinuousClock.now
            let later = try await scheduler.schedule(work, caller, due: .after(.seconds(3_600)))
            note(.schedule, since: began)
            began = ContinuousClock.now
            let answer = try await scheduler.cancel(later)
            note(.cancel, since: began)
            precondition(answer == .cancelled, "a ticker that waits for its time was \(answer)")
            began = ContinuousClock.now
            let handle = try await scheduler.schedule(work, caller)
            note(.schedule, since: began)
            let returned = try await scheduler.output(of: handle)
            note(.end, since: returned)
            note(.complete, since: began)
        } while ContinuousClock.now < end
        return waits
    }
}
