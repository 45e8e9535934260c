/// The starts that a rate limit still counts: no stretch of its period, however it is laid, has more than it allows.
///
/// Each start is remembered for the period, so the bound is exact; a bucket that refills would let through twice as many
/// around its edges. A start and one that comes a whole period later are in no common stretch.
package struct SlidingWindow: Sendable {
    package let limit: RateLimit
    private var starts = Deque<MonotonicInstant>()

    package init(_ limit: RateLimit) {
        self.limit = limit
    }

    /// How many starts are allowed at `now`. Amortised O(1).
    package mutating func room(at now: MonotonicInstant) -> Int {
        while let first = starts.first, first.advanced(by: limit.period) <= now { _ = starts.popFirst() }
        return limit.count - starts.count
    }

    /// Something has started that ``room(at:)`` allowed.
    package mutating func started(at now: MonotonicInstant) {
        starts.append(now)
    }

    /// When the next start is allowed: `now`, or when the oldest of as many as are allowed is a period old. Amortised O(1).
    package mutating func nextStart(at now: MonotonicInstant) -> MonotonicInstant {
        guard room(at: now) <= 0, let first = starts.first else { return now }
        return first.advanced(by: limit.period)
    }
}
