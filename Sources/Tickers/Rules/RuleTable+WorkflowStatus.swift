extension RuleTable {
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
        var handled: Set<TickerRef> = []
        for member in members {
            switch self[ticker: member].state {
            case .failed:
                guard handled.contains(member) else { return .failed }
            case .succeeded:
                break
            case .waiting, .scheduled, .running, .retrying, .cancelled, .skipped:
                continue
            }
            var cursor = firstParentEdge(of: member)
            while let edge = cursor {
                cursor = nextParentEdge(after: edge)
                let row = self[edge: edge]
                guard row.condition.takesFailure(row.onParentFailure) else { continue }
                let parent = parent(of: edge)
                if self[ticker: parent].state == .failed { handled.insert(parent) }
            }
        }
        return cancelled > 0 ? .cancelled : .recovered
    }
}
