extension Dispatcher {
    /// What of the dispatcher keeps a due ticker from being claimed.
    package func pendingReasons(function: String, queue: String, now: MonotonicInstant) -> [PendingReason] {
        state.pendingReasons(function: function, queue: queue, now: now)
    }
}
