/// Release, skip and cascade: what becomes of children when a parent has become something.
extension RuleTable where Self: ~Copyable {
    /// Takes in a ticker whose edges have just been stored: releases it if its parents, or their absence, allow it.
    ///
    /// Call it for parents before children. O(parents), and O(descendants) where something is skipped.
    package mutating func admit(_ ref: TickerRef, now: Timestamp) {
        var settled = Settlement(first: nil as TickerRef?)
        var cursor = firstParentEdge(of: ref)
        while let edge = cursor {
            let judgement = judge(edge, child: ref)
            apply(judgement, to: ref, because: parent(of: edge), now: now, settlement: &settled)
            cursor = nextParentEdge(after: edge)
        }
        if firstParentEdge(of: ref) == nil { release(ref, now: now) }
        drain(&settled, now: now)
    }

    /// Judges the children of a ticker that has just started or ended, and theirs, until nothing changes.
    ///
    /// A loop over a queue, not a recursion: a chain of a million is skipped on any stack. O(descendants touched).
    package mutating func settle(_ ref: TickerRef, now: Timestamp) {
        guard firstChildEdge(of: ref) != nil else { return }
        var settlement = Settlement(first: ref)
        drain(&settlement, now: now)
    }

    /// What the edges of a child that is about to be stored say of parents that are stored already; `nil` while
    /// nothing they say decides, else the first parent that makes it impossible.
    package func obstacle(
        to edges: [(parent: TickerRef, edge: EdgeRow)],
        tally: EdgeTally
    ) -> TickerRef? {
        var tally = tally
        for (parent, edge) in edges {
            switch tally.count(edge.judged(self[ticker: parent].phase)) {
            case .wait: continue
            case .release: return nil
            case .skip, .fail: return parent
            }
        }
        return nil
    }

    /// Takes back the children that the handler of the present attempt added and that still wait, with all below them.
    package mutating func withdrawChildren(addedByAttemptsOf ref: TickerRef, now: Timestamp) {
        var settlement = Settlement(first: nil as TickerRef?)
        let reason = EndReason.withdrawn(self[ticker: ref].id)
        var cursor = firstChildEdge(of: ref)
        while let edge = cursor {
            cursor = nextChildEdge(after: edge)
            let child = child(of: edge)
            guard self[edge: edge].addedByAttempt != nil, self[ticker: child].state == .waiting else { continue }
            self[edge: edge].verdict = .never
            end(child, as: .skipped, reason: reason, now: now)
            settlement.queue.append(child)
        }
        drain(&settlement, now: now)
    }

    /// Ends a ticker and leaves its children to ``settle(_:now:)``.
    package mutating func end(_ ref: TickerRef, as state: TickerState, reason: EndReason?, now: Timestamp) {
        let old = self[ticker: ref].state
        self[ticker: ref].go(to: state)
        self[ticker: ref].reason = reason
        self[ticker: ref].endedAt = now
        stateChanged(of: ref, from: old, now: now)
    }

    private mutating func drain(_ settlement: inout Settlement<TickerRef>, now: Timestamp) {
        while let parent = settlement.next() {
            var cursor = firstChildEdge(of: parent)
            while let edge = cursor {
                cursor = nextChildEdge(after: edge)
                let child = child(of: edge)
                let judgement = judge(edge, child: child)
                apply(judgement, to: child, because: parent, now: now, settlement: &settlement)
            }
        }
    }

    /// Asks one undecided edge and counts what it says; `wait` for everything that changes nothing.
    private mutating func judge(_ edge: EdgeRef, child: TickerRef) -> JoinJudgement {
        guard self[edge: edge].verdict == .wait else { return .wait }
        let verdict = self[edge: edge].judged(self[ticker: parent(of: edge)].phase)
        guard verdict != .wait else { return .wait }
        self[edge: edge].verdict = verdict
        let judgement = self[ticker: child].tally.count(verdict)
        return self[ticker: child].state == .waiting ? judgement : .wait
    }

    private mutating func apply(
        _ judgement: JoinJudgement,
        to child: TickerRef,
        because parent: TickerRef,
        now: Timestamp,
        settlement: inout Settlement<TickerRef>
    ) {
        switch judgement {
        case .wait:
            return
        case .release:
            release(child, now: now)
        case .skip:
            end(child, as: .skipped, reason: skipReason(parent), now: now)
            settlement.queue.append(child)
        case .fail:
            self[ticker: child].failure = inheritedFailure(of: parent)
            end(child, as: .failed, reason: .parentFailed(self[ticker: parent].id), now: now)
            settlement.queue.append(child)
        }
    }

    private mutating func release(_ ref: TickerRef, now: Timestamp) {
        let old = self[ticker: ref].state
        self[ticker: ref].release(now: now)
        stateChanged(of: ref, from: old, now: now)
    }

    private func skipReason(_ parent: TickerRef) -> EndReason {
        let row = self[ticker: parent]
        switch row.phase {
        case .notStarted, .started:
            preconditionFailure("ticker \(row.id) is \(row.phase) and decides nothing")
        case .succeeded: return .parentSucceeded(row.id)
        case .failed: return .parentFailed(row.id)
        case .cancelledAfterStart, .cancelledBeforeStart: return .parentCancelled(row.id)
        case .skipped: return .parentSkipped(row.id)
        case .withdrawn: return .withdrawn(row.id)
        }
    }

    private func inheritedFailure(of parent: TickerRef) -> FailureBox? {
        guard var failure = self[ticker: parent].failure?.failure else { return nil }
        failure.kind = .parentFailed
        return FailureBox(failure)
    }
}

/// Tickers whose children are still to be judged, first come first served.
private struct Settlement<Ref> {
    /// The one that began it: most settlements have no other, and need no array.
    private var first: Ref?
    var queue: [Ref] = []
    private var head = 0

    init(first: Ref?) {
        self.first = first
    }

    mutating func next() -> Ref? {
        if let first = first.take() { return first }
        guard head < queue.count else { return nil }
        defer { head += 1 }
        return queue[head]
    }
}
