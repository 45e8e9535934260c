import Synchronization
import Tickers

/// What stands behind the context of a handler under test: answers for the parents it was given and writes down what the
/// handler asks for.
final class HandlerProbe: ContextActions {
    private struct State {
        var parents: [ParentResult]
        var ids: IDGenerator
        var progress: [TickerProgress] = []
        var children: [RecordedTicker] = []
        var cancelledParents: [String] = []
        var isStopped = false
        var isOver = false
    }

    let clock: any TickerClock
    let lease: TickerLease
    let workflowID: WorkflowID
    private let state: Mutex<State>

    init(parents: [GivenParent], clock: any TickerClock) {
        let now = clock.wall
        var ids = IDGenerator(seed: 0)
        let parentIDs = parents.map { _ in ids.next(now: now) }
        let id = ids.next(now: now)
        let workflow = WorkflowID(first: parentIDs.first ?? id)
        let results = zip(parents, parentIDs).map { $0.result($1, workflow: workflow, now: now) }
        self.clock = clock
        lease = TickerLease(ticker: id, token: 1, row: 0)
        workflowID = workflow
        state = Mutex(State(parents: results, ids: ids))
    }

    var progress: [TickerProgress] { state.withLock { $0.progress } }
    var children: [RecordedTicker] { state.withLock { $0.children } }
    var cancelledParents: [String] { state.withLock { $0.cancelledParents } }
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Tells the handler to stop, as far as it asks.
    func stop() { state.withLock { $0.isStopped = true } }

    /// From now on everything is refused, as the engine refuses what comes from an attempt that is over.
    func attemptEnded() { state.withLock { $0.isOver = true } }

    func isCancelled(_ lease: TickerLease) -> Bool { isStopped }

    func report(_ progress: TickerProgress, lease: TickerLease) async throws {
        try whileOpen { $0.progress.append(progress) }
    }

    func parents(of lease: TickerLease) async throws -> [ParentResult] {
        try whileOpen { $0.parents }
    }

    func cancelParents(of lease: TickerLease, includingStarted: Bool) async throws -> [CancelResult] {
        let now = clock.wall
        return try whileOpen { state in
            var results: [CancelResult] = []
            for (position, parent) in state.parents.enumerated() where !parent.ticker.status.isEnd {
                var ticker = parent.ticker
                guard includingStarted || ticker.startedAt == nil else { continue }
                state.cancelledParents.append(ticker.function)
                results.append(ticker.status == .running ? .requested : .cancelled)
                // A running one is only asked to stop: its handler, which is not here, would have to end it.
                guard ticker.status != .running else { continue }
                (ticker.status, ticker.endedAt, ticker.reason) = (.cancelled, now, .byRequest)
                state.parents[position] = ParentResult(ticker: ticker, output: parent.output)
            }
            return results
        }
    }

    func add(_ request: NewWorkflow) async throws -> StoredWorkflow {
        let problems = request.tickers.flatMap { $0.spec.problems + $0.due.problems }
        guard problems.isEmpty else { throw TickerError.invalidArgument(problems) }
        let now = clock.wall
        return try whileOpen { state in
            let ids = request.tickers.map { _ in state.ids.next(now: now) }
            for (position, ticker) in request.tickers.enumerated() {
                var child = Ticker(
                    id: ids[position],
                    workflowID: workflowID,
                    spec: ticker.spec,
                    status: .waiting,
                    createdAt: now
                )
                child.parents = request.edges.filter { $0.child == position }.map { $0.stored(ids) }
                let input = ticker.input.recorded(ids)
                state.children.append(RecordedTicker(ticker: child, due: ticker.due, input: input))
            }
            return StoredWorkflow(id: workflowID, tickers: ids)
        }
    }

    private func whileOpen<Value: Sendable>(_ body: (inout State) throws -> Value) throws -> Value {
        try state.withLock { state in
            guard !state.isOver else {
                let sentence = "The handler has come back: the attempt is over."
                throw TickerError(.attemptEnded, sentence, ticker: lease.ticker)
            }
            return try body(&state)
        }
    }
}

extension NewEdge {
    /// The edge with ids for positions.
    fileprivate func stored(_ ids: [TickerID]) -> TickerParent {
        switch parent {
        case .step(let position): TickerParent(ids[position], when: condition, onParentFailure: onParentFailure)
        case .stored(let id): TickerParent(id, when: condition, onParentFailure: onParentFailure)
        }
    }
}

extension NewInput {
    /// The input with ids for positions.
    fileprivate func recorded(_ ids: [TickerID]) -> RecordedInput {
        switch self {
        case .payload(let payload): .payload(payload)
        case .outputOfStep(let position): .output(of: ids[position])
        case .failureOfStep(let position): .failure(of: ids[position])
        case .outputsOfSteps(let positions, _): .outputs(of: positions.map { ids[$0] })
        }
    }
}
