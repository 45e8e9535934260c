extension Dispatcher {
    /// What of the dispatcher keeps a due ticker from being claimed.
    package func pendingReasons(function: String, queue: String) -> [PendingReason] {
        state.pendingReasons(function: function, queue: queue)
    }
}

extension DispatchState {
    /// Why nothing of this function in this queue could be claimed now; empty when there is room for it. O(limits).
    package func pendingReasons(function: String, queue: String) -> [PendingReason] {
        guard !isDraining else { return [.schedulerStopped] }
        guard let request = claimPlanned() else { return [.schedulerFull] }
        var reasons: [PendingReason] = []
        if let room = request.queueRoom[queue], room <= 0 { reasons.append(.queueFull(queue)) }
        let limit = request.functionRoom.first { $0.names.contains(function) }
        if let limit, limit.room <= 0 { reasons.append(.functionFull(function)) }
        return reasons
    }
}
