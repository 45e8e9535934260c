/// How a workflow stands as a whole.
public enum WorkflowStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// A ticker has not ended.
    case running
    /// All ended, none failed or was cancelled.
    case succeeded
    /// All ended, and each failure was handled: a child that runs on failure succeeded.
    case recovered
    /// All ended, and a failure was not handled.
    case failed
    /// All ended, a ticker was cancelled, and every failure was handled.
    case cancelled
}

extension WorkflowSummary {
    /// How it stands as a whole. O(tickers + edges).
    public var status: WorkflowStatus {
        guard tickers.allSatisfy(\.status.isEnd) else { return .running }
        let failed = tickers.filter { $0.status == .failed }
        let handled = handledFailures
        guard failed.allSatisfy({ handled.contains($0.id) }) else { return .failed }
        if tickers.contains(where: { $0.status == .cancelled }) { return .cancelled }
        return failed.isEmpty ? .succeeded : .recovered
    }

    /// The failed tickers with a child that runs on failure and succeeded, or failed and was itself handled.
    private var handledFailures: Set<TickerID> {
        var failed: Set<TickerID> = []
        for ticker in tickers where ticker.status == .failed { failed.insert(ticker.id) }
        guard !failed.isEmpty else { return [] }
        var handled: Set<TickerID> = []
        // Children stand after their parents, so a walk from the end knows of each child before it asks for its parents.
        for child in tickers.reversed() {
            guard child.status == .succeeded || handled.contains(child.id) else { continue }
            for parent in child.parents
            where failed.contains(parent.id) && parent.condition.takesFailure(parent.onParentFailure) {
                handled.insert(parent.id)
            }
        }
        return handled
    }
}

extension RunCondition {
    /// Whether a child under this condition and `policy` takes care of its parent's failure.
    package func takesFailure(_ policy: ParentFailurePolicy) -> Bool {
        switch policy {
        case .runNow, .fail: return true
        case .byCondition: break
        }
        switch self {
        case .onFailure, .onFailureOrCancelled, .onCompletion, .always: return true
        case .onSuccess, .onCancelled, .inProgress: return false
        }
    }
}
