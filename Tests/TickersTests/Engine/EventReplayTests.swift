import Testing
import Tickers
import TickersTesting

/// Random workflows with handlers that fail, snooze, add children, and are cancelled and retried by hand; then the events
/// of each ticker are gone through one after the other.
@Suite("Replaying events")
struct EventReplayTests {
    private static let seeds: Range<UInt64> = 0..<150

    @Test("every ticker's events are a legal path that ends where its snapshot says")
    func legalPaths() async throws {
        var steps: [Replay.Step: Int] = [:]
        for seed in Self.seeds {
            let told = try await RandomRun(seed: seed).told()
            var replay = Replay()
            for event in told.events { replay.take(event) }
            for ticker in told.summaries.flatMap(\.tickers) { replay.compare(with: ticker) }
            #expect(replay.problems == [], "seed \(seed)")
            guard replay.problems.isEmpty else { return }
            steps.merge(replay.steps, uniquingKeysWith: +)
        }
        // A run that went quiet would make the replay worthless.
        let unseen = Replay.Step.all.filter { steps[$0] == nil }
        #expect(unseen == [], "no ticker ever went this way")
    }
}

/// What the events have said so far of each ticker, and what was wrong with them.
private struct Replay {
    /// From a status, or from nothing, to the next.
    struct Step: Hashable, CustomStringConvertible {
        let from: TickerStatus?
        let to: TickerStatus

        var description: String { "\(from.map(\.rawValue) ?? "nothing") → \(to.rawValue)" }

        /// Every step that the life of a ticker has, those of a retry by hand included. That it becomes `pending` by the
        /// clock alone is not told, so it may be missing between.
        static let all: Set<Step> = {
            let table: [TickerStatus?: [TickerStatus]] = [
                nil: [.waiting, .scheduled, .pending],
                .waiting: [.scheduled, .pending, .skipped, .cancelled, .failed],
                .scheduled: [.running, .cancelled],
                .pending: [.running],
                .running: [.succeeded, .failed, .retrying, .scheduled, .cancelled],
                .retrying: [.running, .cancelled, .pending],
                .failed: [.pending, .waiting],
                .cancelled: [.pending, .waiting],
                .skipped: [.pending, .waiting],
                .succeeded: [.waiting],
            ]
            return Set(table.flatMap { from, next in next.map { Step(from: from, to: $0) } })
        }()
        /// Legal, and rare: a queued ticker whose parent is retried waits again; one that is due is cancelled.
        static let rare: Set<Step> = [
            Step(from: .scheduled, to: .waiting), Step(from: .pending, to: .waiting),
            Step(from: .retrying, to: .waiting), Step(from: .pending, to: .cancelled),
        ]
    }

    private(set) var latest: [TickerID: TickerChange] = [:]
    private(set) var steps: [Step: Int] = [:]
    private(set) var problems: [String] = []
    private var endedWorkflows: Set<WorkflowID> = []

    mutating func take(_ event: TickerEvent) {
        switch event {
        case .ticker(let change): take(change)
        case .workflowEnded(let id, _): workflowEnded(id)
        case .progress(let id, _):
            if latest[id]?.status != .running { problems.append("\(id) reported progress and was not running") }
        case .stuck, .blocking, .lateResult, .storeFailed, .occurrenceFailed, .lagged: problems.append("\(event)")
        }
    }

    private mutating func take(_ change: TickerChange) {
        let before = latest.updateValue(change, forKey: change.id)
        let step = Step(from: before?.status, to: change.status)
        steps[step, default: 0] += 1
        if !Step.all.contains(step), !Step.rare.contains(step) { problems.append("\(change.id) went \(step)") }
        if let before, change.at < before.at { problems.append("\(change.id) went back in time") }
        if change.status == .running, change.attempts != (before?.attempts ?? 0) + 1 {
            problems.append("\(change.id) began attempt \(change.attempts) after \(before?.attempts ?? 0)")
        }
        switch change.status {
        case .scheduled, .pending, .retrying: if change.due == nil { problems.append("\(change.id) \(step), not due") }
        case .waiting, .running, .succeeded, .failed, .cancelled, .skipped:
            if change.due != nil { problems.append("\(change.id) \(step) and is due") }
        }
        if change.status == .retrying, change.failure == nil {
            problems.append("\(change.id) retries without a failure")
        }
        if change.status == .skipped, change.reason == nil { problems.append("\(change.id) was skipped for no reason") }
        if !change.status.isEnd { endedWorkflows.remove(change.workflowID) }
    }

    private mutating func workflowEnded(_ id: WorkflowID) {
        let open = latest.values.filter { $0.workflowID == id && !$0.status.isEnd }
        if !open.isEmpty { problems.append("\(id) ended with \(open.map(\.status)) open") }
        if !endedWorkflows.insert(id).inserted { problems.append("\(id) ended twice") }
    }

    mutating func compare(with ticker: Ticker) {
        guard let change = latest[ticker.id] else { return problems.append("nothing was told of \(ticker.id)") }
        if change.status != ticker.status || change.attempts != ticker.attempts || change.at != ticker.endedAt
            || change.reason != ticker.reason
        {
            problems.append("\(ticker.id) is \(ticker), and was told to be \(change)")
        }
        if !endedWorkflows.contains(ticker.workflowID) { problems.append("\(ticker.workflowID) was not told to end") }
    }
}

/// One scheduler's life, drawn from a seed.
private struct RandomRun {
    let seed: UInt64

    private static let work = TickerFunction<UInt64, Int>("Work")

    func told() async throws -> (events: [TickerEvent], summaries: [WorkflowSummary]) {
        let clock = VirtualClock(seed: seed)
        return try await clock.run { [self] in
            var options = SchedulerOptions(maxConcurrent: 4)
            options.eventBuffer = 100_000
            let functions = registry { $0.register(Self.work, handler: Self.handle) }
            let store = MemoryTickerStore(seed: seed)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock, options: options)
            let events = scheduler.events()
            try await scheduler.start()
            var random = SeededGenerator(seed: seed)
            var workflows: [WorkflowHandle] = []
            for _ in 0..<3 { workflows.append(try await scheduler.schedule(workflow(&random))) }
            for _ in 0..<12 {
                try await clock.sleep(for: .seconds(Int.random(in: 0...2, using: &random)))
                guard let id = workflows.randomElement(using: &random)?.tickers.randomElement(using: &random) else {
                    break
                }
                if Bool.random(using: &random) {
                    try await scheduler.cancel(id)
                } else {
                    try await scheduler.retry(id)
                }
            }
            var summaries: [WorkflowSummary] = []
            for workflow in workflows { summaries.append(try await scheduler.ended(workflow)) }
            await scheduler.shutdown()
            var told: [TickerEvent] = []
            for await event in events { told.append(event) }
            return (told, summaries)
        }
    }

    private func workflow(_ random: inout SeededGenerator) -> Workflow {
        var workflow = Workflow("random")
        var steps: [WorkflowStep<Int>] = []
        for index in 0..<Int.random(in: 1...8, using: &random) {
            let count = index < 2 ? 0 : Int.random(in: 0...min(3, index), using: &random)
            let parents: [any WorkflowStepReference] = steps.shuffled(using: &random).prefix(count).map { step in
                let condition = RunCondition.allCases.randomElement(using: &random) ?? .onSuccess
                // A child that would run only on failure can never run when failure is passed on.
                let other: ParentFailurePolicy = condition == .onSuccess ? .fail : .runNow
                return step.when(condition, onParentFailure: Bool.random(using: &random) ? .byCondition : other)
            }
            let retry = RetryPolicy.fixed(
                maxAttempts: Int.random(in: 1...3, using: &random),
                every: .seconds(Int.random(in: 0...2, using: &random))
            )
            let delay = Int.random(in: 0...2, using: &random)
            steps.append(
                workflow.add(
                    Self.work,
                    random.next(),
                    following: parents,
                    join: parents.isEmpty || Bool.random(using: &random) ? .all : .any,
                    due: delay == 0 ? .now : .after(.seconds(delay)),
                    options: TickerOptions(retry: retry)
                )
            )
        }
        return workflow
    }

    /// Does what the input, the attempt and the time say.
    @Sendable private static func handle(_ fate: UInt64, _ context: TickerContext) async throws -> Int {
        var random = SeededGenerator(
            seed: fate &+ UInt64(context.attempt) &+ UInt64(context.clock.wall.microseconds)
        )
        try await context.clock.sleep(for: .seconds(Int.random(in: 0...2, using: &random)))
        switch Int.random(in: 0..<12, using: &random) {
        case 0: throw TickerSignal.discard("no use")
        case 1: throw TickerSignal.retry(after: .seconds(3))
        case 2: throw TickerSignal.snooze(.seconds(1))
        case 3, 4, 5: throw Broken()
        case 6: try await context.report(progress: 0.5, "half")
        case 7: try await context.cancelUnstartedParents()
        case 8, 9:
            let condition: RunCondition = Bool.random(using: &random) ? .inProgress : .onCompletion
            // Grandchildren are drawn from other numbers, so that families die out.
            if fate > UInt64.max / 2 { try await context.schedule(work, fate / 3, when: condition) }
            if Bool.random(using: &random) { throw Broken() }
        default: break
        }
        return context.attempt
    }
}
