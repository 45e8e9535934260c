/// Retry by hand: a ticker is run again because someone decided so, and everything below it is judged anew.
extension RuleTable where Self: ~Copyable {
    /// Runs a ticker again at once, whatever its parents said, and puts its descendants back to waiting.
    ///
    /// One more attempt is granted when they are used up. Children that a handler added belong to the attempt that added
    /// them: they are not armed again, and those that still wait are withdrawn. O(descendants + their edges).
    package mutating func retry(_ ref: TickerRef, now: Timestamp) -> RetryResult {
        let state = self[ticker: ref].state
        switch state {
        case .waiting, .scheduled, .running, .succeeded: return .refused
        case .retrying, .failed, .cancelled, .skipped: break
        }
        let all = walk(below: ref, addedByHandlers: true)
        guard !all.found.contains(where: { self[ticker: $0].state == .running }) else {
            return .refusedByRunningDescendant
        }
        let below = all.hasAdded ? descendants(of: ref, addedByHandlers: false) : all.found
        withdrawChildren(addedByAttemptsOf: ref, now: now)
        for descendant in below where self[ticker: descendant].state != .waiting {
            withdrawChildren(addedByAttemptsOf: descendant, now: now)
            let old = self[ticker: descendant].state
            self[ticker: descendant].rearm()
            stateChanged(of: descendant, from: old, now: now)
        }
        self[ticker: ref].grantAnotherRun(now: now)
        stateChanged(of: ref, from: state, now: now)
        for descendant in below { recount(descendant) }
        for descendant in below where self[ticker: descendant].state == .waiting { admit(descendant, now: now) }
        return .retried
    }

    /// The tickers below `ref` in the order in which a walk by levels meets them, with or without those that handlers added.
    package func descendants(of ref: TickerRef, addedByHandlers: Bool) -> [TickerRef] {
        walk(below: ref, addedByHandlers: addedByHandlers).found
    }

    /// The same, and whether handlers have added any of them.
    private func walk(below ref: TickerRef, addedByHandlers: Bool) -> (found: [TickerRef], hasAdded: Bool) {
        var hasAdded = false
        var found: [TickerRef] = []
        var seen: Set<TickerRef> = [ref]
        var next = 0
        var parent = ref
        while true {
            var cursor = firstChildEdge(of: parent)
            while let edge = cursor {
                cursor = nextChildEdge(after: edge)
                if self[edge: edge].addedByAttempt != nil {
                    guard addedByHandlers else { continue }
                    hasAdded = true
                }
                let child = child(of: edge)
                if seen.insert(child).inserted { found.append(child) }
            }
            guard next < found.count else { return (found, hasAdded) }
            parent = found[next]
            next += 1
        }
    }

    /// Forgets what the edges of a ticker have said; it is asked again when it is admitted.
    private mutating func recount(_ ref: TickerRef) {
        self[ticker: ref].tally.saidRun = 0
        self[ticker: ref].tally.saidNever = 0
        var cursor = firstParentEdge(of: ref)
        while let edge = cursor {
            cursor = nextParentEdge(after: edge)
            self[edge: edge].verdict = .wait
        }
    }
}

/// What a retry by hand did.
package enum RetryResult: Sendable, Hashable {
    case retried
    /// Its state does not allow it.
    case refused
    /// A ticker below it is running.
    case refusedByRunningDescendant
}
