/// Expiry of tickers and deadlines of workflows.
extension TickerTable {
    /// Ends what has run out of time by `now`. O(ended + their descendants).
    package mutating func endOverdue(now: Timestamp) {
        while let entry = timeLimits.popFirst(by: now) {
            guard isCurrent(entry) else { continue }
            switch entry.subject {
            case .ticker(_, let ref):
                end(ref, as: .skipped, reason: .expired, now: now)
                settle(ref, now: now)
            case .workflow(_, let workflow):
                _ = cancelAll(in: workflow, reason: .workflowDeadline, now: now)
            }
        }
    }

    /// How many expiries and deadlines are noted, overtaken ones included.
    package var timeLimitCount: Int { timeLimits.count }

    /// When the next ticker expires or the next workflow reaches its deadline.
    package var nextLimit: Timestamp? { timeLimits.next }

    /// Notes until when a ticker that has been stored, released or armed again has to start.
    mutating func noteExpiry(of ref: Int32) {
        guard let instant = tickers[ref].row.expiryInstant else { return }
        note(TimeLimits.Entry(at: instant, subject: .ticker(tickers[ref].row.id, row: ref)))
    }

    /// Notes until when a workflow that has just been stored has to end.
    mutating func noteDeadline(of workflow: Int32, _ deadline: WorkflowOptions.Deadline, now: Timestamp) {
        let instant: Timestamp
        switch deadline {
        case .after(let duration): instant = now.advanced(by: duration)
        case .at(let asked): instant = asked
        }
        let (name, options) = (workflows[workflow].name, workflows[workflow].options?.options ?? .none)
        workflows[workflow].options = WorkflowOptionsBox(name: name, options: options, deadline: instant)
        noteChange(ofWorkflow: workflow)
        note(TimeLimits.Entry(at: instant, subject: .workflow(workflowID(ofWorkflow: workflow), row: workflow)))
    }

    mutating func note(_ entry: TimeLimits.Entry) {
        earliestLimit = min(earliestLimit ?? entry.at, entry.at)
        var limits = timeLimits
        timeLimits = TimeLimits()
        limits.insert(entry) { isCurrent($0) }
        timeLimits = limits
    }

    private func isCurrent(_ entry: TimeLimits.Entry) -> Bool {
        switch entry.subject {
        case .ticker(let id, let ref):
            return tickers.isUsed(ref) && tickers[ref].row.id == id && tickers[ref].row.expiryInstant == entry.at
        case .workflow(let id, let workflow):
            return workflows.isUsed(workflow) && workflowID(ofWorkflow: workflow) == id && workflows[workflow].open > 0
        }
    }
}

extension TickerRow {
    /// The instant by which it has to have started; `nil` when it has started or ended, or nothing presses.
    package var expiryInstant: Timestamp? {
        guard let expiry = spec.expiry, !hasStarted, !isRetriedByHand else { return nil }
        switch (expiry, state) {
        case (.at(let instant), .waiting), (.at(let instant), .scheduled):
            return instant
        case (.afterDue(let duration), .scheduled):
            return max(due, releasedAt).advanced(by: duration)
        case (_, .waiting), (_, .scheduled), (_, .running), (_, .retrying), (_, .succeeded), (_, .failed),
            (_, .cancelled), (_, .skipped):
            return nil
        }
    }
}
