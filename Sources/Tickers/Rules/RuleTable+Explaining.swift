/// The rule book's side of an explanation: what the edges have said, and what a ticker still waits for.
extension RuleTable where Self: ~Copyable {
    /// Explains a ticker by its rows. O(parents).
    ///
    /// - Parameters:
    ///   - snapshot: The ticker as callers see it.
    ///   - reasons: What the store knows of why a due ticker has not started.
    ///   - culprit: The function of the ticker that the end's reason names.
    package func explanation(
        of ref: TickerRef,
        snapshot: Ticker,
        reasons: [PendingReason],
        culprit: String?,
        now: Timestamp
    ) -> TickerExplanation {
        let row = self[ticker: ref]
        let answer: TickerExplanation.Answer =
            switch row.state {
            case .waiting: .waitsForParents(missing: row.tally.missing)
            case .scheduled, .retrying: row.due > now ? .waitsForDue(row.due) : .waitsForPlace(reasons)
            case .running: .runs(since: row.startedAt)
            case .succeeded, .failed, .cancelled, .skipped: .ended(row.reason, culprit: culprit)
            }
        var edges: [TickerExplanation.Edge] = []
        edges.reserveCapacity(Int(row.tally.edges))
        var cursor = firstParentEdge(of: ref)
        while let edge = cursor {
            cursor = nextParentEdge(after: edge)
            edges.append(explained(edge, now: now))
        }
        return TickerExplanation(ticker: snapshot, askedAt: now, answer: answer, edges: edges)
    }

    private func explained(_ edge: EdgeRef, now: Timestamp) -> TickerExplanation.Edge {
        let row = self[edge: edge]
        let parent = self[ticker: parent(of: edge)]
        let status = parent.state.status(due: parent.due, now: now)
        return TickerExplanation.Edge(
            parent: parent.id,
            function: parent.spec.function,
            status: status,
            due: status == .scheduled || status == .retrying ? parent.due : nil,
            condition: row.condition,
            onParentFailure: row.onParentFailure,
            word: row.verdict.word,
            askedAt: now
        )
    }
}

extension EdgeTally {
    /// How many edges have still to say `run`.
    package var missing: Int { Int(max(0, needed - saidRun)) }
}

extension EdgeVerdict {
    /// The verdict as callers see it.
    package var word: TickerExplanation.Word {
        switch self {
        case .wait: .open
        case .run, .runNow: .yes
        case .never, .fail: .no
        }
    }
}

extension EndReason {
    /// The ticker that the reason names.
    package var culprit: TickerID? {
        switch self {
        case .byRequest, .expired, .workflowDeadline: nil
        case .parentSucceeded(let id), .parentFailed(let id), .parentCancelled(let id), .parentSkipped(let id),
            .withdrawn(let id), .replaced(by: let id), .workflowFailed(let id):
            id
        }
    }
}
