/// When runs are to be stopped and when stopped ones are given up, the earliest first.
package struct Deadlines {
    package enum Kind: Sendable, Hashable {
        /// The attempt's timeout.
        case timeout
        /// The end of the time a stopped handler has to come back.
        case comeBack
        /// The end of the grace of a shutdown.
        case grace
    }

    package struct Deadline: Comparable {
        package let at: MonotonicInstant
        package let kind: Kind
        /// The run; `nil` for the grace, which is everybody's.
        package let run: ClaimedRun?

        package init(at: MonotonicInstant, kind: Kind, run: ClaimedRun?) {
            self.at = at
            self.kind = kind
            self.run = run
        }

        package static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
        package static func == (left: Deadline, right: Deadline) -> Bool { left.at == right.at }
    }

    private var heap = Heap<Deadline>()
    private var sweepAt = 64

    package init() {}

    package var next: MonotonicInstant? { heap.first?.at }

    /// O(log n). Deadlines of runs that ended long before are swept out by ``sweep(present:)``.
    package mutating func insert(_ deadline: Deadline) { heap.insert(deadline) }

    /// Whether there are so many that most must be of ended runs.
    package var needsSweep: Bool { heap.count >= sweepAt }

    /// Forgets the deadlines of runs that are not among `present`. O(n), amortised O(1) per insert.
    package mutating func sweep(present: Set<UInt64>) {
        heap.removeAll { deadline in
            guard let run = deadline.run else { return false }
            return !present.contains(run.lease.token)
        }
        sweepAt = max(64, heap.count * 2)
    }

    /// The deadlines that have come by `now`, the earliest first.
    package mutating func reached(by now: MonotonicInstant) -> [Deadline] {
        var reached: [Deadline] = []
        while let first = heap.first, first.at <= now {
            reached.append(first)
            _ = heap.popFirst()
        }
        return reached
    }
}
