/// When to look whether the cooperative pool stands still, and whether it does: the decisions of ``StallWatch``.
///
/// A probe is a task that does nothing but run. When one has not run for a while although runs are under way, every
/// thread of the pool is held by something that does not suspend.
package struct StallState: Sendable {
    package enum Action: Sendable, Hashable {
        /// Look again after a while.
        case nothing
        /// Start a probe, and look again after a while.
        case probe
        /// The pool has stood still since this instant; look again after a while.
        case report(since: MonotonicInstant)
        /// Nothing runs: sleep until something does.
        case rest
    }

    /// How long a probe may take to run.
    private let patience: Duration
    /// How often in a row nothing was running.
    private var idleLooks = 0
    /// When the probe that has not run was started.
    private var probedAt: MonotonicInstant?

    package init(patience: Duration) {
        self.patience = patience
    }

    /// Looks once.
    ///
    /// - Parameters:
    ///   - isBusy: Whether runs are under way.
    ///   - hasProbeRun: Whether the latest probe has run.
    package mutating func looked(isBusy: Bool, hasProbeRun: Bool, now: MonotonicInstant) -> Action {
        if hasProbeRun { probedAt = nil }
        guard isBusy else {
            idleLooks += 1
            // A few more looks, so that one ticker now and then does not wake the thread each time.
            return idleLooks > 3 && probedAt == nil ? .rest : .nothing
        }
        idleLooks = 0
        guard let probedAt else {
            self.probedAt = now
            return .probe
        }
        return now.since(probedAt) >= patience ? .report(since: probedAt) : .nothing
    }
}
