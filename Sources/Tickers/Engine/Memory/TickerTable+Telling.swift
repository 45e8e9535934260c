/// What those who listen to a store are told after a transaction.
extension TickerTable {
    /// Makes a change, drops what need not be kept any more, and tells those who listen.
    @inline(__always)
    mutating func transaction<Result>(
        heardBy audience: [any TickerStoreListener],
        keeping retention: Retention,
        now: Timestamp,
        _ change: (inout TickerTable) throws -> Result
    ) rethrows -> Result {
        listen(for: audience)
        defer {
            tellEnds(audience, now: now)
            removeEnded(beyond: retention, now: now)
            tellChanges(audience)
        }
        return try change(&self)
    }

    /// Begins to note what those who listen want to know.
    package mutating func listen(for audience: [any TickerStoreListener]) {
        (isJournaling, isNotingEnds) = (false, false)
        listenOn(for: audience)
        earliestQueued = nil
        earliestLimit = nil
        earliestRecurrence = nil
    }

    /// Goes on noting, in a transaction of several calls, for those who have come to listen since it began.
    package mutating func listenOn(for audience: [any TickerStoreListener]) {
        for listener in audience {
            if listener.wantsEvents { isJournaling = true }
            if listener.awaitsEnds { isNotingEnds = true }
        }
    }

    /// Tells of the ends that somebody waits for, while their rows are still there.
    package mutating func tellEnds(_ audience: [any TickerStoreListener], now: Timestamp) {
        guard isNotingEnds else { return }
        // What came later in the transaction may have run one again.
        for ref in ends where tickers[ref].row.state.isEnd {
            let id = tickers[ref].row.id
            for listener in audience where listener.awaits(id) {
                listener.ended(snapshot(of: ref, now: now), output: tickers[ref].output)
            }
        }
        ends.removeAll(keepingCapacity: true)
        for workflow in endedWorkflows where workflows[workflow].open == 0 {
            let id = workflowID(ofWorkflow: workflow)
            for listener in audience where listener.awaits(id) {
                listener.ended(summary(of: workflow, now: now))
            }
        }
        endedWorkflows.removeAll(keepingCapacity: true)
    }

    /// Tells of everything else: hints, attempts that are to stop, events.
    package mutating func tellChanges(_ audience: [any TickerStoreListener]) {
        if let due = earliestQueued {
            for listener in audience { listener.mayBeDue(from: due) }
        }
        if let limit = earliestLimit {
            for listener in audience { listener.mayRunOut(at: limit) }
        }
        if let next = earliestRecurrence {
            for listener in audience { listener.mayRecur(at: next) }
        }
        if !stops.isEmpty {
            let stops = takeStops()
            for listener in audience { listener.shouldStop(stops) }
        }
        guard !journal.isEmpty else { return }
        let events = journal
        journal.removeAll(keepingCapacity: true)
        for listener in audience where listener.wantsEvents { listener.happened(events) }
    }
}
