/// What is in flight, and so what may still be claimed: credits per scheduler, queue and function.
package struct DispatchState: Sendable {
    private let maxConcurrent: Int
    private let serving: Set<String>
    private let functionLimits: [String: Int]
    private let queueLimits: [String: Int]
    package private(set) var inFlight = 0
    private var perFunction: [String: Int] = [:]
    private var perQueue: [String: Int] = [:]
    package private(set) var isDraining = false
    /// Runs that were cancelled while a claim was under way, so that the pool may not have known them yet.
    private var cancelledMeanwhile: [TickerLease] = []
    private var isClaiming = false

    package init(maxConcurrent: Int, serving: Set<String>, functionLimits: [String: Int], queueLimits: [String: Int]) {
        self.maxConcurrent = maxConcurrent
        self.serving = serving
        self.functionLimits = functionLimits
        self.queueLimits = queueLimits
    }

    package var hasRoom: Bool { !isDraining && !serving.isEmpty && inFlight < maxConcurrent }

    /// What to ask the store for; `nil` while nothing could be started.
    package mutating func claimPlanned() -> ClaimRequest? {
        guard hasRoom else { return nil }
        isClaiming = true
        var request = ClaimRequest(limit: maxConcurrent - inFlight, serving: serving)
        for (name, limit) in functionLimits { request.functionRoom[name] = limit - perFunction[name, default: 0] }
        for (name, limit) in queueLimits { request.queueRoom[name] = limit - perQueue[name, default: 0] }
        return request
    }

    package mutating func runsClaimed(_ runs: [ClaimedRun]) {
        inFlight += runs.count
        guard !functionLimits.isEmpty || !queueLimits.isEmpty else { return }
        for run in runs { count(run.spec, 1) }
    }

    package mutating func runsFinished(_ runs: [FinishedRun]) {
        inFlight -= runs.count
        guard !functionLimits.isEmpty || !queueLimits.isEmpty else { return }
        for run in runs { count(run.spec, -1) }
    }

    /// The pool has what was claimed; returns the cancellations that it may have missed.
    package mutating func claimHandedOver() -> [TickerLease] {
        isClaiming = false
        defer { cancelledMeanwhile = [] }
        return cancelledMeanwhile
    }

    package mutating func runCancelled(_ lease: TickerLease) {
        if isClaiming { cancelledMeanwhile.append(lease) }
    }

    package mutating func drainBegan() { isDraining = true }

    private mutating func count(_ spec: TickerSpec, _ change: Int) {
        if functionLimits[spec.function] != nil { perFunction[spec.function, default: 0] += change }
        if queueLimits[spec.queue] != nil { perQueue[spec.queue, default: 0] += change }
    }

    package func checkInvariants() {
        precondition(inFlight >= 0 && inFlight <= maxConcurrent, "\(inFlight) of \(maxConcurrent) runs are in flight")
        for (name, count) in perFunction { precondition(count >= 0, "\(count) runs of \(name) are in flight") }
        for (name, count) in perQueue { precondition(count >= 0, "\(count) runs of queue \(name) are in flight") }
    }
}
