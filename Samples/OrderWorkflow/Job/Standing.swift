import Synchronization
import Tickers

/// How far the orders had come when the program was started.
struct Standing: Sendable {
    /// The workflows that are there, by the order's id.
    var workflows: [String: WorkflowID] = [:]
    /// Orders that had ended.
    var ended = 0
    /// Steps of theirs in each status.
    let counts: StoreCounts
    /// Steps that had succeeded.
    var succeeded: Set<TickerID> = []

    /// Asks a scheduler that has not been started.
    init(_ scheduler: Scheduler) async throws {
        counts = try await scheduler.counts()
        for try await workflow in scheduler.allWorkflows() {
            workflows[workflow.name] = workflow.id
            if workflow.endedAt != nil { ended += 1 }
        }
        for try await ticker in scheduler.allTickers(matching: TickerQuery(statuses: [.succeeded])) {
            succeeded.insert(ticker.id)
        }
    }
}

/// Looks on at every run, for steps that run although they had succeeded before the program was started.
final class RepetitionWatch: TickerMiddleware {
    private struct State {
        var succeeded: Set<TickerID> = []
        var repeated = 0
    }

    private let state = Mutex(State())

    /// How many runs there were of such steps: none, or the store has broken its promise.
    var repeated: Int { state.withLock(\.repeated) }

    func begin(after standing: Standing) {
        state.withLock { $0.succeeded = standing.succeeded }
    }

    func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
        state.withLock { state in
            if state.succeeded.contains(context.id) { state.repeated += 1 }
        }
        return try await next()
    }
}
