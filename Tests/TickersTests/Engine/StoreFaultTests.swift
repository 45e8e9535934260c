import Synchronization
import Testing
@testable import Tickers
import TickersTesting

/// A store that refuses to record ends a few times, as a full disk would.
private actor MoodyStore: TickerStore {
    nonisolated let encoding = PayloadEncoding.never
    nonisolated let listeners = StoreListeners()
    var refusals: Int
    init(refusals: Int) { self.refusals = refusals }
    struct Full: Error {}
    var t = TickerTable(seed: 1)
    func tell() {
        if let due = t.earliestQueued { for listener in listeners.all { listener.mayBeDue(from: due) } }
        t.earliestQueued = nil
    }
    func add(_ ticker: NewTicker, now: Timestamp) throws -> StoredTicker {
        defer { tell() }
        return try t.store(ticker, now: now)
    }
    func add(_ tickers: [NewTicker], now: Timestamp) throws -> [StoredTicker] {
        defer { tell() }
        return try t.store(tickers, now: now)
    }
    func add(_ workflow: NewWorkflow, now: Timestamp) throws -> StoredWorkflow {
        defer { tell() }
        return try t.store(workflow, now: now)
    }
    func claim(_ request: ClaimRequest, now: Timestamp) throws -> Claim {
        t.claim(request, now: now)
    }
    func finish(_ runs: [FinishedRun], now: Timestamp) throws -> [FinishResult] {
        if refusals > 0 { refusals -= 1; throw Full() }
        defer { tell() }
        return runs.map { t.finish($0, now: now) }
    }
    func cancel(_ id: TickerID, now: Timestamp) throws -> CancelResult { t.cancelled(t.index(of: id)!, now: now) }
    func cancelWorkflow(_ id: WorkflowID, now: Timestamp) throws -> [CancelResult] { [] }
    func retry(_ id: TickerID, now: Timestamp) throws -> RetryAnswer { .retried }
    func retryWorkflow(_ id: WorkflowID, now: Timestamp) throws -> Int { 0 }
    func cancelParents(of lease: TickerLease, includingStarted: Bool, now: Timestamp) throws -> [CancelResult] { [] }
    func parents(of lease: TickerLease, now: Timestamp) throws -> [ParentResult] { [] }
    func setPaused(_ queue: String, _ isPaused: Bool, now: Timestamp) throws { t.setPaused(queue, isPaused) }
    func pausedQueues() throws -> [String] { [] }
    func report(_ progress: TickerProgress, lease: TickerLease) throws {}
    func ticker(_ id: TickerID, now: Timestamp) throws -> Ticker? {
        t.index(of: id).map { t.snapshot(of: $0, now: now) }
    }
    func ending(of id: TickerID, now: Timestamp) throws -> TickerEnding { .notYet }
    func workflow(_ id: WorkflowID, now: Timestamp) throws -> WorkflowSummary? { nil }
    func tickers(_ request: TickerPageRequest, now: Timestamp) throws -> TickerPage { t.page(request, now: now) }
    func workflows(_ request: WorkflowPageRequest) throws -> WorkflowPage { t.page(request) }
    func explanation(of id: TickerID, now: Timestamp) throws -> TickerExplanation? { nil }
    func counts() throws -> StoreCounts { t.counts }
}

@Suite("A store that refuses")
struct StoreFaultTests {
    @Test("Ends that the store refused are recorded although the scheduler is saturated")
    func refusedEnds() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let functions = registry { $0.register(Plain.echo) { value, _ in value } }
            let scheduler = Scheduler(
                functions: functions,
                store: MoodyStore(refusals: 1),
                clock: clock,
                options: SchedulerOptions(maxConcurrent: 1)
            )
            try await scheduler.start()
            let handle = try await scheduler.schedule(Plain.echo, 1)
            try await clock.sleep(for: .seconds(60))
            #expect(try await scheduler.status(of: handle)?.status == .succeeded)
            await scheduler.shutdown(grace: .zero)
        }
    }

    @Test("Ends that the store refuses at the end of a shutdown are not lost")
    func refusedAtShutdown() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let functions = registry {
                $0.register(Plain.slow) { value, context in
                    try await context.clock.sleep(for: .seconds(1))
                    return value
                }
            }
            let scheduler = Scheduler(functions: functions, store: MoodyStore(refusals: 2), clock: clock)
            try await scheduler.start()
            let handle = try await scheduler.schedule(Plain.slow, 1)
            await clock.rest()
            await scheduler.shutdown(grace: .seconds(10))
            #expect(try await scheduler.status(of: handle)?.status == .succeeded)
        }
    }
}
