/// What is in flight and what has started of late, and so what may still be claimed.
package struct DispatchState: Sendable {
    private let maxConcurrent: Int
    private let serving: Set<String>
    private var limits: [Limit] = []
    /// What the limits leave, in the same order; worked out for each claim.
    private var rooms = ClaimRooms()
    package private(set) var inFlight = 0
    package private(set) var isDraining = false
    /// Turns in a row after which there was room, and more work already.
    private var crowdedTurns = 0
    private var latestTurn = Duration.zero
    /// The longest of those that ended at the same time.
    private var latestRun = Duration.zero

    /// - Parameters:
    ///   - maxConcurrent: Runs at once.
    ///   - serving: The functions that may be claimed.
    ///   - functions: Functions with a limit; all names of one share it.
    ///   - queues: Queues with a limit.
    package init(
        maxConcurrent: Int,
        serving: Set<String>,
        functions: [FunctionLimit],
        queues: [String: QueueOptions]
    ) {
        self.maxConcurrent = maxConcurrent
        self.serving = serving
        for function in functions {
            rooms.limit(functions: function.names, to: 0)
            limits.append(Limit(function.options))
        }
        for (name, options) in queues where options != QueueOptions() {
            rooms.limit(queue: name, to: 0)
            limits.append(Limit(options))
        }
    }

    package var hasRoom: Bool { !isDraining && !serving.isEmpty && inFlight < maxConcurrent }

    /// What to ask the store for; `nil` while nothing could be started.
    ///
    /// - Parameter evenWithoutRoom: Asks for no runs then: the claim only ends what has run out of time.
    package mutating func claimPlanned(evenWithoutRoom: Bool = false, now: MonotonicInstant) -> ClaimRequest? {
        guard hasRoom || (evenWithoutRoom && !isDraining) else { return nil }
        for index in limits.indices { rooms.left[index] = limits[index].room(at: now) }
        return ClaimRequest(limit: maxConcurrent - inFlight, serving: serving, rooms: rooms)
    }

    /// Counts what has been claimed as started at `now`.
    ///
    /// - Returns: When a rate allows the next start of what the claim had to leave; `nil` when it left nothing, or nothing
    ///   that time alone will let start.
    package mutating func claimed(_ claim: Claim, now: MonotonicInstant) -> MonotonicInstant? {
        inFlight += claim.runs.count
        if !limits.isEmpty { for run in claim.runs { changeLimits(of: run.spec) { $0.started(at: now) } } }
        var next: MonotonicInstant?
        for heldBack in claim.heldBack {
            guard let start = nextStart(under: heldBack, now: now) else { continue }
            next = min(next ?? start, start)
        }
        return next
    }

    package mutating func runsFinished(_ runs: [FinishedRun]) {
        inFlight -= runs.count
        noteLengths(of: runs)
        if !limits.isEmpty { for run in runs { changeLimits(of: run.spec) { $0.ended() } } }
    }

    private mutating func noteLengths(of runs: [FinishedRun]) {
        guard !runs.isEmpty else { return }
        latestRun = .zero
        for run in runs {
            guard let times = run.times else { continue }
            latestRun = max(latestRun, times.ended.since(times.began))
        }
    }

    /// Counts runs as in flight again whose ends were not recorded after all.
    package mutating func runsReopened(_ runs: [FinishedRun]) {
        inFlight += runs.count
        if !limits.isEmpty { for run in runs { changeLimits(of: run.spec) { $0.reopened() } } }
    }

    /// Counts a turn of the dispatcher; `isMoreThere` says whether work came while it lasted.
    ///
    /// - Returns: Whether work keeps coming faster than it is claimed, although there is room. Not at the first time, which is a
    ///   second ticker right behind the first.
    package mutating func turnEnded(isMoreThere: Bool) -> Bool {
        crowdedTurns = isMoreThere && hasRoom ? crowdedTurns + 1 : 0
        return crowdedTurns > 1
    }

    /// Whether the latest turn and the latest runs took no longer than a brief wait and the waking of a thread: whoever waits for the
    /// other then does better to stay on its thread.
    package var isQuick: Bool { max(latestTurn, latestRun) <= Self.quick }

    private static let quick = Duration.microseconds(50)

    package mutating func turnTook(_ duration: Duration) { latestTurn = duration }

    package mutating func drainBegan() { isDraining = true }

    /// Why nothing of this function in this queue could be claimed now; empty when there is room for it. O(1).
    package mutating func pendingReasons(
        function: String,
        queue: String,
        now: MonotonicInstant
    ) -> [PendingReason] {
        guard !isDraining else { return [.schedulerStopped] }
        guard inFlight < maxConcurrent else { return [.schedulerFull] }
        var reasons: [PendingReason] = []
        let own = rooms.limits(function: function, queue: queue)
        switch own.queue.flatMap({ limits[$0].obstacle(at: now) }) {
        case .concurrency: reasons.append(.queueFull(queue))
        case .rate: reasons.append(.queueRateReached(queue))
        case nil: break
        }
        switch own.function.flatMap({ limits[$0].obstacle(at: now) }) {
        case .concurrency: reasons.append(.functionFull(function))
        case .rate: reasons.append(.functionRateReached(function))
        case nil: break
        }
        return reasons
    }

    /// When what is under these limits may start, as far as time decides it: the end of a run is noticed anyway.
    private mutating func nextStart(under held: ClaimRooms.Limits, now: MonotonicInstant) -> MonotonicInstant? {
        var next = now
        for index in [held.function, held.queue] {
            guard let index else { continue }
            guard let start = limits[index].nextStart(at: now) else { return nil }
            next = max(next, start)
        }
        return next
    }

    private mutating func changeLimits(of spec: TickerSpec, _ change: (inout Limit) -> Void) {
        let own = rooms.limits(function: spec.function, queue: spec.queue)
        if let function = own.function { change(&limits[function]) }
        if let queue = own.queue { change(&limits[queue]) }
    }

    package func checkInvariants() {
        precondition(inFlight >= 0 && inFlight <= maxConcurrent, "\(inFlight) of \(maxConcurrent) runs are in flight")
        for limit in limits { limit.checkInvariants() }
    }
}

/// What one function or queue is allowed, and what it has made of it.
private struct Limit: Sendable {
    private let maxConcurrent: Int?
    private var window: SlidingWindow?
    private var inFlight = 0

    init(_ options: QueueOptions) {
        maxConcurrent = options.maxConcurrent
        window = options.rateLimit.map { SlidingWindow($0) }
    }

    private var freePlaces: Int { maxConcurrent.map { $0 - inFlight } ?? .max }

    mutating func room(at now: MonotonicInstant) -> Int {
        min(freePlaces, window?.room(at: now) ?? .max)
    }

    enum Obstacle {
        case concurrency, rate
    }

    /// What keeps the next run from starting; `nil` when nothing does.
    mutating func obstacle(at now: MonotonicInstant) -> Obstacle? {
        guard freePlaces > 0 else { return .concurrency }
        return room(at: now) > 0 ? nil : .rate
    }

    /// When the next run may start; `nil` when another one has to end first.
    mutating func nextStart(at now: MonotonicInstant) -> MonotonicInstant? {
        guard freePlaces > 0 else { return nil }
        return window?.nextStart(at: now) ?? now
    }

    mutating func started(at now: MonotonicInstant) {
        inFlight += 1
        window?.started(at: now)
    }

    mutating func ended() { inFlight -= 1 }

    mutating func reopened() { inFlight += 1 }

    func checkInvariants() {
        precondition(inFlight >= 0 && freePlaces >= 0, "\(inFlight) of \(maxConcurrent ?? .max) runs are in flight")
    }
}
