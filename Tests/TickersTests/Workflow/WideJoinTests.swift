import Synchronization
import Testing
import Tickers
import TickersTesting

import class Foundation.ProcessInfo

/// A join of 10,000 parents whose handlers all return at the same instant is released once, whatever its rule.
///
/// Three seeds, or a hundred with `TICKERS_LONG=1` in the environment.
@Suite("Joins of 10,000", .serialized)
struct WideJoinTests {
    private static let width = 10_000
    private static let workers = 250
    private static let part = TickerFunction<Int, Int>("Part")
    private static let whole = TickerFunction<String, Void>("Whole")

    private static let seeds: Range<UInt64> =
        ProcessInfo.processInfo.environment["TICKERS_LONG"] == "1" ? 0..<100 : 0..<3

    /// The parts, and three joins of all of them, two of which are decided before the last edge has spoken.
    private static func graph() -> Workflow {
        var graph = Workflow("wide")
        let parts = (0..<width).map { graph.add(part, $0) }
        graph.add(whole, "all", following: parts)
        graph.add(whole, "any", following: parts, join: .any)
        graph.add(whole, "half", following: parts, join: .atLeast(width / 2))
        return graph
    }

    private static func options() -> SchedulerOptions { SchedulerOptions(maxConcurrent: workers) }

    private static func check(_ summary: WorkflowSummary, _ ran: Recorder<String>, _ comment: Comment) {
        #expect(ran.values.sorted() == ["all", "any", "half"], comment)
        #expect(summary.tickers.allSatisfy { $0.status == .succeeded && $0.history.count == 1 }, comment)
    }

    @Test("in virtual time, in the orders that the seeds give", arguments: seeds)
    func virtual(seed: UInt64) async throws {
        let ran = Recorder<String>()
        let functions = registry {
            $0.register(Self.part) { value, _ in value }
            $0.register(Self.whole) { name, _ in ran.add(name) }
        }
        let clock = VirtualClock(seed: seed)
        let summary = try await clock.run {
            let store = MemoryTickerStore(seed: seed)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock, options: Self.options())
            try await scheduler.start()
            let summary = try await scheduler.ended(scheduler.schedule(Self.graph()))
            await scheduler.shutdown()
            return summary
        }
        Self.check(summary, ran, "seed \(seed)")
        #expect(clock.elapsed == .zero, "they did not all end at the same instant; seed \(seed)")
    }

    @Test("on real threads, when a gate lets all workers go at once")
    func threads() async throws {
        let ran = Recorder<String>()
        let gate = Gate(opensAt: Self.workers)
        let functions = registry {
            $0.register(Self.part) { value, _ in
                await gate.pass()
                return value
            }
            $0.register(Self.whole) { name, _ in ran.add(name) }
        }
        let scheduler = Scheduler(functions: functions, options: Self.options())
        try await scheduler.start()
        let summary = try await scheduler.ended(scheduler.schedule(Self.graph()))
        await scheduler.shutdown()
        Self.check(summary, ran, "on threads")
    }
}

/// Holds everyone until so many have come, and then lets all of them go at once.
private final class Gate: Sendable {
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let count: Int

    init(opensAt count: Int) { self.count = count }

    func pass() async {
        await withCheckedContinuation { continuation in
            let free = waiting.withLock { waiting -> [CheckedContinuation<Void, Never>] in
                waiting.append(continuation)
                guard waiting.count == count else { return [] }
                defer { waiting = [] }
                return waiting
            }
            for each in free { each.resume() }
        }
    }
}
