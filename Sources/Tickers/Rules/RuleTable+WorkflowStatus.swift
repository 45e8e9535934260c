extension RuleTable where Self: ~Copyable {
    /// How a workflow stands whose tickers have all ended, told from its rows as ``WorkflowSummary/status`` tells it from
    /// snapshots. O(1) where none failed, else O(members + their edges to parents).
    ///
    /// - Parameter members: Its tickers, the newest first, so that each stands before its parents.
    package func statusOfEnded(
        newestFirst members: some Sequence<TickerRef>,
        failed: Int,
        cancelled: Int
    ) -> WorkflowStatus {
        guard failed > 0 else { return cancelled > 0 ? .cancelled : .succeeded }
        var handled: Set<TickerID> = []
        var blamed: Set<TickerID> = []
        var isCancelled = false
        for member in members {
            let row = self[ticker: member]
            switch row.state {
            case .failed:
                guard handled.contains(row.id) else { return .failed }
            case .succeeded:
                break
            case .cancelled:
                // What was cancelled because of a failure that has been handled belongs to that failure.
                if case .workflowFailed(let id) = row.reason { blamed.insert(id) } else { isCancelled = true }
                continue
            case .waiting, .scheduled, .running, .retrying, .skipped:
                continue
            }
            noteHandled(by: member, in: &handled)
        }
        return isCancelled || !blamed.isSubset(of: handled) ? .cancelled : .recovered
    }

    /// Adds the failed parents of which this ticker takes care.
    private func noteHandled(by ref: TickerRef, in handled: inout Set<TickerID>) {
        var cursor = firstParentEdge(of: ref)
        while let edge = cursor {
            cursor = nextParentEdge(after: edge)
            let row = self[edge: edge]
            guard row.condition.takesFailure(row.onParentFailure) else { continue }
            let parent = self[ticker: parent(of: edge)]
            if parent.state == .failed { handled.insert(parent.id) }
        }
    }
}
