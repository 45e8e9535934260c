/// What is in flight, and so what may still be claimed: credits per scheduler, queue and function.
package struct DispatchState: Sendable {
    private let maxConcurrent: Int
    private let serving: Set<String>
    /// What each limit leaves; a function's names share one.
    private var functionRoom: [FunctionLimit]
    private let limitOfFunction: [String: Int]
    private var queueRoom: [String: Int]
    package private(set) var inFlight = 0
    package private(set) var isDraining = false

    package init(
        maxConcurrent: Int,
        serving: Set<String>,
        functionLimits: [FunctionLimit],
        queueLimits: [String: Int]
    ) {
        self.maxConcurrent = maxConcurrent
        self.serving = serving
        functionRoom = functionLimits
        queueRoom = queueLimits
        var limitOfFunction: [String: Int] = [:]
        for (index, limit) in functionLimits.enumerated() {
            for name in limit.names { limitOfFunction[name] = index }
        }
        self.limitOfFunction = limitOfFunction
    }

    package var hasRoom: Bool { !isDraining && !serving.isEmpty && inFlight < maxConcurrent }

    /// What to ask the store for; `nil` while nothing could be started.
    ///
    /// - Parameter evenWithoutRoom: Asks for no runs then: the claim only ends what has run out of time.
    package func claimPlanned(evenWithoutRoom: Bool = false) -> ClaimRequest? {
        guard hasRoom || (evenWithoutRoom && !isDraining) else { return nil }
        return ClaimRequest(
            limit: maxConcurrent - inFlight,
            serving: serving,
            functionRoom: functionRoom,
            queueRoom: queueRoom
        )
    }

    package mutating func runsClaimed(_ runs: [ClaimedRun]) {
        inFlight += runs.count
        for run in runs { changeRoom(of: run.spec, by: -1) }
    }

    package mutating func runsFinished(_ runs: [FinishedRun]) {
        inFlight -= runs.count
        for run in runs { changeRoom(of: run.spec, by: 1) }
    }

    package mutating func drainBegan() { isDraining = true }

    private mutating func changeRoom(of spec: TickerSpec, by change: Int) {
        if !limitOfFunction.isEmpty, let limit = limitOfFunction[spec.function] { functionRoom[limit].room += change }
        if !queueRoom.isEmpty, let room = queueRoom[spec.queue] { queueRoom[spec.queue] = room + change }
    }

    package func checkInvariants() {
        precondition(inFlight >= 0 && inFlight <= maxConcurrent, "\(inFlight) of \(maxConcurrent) runs are in flight")
        for limit in functionRoom { precondition(limit.room >= 0, "\(limit.names) has room for \(limit.room) runs") }
        for (name, room) in queueRoom { precondition(room >= 0, "queue \(name) has room for \(room) runs") }
    }
}
