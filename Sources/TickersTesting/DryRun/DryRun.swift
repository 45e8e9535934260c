import Tickers

/// A workflow that is played through by the rules alone: rows without payloads, no handlers, no tasks, and time that goes
/// from one event to the next.
struct DryRun: ~Copyable {
    /// What becomes of one step.
    struct Script {
        enum Cancellation: Sendable {
            case never, beforeStart, whileRunning
        }

        /// How many attempts throw; `Int.max` for all.
        var failures = 0
        var error: any Error = DryRunFailure()
        var cancellation = Cancellation.never
        var duration = Duration.zero

        mutating func apply(_ change: StepOutcome.Change) {
            switch change {
            case .failures(let times, let error):
                failures = times ?? .max
                self.error = error
            case .cancellation(let moment): cancellation = moment
            case .duration(let duration): self.duration = duration
            }
        }
    }

    /// An attempt that is under way; the one that ends first comes first.
    private struct Attempt: Comparable {
        let run: ClaimedRun
        let step: Int
        let endsAt: Timestamp
        let number: Int

        static func < (left: Attempt, right: Attempt) -> Bool {
            left.endsAt != right.endsAt ? left.endsAt < right.endsAt : left.number < right.number
        }

        static func == (left: Attempt, right: Attempt) -> Bool { left.number == right.number }
    }

    /// What the rows do not keep of a step.
    struct Trace {
        var starts = 0
        var startOrder: Int?
        var firstStart: Timestamp?
    }

    /// Per step, in the order in which they were added.
    private let scripts: [Script]
    private let rows: [Int32]
    private let stepOfRow: [Int32: Int]
    private let functions: Set<String>
    /// The steps that are cancelled before they start.
    private let doomed: [Int]
    private let workflow: WorkflowID
    private let start: Timestamp
    private var table: TickerTable
    private var now: Timestamp
    /// What will end; entries of attempts that ended before their time are stale.
    private var ends = Heap<Attempt>()
    /// The attempt of each step that is under way.
    private var running: [Int: Attempt] = [:]
    private var attemptCount = 0
    private var startCount = 0
    private(set) var traces: [Trace]

    init(_ workflow: Workflow, scripts: [Script], start: Timestamp, seed: UInt64) throws {
        let plan = try workflow.plan()
        let problems = plan.request.tickers.flatMap { $0.spec.problems + $0.due.problems }
        guard problems.isEmpty else { throw TickerError.invalidArgument(problems) }
        var table = TickerTable(seed: seed)
        let stored = try table.add(plan.request, now: start)
        let ids = plan.inOrderOfSteps(stored.map { table[ticker: $0].id })
        rows = ids.compactMap { table.index(of: $0) }
        stepOfRow = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
        functions = Set(workflow.functions)
        doomed = scripts.indices.filter { scripts[$0].cancellation == .beforeStart }
        self.workflow = WorkflowID(first: table[ticker: stored[0]].id)
        traces = Array(repeating: Trace(), count: rows.count)
        self.table = table
        self.scripts = scripts
        self.start = start
        now = start
    }

    /// Plays until nothing is left to happen.
    mutating func play() throws {
        while true {
            // A start releases `.inProgress` children, which start at the same instant.
            repeat { cancelThoseWhoseTurnHasCome() } while try startAttempts()
            guard table.counts.open > 0, let next = nextInstant() else { return }
            now = max(now, next)
            while let attempt = nextEnd(), attempt.endsAt <= now { end(attempt) }
        }
    }

    private mutating func nextInstant() -> Timestamp? {
        [nextEnd()?.endsAt, table.nextDue(), table.nextLimit].compactMap(\.self).min()
    }

    /// The attempt that ends next.
    private mutating func nextEnd() -> Attempt? {
        while let attempt = ends.first {
            if running[attempt.step] == attempt { return attempt }
            _ = ends.popFirst()
        }
        return nil
    }

    /// Handlers that have been told to stop by a failure policy or a deadline come back at once.
    private mutating func endStopped() {
        for lease in table.takeStops() {
            guard let step = stepOfRow[lease.row], let attempt = running[step], attempt.run.lease == lease else {
                continue
            }
            end(attempt)
        }
    }

    /// The steps' ends.
    func report() throws -> DryRunReport {
        guard let workflow = table.workflow(of: workflow) else { throw TickerError.unknownTicker(workflow.first) }
        let summary = table.summary(of: workflow, now: now)
        var names: [TickerID: String] = [:]
        for ticker in summary.tickers { names[ticker.id] = ticker.function }
        let steps = zip(rows, traces).map { row, trace in
            let ticker = table.snapshot(of: row, now: now)
            return DryRunStep(
                ticker: ticker,
                startOrder: trace.startOrder,
                startedAfter: trace.firstStart?.since(start),
                endedAfter: ticker.endedAt?.since(start),
                why: ticker.reason.map { $0.description { id in names[id] ?? id.description } }
                    ?? (ticker.status == .succeeded ? nil : ticker.failure?.message)
            )
        }
        return DryRunReport(summary: summary, steps: steps)
    }

    /// Cancelling one may release another that is to be cancelled, so this goes on until none is left.
    private mutating func cancelThoseWhoseTurnHasCome() {
        var wasChanged = true
        while wasChanged {
            wasChanged = false
            for step in doomed {
                let row = table[ticker: rows[step]]
                guard row.state.isQueued, row.due <= now else { continue }
                _ = table.cancel(rows[step], reason: .byRequest, now: now)
                wasChanged = true
            }
        }
    }

    /// Whether there were any to start.
    private mutating func startAttempts() throws -> Bool {
        let runs = table.claim(ClaimRequest(limit: .max, serving: functions), now: now).runs
        for run in runs {
            guard let step = stepOfRow[run.lease.row] else { continue }
            attemptCount += 1
            traces[step].starts += 1
            guard traces[step].starts <= TickerLimits.attempts else {
                let sentence = "\(run.spec.function) was started \(TickerLimits.attempts) times and does not end"
                throw TickerError.invalidArgument([sentence])
            }
            if traces[step].startOrder == nil {
                startCount += 1
                traces[step].startOrder = startCount
                traces[step].firstStart = now
            }
            let takes = min(scripts[step].duration, run.spec.timeout ?? scripts[step].duration)
            let attempt = Attempt(run: run, step: step, endsAt: now.advanced(by: takes), number: attemptCount)
            running[step] = attempt
            ends.insert(attempt)
        }
        // The time that has come may have been that of a deadline.
        endStopped()
        return !runs.isEmpty
    }

    private mutating func end(_ attempt: Attempt) {
        let (run, script) = (attempt.run, scripts[attempt.step])
        let row = rows[attempt.step]
        running[attempt.step] = nil
        if script.cancellation == .whileRunning { _ = table.cancel(row, reason: .byRequest, now: now) }
        let outcome: AttemptOutcome
        if table[ticker: row].cancelRequested {
            outcome = AttemptOutcome(error: CancellationError(), of: run)
        } else if let timeout = run.spec.timeout, script.duration > timeout {
            outcome = .timedOut(run)
        } else if traces[attempt.step].starts <= script.failures {
            outcome = AttemptOutcome(error: script.error, of: run)
        } else {
            outcome = .succeeded(.nothing)
        }
        _ = table.finish(FinishedRun(run: run, outcome: outcome), now: now)
        endStopped()
    }
}
