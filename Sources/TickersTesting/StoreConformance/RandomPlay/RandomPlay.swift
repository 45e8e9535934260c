package import Tickers

/// One random workflow and its random fate, beside the reference model: it says what to do next, and judges the answer.
///
/// It touches no store. Who plays it hands each move to a table or a store, and the answer back with what is seen then.
package struct RandomPlay {
    /// What to do next, at the instant ``now``.
    package enum Move: Sendable {
        case add(NewWorkflow)
        case claim(ClaimRequest)
        case finish([FinishedRun])
        case cancel(TickerID)
        case retry(TickerID)
        case retryWorkflow(WorkflowID)
        /// Close the store and open it again.
        case reopen
    }

    /// What came of a move.
    package enum Answer: Sendable {
        case added([TickerID])
        case claimed([ClaimedRun], nextDue: Timestamp?)
        case finished([FinishResult])
        case cancelled(CancelResult)
        case retried(RetryAnswer)
        case retriedWorkflow(Int)
        case reopened
    }

    /// What has been done, so that a test can tell that there was something to see.
    package struct Census: Sendable {
        package var steps = 0
        package var added = 0
        package var withdrawn = 0
        package var retried = 0
        package var late = 0
        package var reopened = 0
        /// Waiting tickers whose explanation was checked.
        package var explained = 0

        package init() {}

        package static func += (left: inout Census, right: Census) {
            left.steps += right.steps
            left.added += right.added
            left.withdrawn += right.withdrawn
            left.retried += right.retried
            left.late += right.late
            left.reopened += right.reopened
            left.explained += right.explained
        }
    }

    /// Where the play stands: it begins, goes on wildly, and comes to rest.
    private enum Phase {
        case opening
        case wild(stepsLeft: Int)
        /// Every run ends for good, so tickers with one end each must come to rest in as many rounds as there are.
        case closing(roundsLeft: Int)
        case over
    }

    /// What a wild step may be, as often as it stands here.
    private enum Choice {
        case claim, cancel, retry, retryWorkflow, addChild, finish, finishAgain

        static let all: [Choice] =
            Array(repeating: .claim, count: 6) + Array(repeating: .cancel, count: 2)
            + Array(repeating: .retry, count: 2) + Array(repeating: .addChild, count: 4)
            + Array(repeating: .finish, count: 11) + [.retryWorkflow, .finishAgain]
    }

    /// Handlers add children until there are so many tickers.
    private static let most = 18

    package let seed: UInt64
    package private(set) var now: Timestamp
    package internal(set) var census = Census()
    private(set) var model: ReferenceModel
    private(set) var ids: [TickerID] = []
    private(set) var log: [String] = []
    private let start: Timestamp
    private let reopens: Bool
    private var random: SeededGenerator
    /// Drawn from apart, so that the play is the same whether the store is opened again or not.
    private var reopening: SeededGenerator
    private var phase = Phase.opening
    private var indexOf: [TickerID: Int] = [:]
    private var running: [ClaimedRun] = []
    /// Runs that have ended, whose reports come too late.
    private var over: [ClaimedRun] = []
    /// What the move under way adds.
    private var plans: [RandomTicker] = []

    /// - Parameter reopens: Whether the store is closed and opened again now and then, while nothing runs.
    package init(seed: UInt64, start: Timestamp, reopens: Bool = false) {
        self.seed = seed
        self.start = start
        self.reopens = reopens
        now = start
        random = SeededGenerator(seed: seed)
        reopening = SeededGenerator(seed: ~seed)
        model = ReferenceModel(graph: [], now: 0)
    }

    /// Whole seconds since the start.
    var seconds: Int { Int(now.since(start).components.seconds) }

    func instant(_ seconds: Int) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    // MARK: What to do next

    /// The next move; `nil` when every ticker has ended.
    package mutating func next() -> Move? {
        if reopens, running.isEmpty, !ids.isEmpty, Int.random(in: 0..<4, using: &reopening) == 0 { return .reopen }
        while true {
            switch phase {
            case .opening:
                phase = .wild(stepsLeft: Int.random(in: 5...40, using: &random))
                plans = RandomTicker.graph(&random)
                let steps = plans.map { plan in
                    plan.step(after: plan.parents.map { .step($0.ticker, $0.condition, policy: $0.policy) })
                }
                return .add(NewWorkflow(steps: steps))
            case .wild(0):
                phase = .closing(roundsLeft: ids.count + 1)
            case .wild(let left):
                phase = .wild(stepsLeft: left - 1)
                if let move = wildMove() { return move }
            case .closing(let left):
                if let run = running.popLast() { return .finish([lastReport(of: run)]) }
                guard left > 0 else {
                    phase = .over
                    continue
                }
                phase = .closing(roundsLeft: left - 1)
                now = now.advanced(by: .seconds(10))
                return .claim(ClaimRequest(limit: 100, serving: ["Work"]))
            case .over:
                return nil
            }
        }
    }

    private mutating func wildMove() -> Move? {
        guard let choice = Choice.all.randomElement(using: &random) else { return nil }
        switch choice {
        case .claim:
            now = now.advanced(by: .seconds(Int.random(in: 0...2, using: &random)))
            return .claim(ClaimRequest(limit: Int.random(in: 1...4, using: &random), serving: ["Work"]))
        case .cancel: return ids.randomElement(using: &random).map { .cancel($0) }
        case .retry: return ids.randomElement(using: &random).map { .retry($0) }
        case .retryWorkflow: return .retryWorkflow(WorkflowID(first: ids[0]))
        case .addChild: return childAdded()
        case .finish: return someFinished()
        case .finishAgain: return over.randomElement(using: &random).map { .finish([report(of: $0)]) }
        }
    }

    /// A handler adds a child of its own ticker.
    private mutating func childAdded() -> Move? {
        guard let run = running.randomElement(using: &random), ids.count < Self.most else { return nil }
        guard let parent = indexOf[run.lease.ticker] else { return nil }
        var plan = RandomTicker.random(below: [], &random)
        plan.parents = [RandomTicker.Parent(ticker: parent, condition: .random(&random), isAdder: true)]
        plans = [plan]
        census.added += 1
        let step = plan.step(after: [.stored(run.lease.ticker, plan.parents[0].condition)])
        return .add(NewWorkflow(steps: [step], addedBy: run.lease))
    }

    private mutating func someFinished() -> Move? {
        guard !running.isEmpty else { return nil }
        let count = min(running.count, max(1, Int.random(in: -2...3, using: &random)))
        var reports: [FinishedRun] = []
        for _ in 0..<count {
            let run = running.remove(at: Int.random(in: 0..<running.count, using: &random))
            reports.append(report(of: run))
        }
        return .finish(reports)
    }

    private mutating func report(of run: ClaimedRun) -> FinishedRun {
        let failure = run.failure()
        let outcomes: [AttemptOutcome] =
            Array(repeating: .succeeded(.nothing), count: 10) + Array(repeating: .failed(failure, .byPolicy), count: 4)
            + [.failed(failure, .never), .failed(failure, .after(.seconds(2)))]
            + [.snoozed(.seconds(1)), .snoozed(.seconds(1)), .interrupted, .interrupted]
        return run.finished(outcomes[Int.random(in: 0..<outcomes.count, using: &random)])
    }

    private mutating func lastReport(of run: ClaimedRun) -> FinishedRun {
        Bool.random(using: &random) ? run.finished(.succeeded(.nothing)) : run.failed(.never)
    }

    // MARK: What came of it

    /// Takes in the answer to a move; says what is wrong with it, else `nil`.
    package mutating func answered(_ move: Move, _ answer: Answer) -> String? {
        switch (move, answer) {
        case (.add, .added(let added)):
            log.append("at \(seconds): add \(ids.count)..<\(ids.count + added.count)")
            for (id, plan) in zip(added, plans) {
                indexOf[id] = ids.count
                ids.append(id)
                model.added(plan, now: seconds)
            }
            return added.count == plans.count ? nil : report("\(added.count) of \(plans.count) were added")
        case (.claim(let request), .claimed(let runs, let nextDue)):
            return claimed(runs, limit: request.limit, nextDue: nextDue)
        case (.finish(let reports), .finished(let results)):
            return finished(reports, results)
        case (.cancel(let id), .cancelled(let result)):
            let expected = indexOf[id].map { model.cancelled($0, now: seconds) }
            return judge("cancel \(name(id))", expected, result)
        case (.retry(let id), .retried(let result)):
            let expected = indexOf[id].map { model.retried($0, now: seconds) }
            if expected == .retried { census.retried += 1 }
            return judge("retry \(name(id))", expected, result)
        case (.retryWorkflow, .retriedWorkflow(let count)):
            let expected = model.allRetried(now: seconds)
            census.retried += expected
            return judge("retry all", expected, count)
        case (.reopen, .reopened):
            log.append("reopen")
            census.reopened += 1
            return nil
        case (.add, _), (.claim, _), (.finish, _), (.cancel, _), (.retry, _), (.retryWorkflow, _), (.reopen, _):
            return report("the answer to another move was \(answer)")
        }
    }

    private mutating func judge<Result: Equatable>(_ what: String, _ expected: Result?, _ found: Result) -> String? {
        log.append("at \(seconds): \(what) -> \(found)")
        guard let expected else { return report("\(what) is of an unknown ticker") }
        return found == expected ? nil : report("\(what) was answered by \(found), not \(expected)")
    }

    /// The store says what starts; it has to be what may.
    private mutating func claimed(_ runs: [ClaimedRun], limit: Int, nextDue: Timestamp?) -> String? {
        let ready = Set(ids.indices.filter { model.isQueued($0) && model.due[$0] <= seconds })
        let claimed = runs.compactMap { indexOf[$0.lease.ticker] }
        log.append("at \(seconds): claim \(limit) -> \(claimed)")
        // What starts first may release a child beside it, but only for the next claim.
        guard claimed.count == min(limit, ready.count), runs.count == claimed.count,
            Set(claimed).count == claimed.count, ready.isSuperset(of: claimed)
        else { return report("claimed \(claimed), but \(ready.sorted()) were due") }
        for ticker in claimed { model.started(ticker, now: seconds) }
        running += runs
        let later = ids.indices.filter { model.isQueued($0) && model.due[$0] > seconds }
        let next = later.map { instant(model.due[$0]) }.min()
        return next == nextDue ? nil : report("the next is due \(String(describing: nextDue))")
    }

    private mutating func finished(_ reports: [FinishedRun], _ results: [FinishResult]) -> String? {
        var expected: [FinishResult] = []
        for each in reports {
            guard let ticker = indexOf[each.lease.ticker] else { continue }
            log.append("at \(seconds): finish \(ticker): \(name(of: each.outcome))")
            guard !over.contains(where: { $0.lease == each.lease }) else {
                census.late += 1
                expected.append(.late)
                continue
            }
            over.append(each.run)
            model.finished(ticker, each.outcome, now: seconds)
            let status = model.states[ticker].undated
            expected.append(status.isEnd ? .ended(status) : .queued(status))
        }
        return results == expected ? nil : report("the reports were answered by \(results), not \(expected)")
    }
}
