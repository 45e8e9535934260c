/// Snapshots for callers, and the removal of what is no longer kept.
extension TickerTable {
    package func snapshot(of ref: Int32, now: Timestamp) -> Ticker {
        var ticker = Ticker(tickers[ref].row, workflowID: workflowID(of: ref), now: now)
        ticker.metadata = metadata(of: ref) ?? [:]
        var cursor = firstParentEdge(of: ref)
        while let edge = cursor {
            let parent = TickerParent(
                tickers[edges[edge].parent].row.id,
                when: edges[edge].row.condition,
                onParentFailure: edges[edge].row.onParentFailure
            )
            ticker.parents.append(parent)
            cursor = nextParentEdge(after: edge)
        }
        return ticker
    }

    @inline(__always)
    func metadata(of ref: Int32) -> [String: String]? { metadata.isEmpty ? nil : metadata[ref] }

    package func explanation(of ref: Int32, now: Timestamp) -> TickerExplanation {
        let culprit = tickers[ref].row.reason?.culprit.flatMap { index(of: $0) }
        return explanation(
            of: ref,
            snapshot: snapshot(of: ref, now: now),
            reasons: pendingReasons(of: ref),
            culprit: culprit.map { tickers[$0].row.spec.function },
            now: now
        )
    }

    /// What the table knows of why a due ticker has not been claimed.
    private func pendingReasons(of ref: Int32) -> [PendingReason] {
        let spec = tickers[ref].row.spec
        var reasons: [PendingReason] = []
        if lanes.paused.contains(spec.queue) { reasons.append(.queuePaused(spec.queue)) }
        if awaitsPlace(ref), let key = spec.limitKey { reasons.append(.limitKeyTaken(key.key)) }
        return reasons
    }

    package func members(of workflow: Int32) -> [Int32] {
        var members: [Int32] = []
        var cursor = workflows[workflow].first
        while cursor != .none {
            members.append(cursor)
            cursor = tickers[cursor].nextInWorkflow
        }
        return members
    }

    package func summary(of workflow: Int32, now: Timestamp) -> WorkflowSummary {
        let row = workflows[workflow]
        var summary = WorkflowSummary(
            id: WorkflowID(first: tickers[row.first].row.id),
            name: row.name,
            createdAt: row.createdAt,
            endedAt: row.open == 0 ? row.endedAt : nil,
            tickers: members(of: workflow).map { snapshot(of: $0, now: now) }
        )
        summary.deadline = row.options?.deadline
        return summary
    }

    /// Removes ended workflows beyond `retention`, the longest ended first. O(removed).
    package mutating func removeEnded(beyond retention: Retention, now: Timestamp) {
        while let first = removable.first {
            if workflows.isUsed(first.workflow), workflows[first.workflow].removableSince == first.since {
                let isTooOld = now.since(first.since) > retention.age
                guard isTooOld || removableCount > retention.count else { return }
                remove(first.workflow)
                removableCount -= 1
            }
            // An entry that is not current has got children since; another one follows when these have ended.
            _ = removable.popFirst()
        }
    }

    private mutating func remove(_ workflow: Int32) {
        untie(workflow)
        forget(workflow)
    }

    /// Drops the rows of a workflow that nothing outside of it refers to.
    mutating func forget(_ workflow: Int32) {
        var member = workflows[workflow].first
        while member != .none {
            let ref = member
            member = tickers[ref].nextInWorkflow
            removeRow(ref)
        }
        workflows.remove(workflow)
    }

    private mutating func removeRow(_ ref: Int32) {
        var cursor = firstChildEdge(of: ref)
        while let edge = cursor {
            cursor = nextChildEdge(after: edge)
            edges.remove(edge)
        }
        let (id, next) = (tickers[ref].row.id, tickers[ref].links.next)
        byID.remove(id, row: ref)
        if !metadata.isEmpty { metadata[ref] = nil }
        if isListing { byAge.remove(ref, id: id, next: next == .none ? nil : tickers[next].row.id, in: &tickers) }
        count(-1, in: tickers[ref].row.state, of: tickers[ref].workflow)
        leaveQueues(ref)
        tickers.remove(ref)
    }

    /// Takes the edges to tickers elsewhere out of their chains there. Edges within go with their parents, and need no
    /// unlinking: a join of many would search its chain for each of them.
    private mutating func untie(_ workflow: Int32) {
        var member = workflows[workflow].first
        while member != .none {
            let ref = member
            member = tickers[ref].nextInWorkflow
            var cursor = firstParentEdge(of: ref)
            while let edge = cursor {
                cursor = nextParentEdge(after: edge)
                if tickers[edges[edge].parent].workflow != workflow { unlinkFromParent(edge) }
            }
            cursor = firstChildEdge(of: ref)
            while let edge = cursor {
                cursor = nextChildEdge(after: edge)
                if tickers[edges[edge].child].workflow != workflow { unlinkFromChild(edge) }
            }
        }
    }

    private mutating func unlinkFromParent(_ edge: Int32) {
        let parent = edges[edge].parent
        var previous = Int32.none
        var cursor = tickers[parent].firstChildEdge
        while cursor != edge {
            previous = cursor
            cursor = edges[cursor].nextOfParent
        }
        let next = edges[edge].nextOfParent
        if previous == .none { tickers[parent].firstChildEdge = next } else { edges[previous].nextOfParent = next }
        if tickers[parent].lastChildEdge == edge { tickers[parent].lastChildEdge = previous }
        edges.remove(edge)
    }

    private mutating func unlinkFromChild(_ edge: Int32) {
        let child = edges[edge].child
        var previous = Int32.none
        var cursor = tickers[child].firstParentEdge
        while cursor != edge {
            previous = cursor
            cursor = edges[cursor].nextOfChild
        }
        let next = edges[edge].nextOfChild
        if previous == .none { tickers[child].firstParentEdge = next } else { edges[previous].nextOfChild = next }
        if tickers[child].lastParentEdge == edge { tickers[child].lastParentEdge = previous }
    }
}

extension Ticker {
    /// A row as callers see it, without its parents and its metadata.
    package init(_ row: TickerRow, workflowID: WorkflowID, now: Timestamp) {
        self.init(
            id: row.id,
            workflowID: workflowID,
            spec: row.spec,
            status: row.state.status(due: row.due, now: now),
            createdAt: row.createdAt
        )
        attempts = Int(row.attempts)
        maxAttempts = Int(row.maxAttempts)
        due = row.visibleDue
        if row.hasStarted { startedAt = row.startedAt }
        if row.state.isEnd {
            endedAt = row.endedAt
            reason = row.reason
        }
        failure = row.failure?.failure
        progress = row.progress?.progress
        isInAttempt = row.latestAttempt != nil
        if let log = row.log {
            earlierAttempts = log.attempts
            earlierDropped = log.dropped
        }
    }
}

/// How long ended workflows stay readable. Both bounds hold: what is too old goes, and so does what is too many.
public struct Retention: Sendable, Hashable {
    /// How long a workflow is kept at most after it ended and no open child in another workflow needs it.
    public var age: Duration
    /// How many ended workflows are kept at most.
    public var count: Int

    /// An hour, 10,000 workflows: what a store in memory keeps unless told otherwise.
    public static let memoryDefault = Retention(age: .seconds(3_600), count: 10_000)

    /// Bounds on age and number.
    public init(age: Duration, count: Int) {
        self.age = age
        self.count = count
    }
}
