/// What a workflow's failure policy makes of a ticker that failed.
extension TickerTable {
    /// Stops the workflows in which a ticker has failed since it was last asked, as far as they want that.
    ///
    /// What is below the failed ticker has been judged by its conditions and is left alone: that is where the branch is that
    /// deals with the failure. O(tickers + edges) per workflow that has such a policy.
    package mutating func stopFailedWorkflows(now: Timestamp) {
        while let failed = failures.popLast() {
            guard let policy = workflows[tickers[failed].workflow].options?.options.onFailure else { continue }
            let includingStarted: Bool
            switch policy {
            case .letRun: continue
            case .cancelUnstarted: includingStarted = false
            case .cancelAll: includingStarted = true
            }
            let spared = Set(descendants(of: failed, addedByHandlers: true))
            let reason = EndReason.workflowFailed(tickers[failed].row.id)
            // Children before parents: otherwise an `.onCancelled` child would be released only to be cancelled next.
            for ref in members(of: tickers[failed].workflow).reversed() {
                let row = tickers[ref].row
                guard !row.state.isEnd, includingStarted || !row.hasStarted, !spared.contains(ref) else { continue }
                _ = cancelled(ref, reason: reason, now: now)
            }
        }
    }
}
