/// Counts what became of attempts, function by function: a value that the dispatcher brings up to date once per batch, so
/// that no run passes through a lock for it.
package struct RunTally: Sendable {
    private let functions: FunctionRegistry
    private var positions: [String: Int] = [:]
    /// The registered names of the functions that have run, and what became of their attempts.
    private var names: [String] = []
    private var counted: [RunMetrics] = []
    /// The spec that was looked up last, kept so that its identity stays its own.
    private var latestSpec: TickerSpec?
    private var latestIdentity: ObjectIdentifier?
    private var latestPosition = 0
    private var started = 0
    private var lateResults = 0
    private var storeFailures = 0

    package init(functions: FunctionRegistry) {
        self.functions = functions
    }

    /// What has been counted. O(functions).
    package var metrics: SchedulerMetrics {
        var metrics = SchedulerMetrics()
        metrics.started = started
        metrics.lateResults = lateResults
        metrics.storeFailures = storeFailures
        for (name, runs) in zip(names, counted) { metrics.functions[name] = runs }
        return metrics
    }

    package mutating func runsClaimed(_ count: Int) { started += count }

    /// - Parameters:
    ///   - wall: What the wall clock shows now.
    ///   - monotonic: What the monotonic clock reads now. Together they date the starts, which were read from this one.
    package mutating func runsRecorded(
        _ runs: [FinishedRun],
        _ results: [FinishResult],
        wall: Timestamp,
        monotonic: MonotonicInstant
    ) {
        precondition(runs.count == results.count, "a store answered \(results.count) times to \(runs.count) reports")
        for index in runs.indices {
            let position = position(of: runs[index].run.spec)
            if results[index] == .ended(.succeeded) {
                counted[position].succeeded += 1
            } else {
                if results[index] == .late { lateResults += 1 }
                counted[position].count(results[index], of: runs[index].outcome)
            }
            guard let times = runs[index].times else { continue }
            let sinceBegan = monotonic.nanoseconds &- times.began.nanoseconds
            let sinceDue = Self.nanoseconds(from: runs[index].run.scheduledFor, to: wall)
            counted[position].waiting.record(nanoseconds: sinceDue &- sinceBegan)
            counted[position].running.record(nanoseconds: times.ended.nanoseconds &- times.began.nanoseconds)
        }
    }

    package mutating func storeFailed() { storeFailures += 1 }

    /// Runs of one function mostly share one spec, so most need no look-up by name.
    private mutating func position(of spec: TickerSpec) -> Int {
        if latestIdentity == ObjectIdentifier(spec) { return latestPosition }
        let name = functions[spec.function]?.name ?? spec.function
        let position = positions[name] ?? names.count
        if position == names.count {
            positions[name] = position
            names.append(name)
            counted.append(RunMetrics())
        }
        latestSpec = spec
        latestIdentity = ObjectIdentifier(spec)
        latestPosition = position
        return position
    }

    /// Stops at a hundred years, so that no instant that a caller names can overflow what is done with it.
    private static func nanoseconds(from due: Timestamp, to now: Timestamp) -> Int64 {
        let (microseconds, overflow) = now.microseconds.subtractingReportingOverflow(due.microseconds)
        let bound: Int64 = 3_155_760_000_000_000
        let clamped = overflow ? (now < due ? -bound : bound) : min(max(microseconds, -bound), bound)
        return clamped * 1_000
    }
}

extension RunMetrics {
    fileprivate mutating func count(_ result: FinishResult, of outcome: AttemptOutcome) {
        switch result {
        case .late: late += 1
        case .ended(let status): count(endedAs: status)
        case .queued(let status): count(queuedAs: status, after: outcome)
        }
        if result != .late, case .failed(let failure, _) = outcome, failure.kind == .timedOut { timedOut += 1 }
    }

    private mutating func count(endedAs status: TickerStatus) {
        switch status {
        case .succeeded: succeeded += 1
        case .failed: failed += 1
        case .cancelled: cancelled += 1
        case .waiting, .scheduled, .pending, .running, .retrying, .skipped:
            preconditionFailure("an attempt ended its ticker as \(status)")
        }
    }

    private mutating func count(queuedAs status: TickerStatus, after outcome: AttemptOutcome) {
        switch outcome {
        case .failed: retried += 1
        case .snoozed: snoozed += 1
        case .interrupted: givenBack += 1
        case .succeeded: preconditionFailure("an attempt that succeeded was queued again as \(status)")
        }
    }
}
