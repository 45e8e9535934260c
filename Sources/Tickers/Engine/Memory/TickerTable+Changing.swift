/// The rules, as the calls of a store need them: by lease, by workflow, with what has to be told afterwards.
extension TickerTable {
    /// Records attempts' ends, one after the other.
    mutating func finish(_ runs: [FinishedRun], now: Timestamp) -> [FinishResult] {
        var results: [FinishResult] = []
        results.reserveCapacity(runs.count)
        for index in runs.indices { results.append(finish(runs[index], now: now)) }
        return results
    }

    /// Records one attempt's end with its output, which its children may take as input in the same transaction.
    package mutating func finish(_ run: FinishedRun, now: Timestamp) -> FinishResult {
        guard let ref = index(of: run.lease) else { return .late }
        guard self[ticker: ref].lease == run.lease.token, self[ticker: ref].state == .running else { return .late }
        if case .succeeded(let output) = run.outcome { tickers[ref].output = output }
        var random = random
        defer { self.random = random }
        let result = finish(ref, lease: run.lease.token, outcome: run.outcome, now: now, random: &random)
        stopFailedWorkflows(now: now)
        return result
    }

    package func workflow(of id: WorkflowID) -> Int32? {
        guard let ref = index(of: id.first), workflows[tickers[ref].workflow].first == ref else { return nil }
        return tickers[ref].workflow
    }

    /// The attempts that have been told to stop since it was last asked.
    package mutating func takeStops() -> [TickerLease] {
        defer { stops.removeAll(keepingCapacity: true) }
        return stops
    }

    /// Cancels a ticker, and notes the attempt that is to stop when it is running.
    package mutating func cancelled(_ ref: Int32, reason: EndReason = .byRequest, now: Timestamp) -> CancelResult {
        let result = cancel(ref, reason: reason, now: now)
        if result == .requested {
            noteChange(of: ref, .any)
            stops.append(TickerLease(ticker: self[ticker: ref].id, token: self[ticker: ref].lease, row: ref))
        }
        return result
    }

    /// Children before parents: otherwise an `.onCancelled` child would be released only to be cancelled next.
    package mutating func cancelAll(
        in workflow: Int32,
        reason: EndReason = .byRequest,
        now: Timestamp
    ) -> [CancelResult] {
        var results: [CancelResult] = []
        for ref in members(of: workflow).reversed() where !self[ticker: ref].state.isEnd {
            results.append(cancelled(ref, reason: reason, now: now))
        }
        workflows[workflow].isBeingCancelled = workflows[workflow].open > 0
        noteChange(ofWorkflow: workflow)
        return results.reversed()
    }

    package mutating func cancelParents(of ref: Int32, includingStarted: Bool, now: Timestamp) -> [CancelResult] {
        var results: [CancelResult] = []
        for parent in parents(of: ref) {
            let row = self[ticker: parent]
            guard !row.state.isEnd, includingStarted || !row.hasStarted else { continue }
            results.append(cancelled(parent, now: now))
        }
        return results
    }

    /// Parents before children: what a retry has put back to waiting is not retried by itself.
    package mutating func retryFailed(in workflow: Int32, now: Timestamp) -> Int {
        var retried = 0
        for ref in members(of: workflow) {
            switch self[ticker: ref].state {
            case .failed, .cancelled:
                if retry(ref, now: now) == .retried { retried += 1 }
            case .waiting, .scheduled, .running, .retrying, .succeeded, .skipped:
                continue
            }
        }
        return retried
    }

    /// The parents of a ticker, each once, in the order of the edges.
    package func parents(of ref: Int32) -> [Int32] {
        var parents: [Int32] = []
        var seen: Set<Int32> = []
        var cursor = firstParentEdge(of: ref)
        while let edge = cursor {
            let parent = parent(of: edge)
            if seen.insert(parent).inserted { parents.append(parent) }
            cursor = nextParentEdge(after: edge)
        }
        return parents
    }

    /// Keeps what a handler reports.
    package mutating func reported(_ progress: TickerProgress, by ref: Int32) {
        tickers[ref].row.progress = ProgressBox(progress)
        noteChange(of: ref, .any)
    }

    /// The parents of a ticker with their outputs, in the order of the edges.
    package func parentResults(of ref: Int32, now: Timestamp) -> [ParentResult] {
        parents(of: ref).map { ParentResult(ticker: snapshot(of: $0, now: now), output: tickers[$0].output) }
    }

    /// A ticker's end and output.
    package func ending(of ref: Int32, now: Timestamp) -> TickerEnding {
        guard tickers[ref].row.state.isEnd else { return .notYet }
        return .ended(snapshot(of: ref, now: now), tickers[ref].output)
    }

    /// Runs a ticker again and arms its descendants, or says why not.
    package mutating func retried(_ ref: Int32, now: Timestamp) -> RetryAnswer {
        switch retry(ref, now: now) {
        case .retried: .retried
        case .refusedByRunningDescendant: .descendantRunning
        case .refused: .refused(snapshot(of: ref, now: now).status)
        }
    }

    /// Refuses to pause one queue more than may be paused.
    package func checkPausing(_ queue: String, _ isPaused: Bool) throws {
        let paused = lanes.paused
        guard isPaused, paused.count >= TickerLimits.pausedQueues, !paused.contains(queue) else { return }
        let sentence = "\(TickerLimits.pausedQueues) queues are paused, which is the most; resume one first."
        throw TickerError(.tooManyPausedQueues, sentence)
    }

    /// The row of the attempt under a lease.
    package func runningRow(_ lease: TickerLease) throws -> Int32 {
        guard let ref = index(of: lease), self[ticker: ref].lease == lease.token, self[ticker: ref].state == .running
        else {
            let sentence = "The attempt is over: it ended, timed out, was cancelled or was given up."
            throw TickerError(.attemptEnded, sentence, ticker: lease.ticker)
        }
        return ref
    }
}
