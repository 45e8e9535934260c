public import Tickers

extension Workflow {
    /// Plays the workflow through with given outcomes, and tells every step's end.
    ///
    /// ```swift
    /// let report = try workflow.dryRun(outcomes: [.fails(Orders.charge, times: 2), .takes(Orders.mail, .seconds(3))])
    /// try report.expect(Orders.charge, .succeeded, attempts: 3)
    /// ```
    ///
    /// The rules of a store decide: run conditions, joins, due times, retry policies with their filters, budgets and jitter,
    /// timeouts, expiries, failure policies and deadlines. Nothing is registered or called, no payload is read, and there is room for everything, so limits of functions
    /// and queues do not show, nor do children that handlers would add. Time starts at `start` and goes from one event to the
    /// next. O((attempts + edges) × log steps).
    ///
    /// - Parameters:
    ///   - outcomes: What becomes of steps; those that are not named succeed at once.
    ///   - start: When the workflow is scheduled; 2026-01-01 00:00 UTC unless given.
    ///   - seed: Draws the jitter of retries.
    /// - Throws: ``TickerError``: `invalidWorkflow`; `invalidArgument` when an outcome names no step of the workflow, for
    ///   options that a scheduler would refuse, and when a step is started 10,000 times and does not end.
    public func dryRun(
        outcomes: [StepOutcome] = [],
        start: Timestamp = Timestamp(microseconds: 1_767_225_600_000_000),
        seed: UInt64 = 0
    ) throws -> DryRunReport {
        var run = try DryRun(self, scripts: try scripts(outcomes), start: start, seed: seed)
        try run.play()
        return try run.report()
    }

    /// What becomes of each step: first what is said of functions, then what is said of single steps.
    private func scripts(_ outcomes: [StepOutcome]) throws -> [DryRun.Script] {
        var scripts = Array(repeating: DryRun.Script(), count: count)
        var positions: [String: [Int]] = [:]
        for (position, function) in functions.enumerated() { positions[function, default: []].append(position) }
        var ofSteps: [(position: Int, change: StepOutcome.Change)] = []
        var problems: [String] = []
        for outcome in outcomes {
            switch outcome.target {
            case .function(let name):
                let named = positions[name] ?? []
                if named.isEmpty { problems.append("no step of the workflow runs \"\(name)\"") }
                for position in named { scripts[position].apply(outcome.change) }
            case .step(let position, let origin):
                if origin === self.origin, position < count {
                    ofSteps.append((position, outcome.change))
                } else {
                    problems.append("an outcome is given for a step of another workflow")
                }
            }
            if case .failures(let times?, _) = outcome.change, times < 0 { problems.append("\(times) failures") }
            if case .duration(let duration) = outcome.change, duration < .zero {
                problems.append("a duration of \(duration) is negative")
            }
        }
        guard problems.isEmpty else { throw TickerError.invalidArgument(problems) }
        for (position, change) in ofSteps { scripts[position].apply(change) }
        return scripts
    }
}
