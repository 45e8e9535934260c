/// What a scheduler has done since it was made, as it stood at one moment.
///
/// An attempt is counted under what became of it when its end has been recorded. So at every moment each attempt that has
/// started is in flight or has been counted once: `started == inFlight + total.ended`.
public struct SchedulerMetrics: Sendable, Hashable {
    /// Tickers that were added by way of this scheduler, by callers and handlers.
    public var added = 0
    /// Attempts that have begun.
    public var started = 0
    /// Attempts under way: begun, and their end not recorded.
    public var inFlight = 0
    /// Handlers that did not come back after they were told to stop, and whose ends were recorded without them.
    public var stuck = 0
    /// Results that came in when their attempt was over, those of stuck handlers included, and were refused.
    public var lateResults = 0
    /// How often the store refused to record ends or to hand out attempts.
    public var storeFailures = 0
    /// What became of the attempts of each function that has had any, under the name with which it is registered.
    public var functions: [String: RunMetrics] = [:]

    /// Nothing counted.
    public init() {}

    /// What became of the attempts of all functions. O(functions × buckets).
    public var total: RunMetrics {
        functions.values.reduce(into: RunMetrics()) { $0.merge($1) }
    }

    /// What has been counted since `earlier`, an older answer of the same scheduler; `inFlight` stays as it is now.
    /// O(functions × buckets).
    ///
    /// Anything else than an older answer is a mistake in the program and stops it.
    public func since(_ earlier: SchedulerMetrics) -> SchedulerMetrics {
        var difference = self
        difference.added -= earlier.added
        difference.started -= earlier.started
        difference.stuck -= earlier.stuck
        difference.lateResults -= earlier.lateResults
        difference.storeFailures -= earlier.storeFailures
        for (name, before) in earlier.functions {
            guard let now = functions[name] else {
                preconditionFailure("metrics that know nothing of \(name) were asked for what came since some that do")
            }
            difference.functions[name] = now.since(before)
        }
        return difference
    }
}

/// What became of attempts, of one function or of all.
public struct RunMetrics: Sendable, Hashable {
    /// Attempts whose handler returned.
    public var succeeded = 0
    /// Attempts that failed and ended their ticker.
    public var failed = 0
    /// Attempts that failed and are followed by another.
    public var retried = 0
    /// Attempts that asked to be run again without being counted.
    public var snoozed = 0
    /// Attempts that were told to stop because their ticker was cancelled, and did.
    public var cancelled = 0
    /// Attempts that a shutdown gave back.
    public var givenBack = 0
    /// Attempts whose report came when they were over in the store.
    public var late = 0
    /// How many of all these took longer than their timeout.
    public var timedOut = 0
    /// From the instant at which an attempt was meant to run to its start. That instant is one of the wall clock: if this
    /// is set meanwhile, the time shows it, but never below zero.
    public var waiting = LatencyHistogram()
    /// From the start of an attempt to its end, middleware included; for those whose handler came back.
    public var running = LatencyHistogram()

    /// Nothing counted.
    public init() {}

    /// Attempts whose end has been recorded, whatever it was.
    public var ended: Int { succeeded + failed + retried + snoozed + cancelled + givenBack + late }

    /// Adds what `other` has counted. O(buckets).
    public mutating func merge(_ other: RunMetrics) {
        for count in Self.counts { self[keyPath: count] += other[keyPath: count] }
        waiting.merge(other.waiting)
        running.merge(other.running)
    }

    /// What has been counted since `earlier`, an older copy. O(buckets).
    public func since(_ earlier: RunMetrics) -> RunMetrics {
        var difference = self
        for count in Self.counts { difference[keyPath: count] -= earlier[keyPath: count] }
        difference.waiting = waiting.since(earlier.waiting)
        difference.running = running.since(earlier.running)
        return difference
    }

    private static var counts: [WritableKeyPath<RunMetrics, Int>] {
        [\.succeeded, \.failed, \.retried, \.snoozed, \.cancelled, \.givenBack, \.late, \.timedOut]
    }
}
