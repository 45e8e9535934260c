import Synchronization
public import Tickers

/// A clock that moves only when nothing else can: a month of timers runs in milliseconds, the same way every time.
///
/// ```swift
/// let clock = VirtualClock(seed: 7)
/// try await clock.run {
///     let scheduler = Scheduler(functions: functions, clock: clock)
///     try await scheduler.start()
///     let reminder = try await scheduler.schedule(Mail.reminder, user, due: .after(.seconds(30 * 86_400)))
///     try await scheduler.output(of: reminder)      // a month later, at once
/// }
/// ```
///
/// Everything inside ``run(limit:_:)`` runs on one executor, one job at a time, in an order drawn from the seed. When no
/// job is left the system is at rest: the clock goes to the next instant for which someone sleeps and wakes everyone
/// who sleeps until then together. It knows rest from the executor; it never sleeps, yields or polls to find out.
///
/// What starts unstructured tasks (`Task {}`) leaves the executor and is not seen; nor is `Task.yield()`, which the runtime
/// resumes on the global pool. Blocking handlers run on threads of
/// their own; time waits for them, but the order in which they come back is the machine's.
public final class VirtualClock: TickerClock {
    private struct State {
        var time: VirtualTime
        var run: Run?
        /// What ended the latest run, until its caller has been told.
        var latestProblem: VirtualClockError?
    }

    /// What keeps time moving, and what ends it when there is nothing left to wait for.
    private struct Run {
        var limit: MonotonicInstant
        var cancel: @Sendable () -> Void = {}
        var problem: VirtualClockError?
    }

    private let state: Mutex<State>
    private let simulation: SimulationExecutor

    /// A clock at rest.
    ///
    /// - Parameters:
    ///   - start: What the wall shows at first; 2026-01-01 00:00 UTC unless given.
    ///   - seed: Draws the order in which runnable jobs run.
    public init(start: Timestamp = Timestamp(microseconds: 1_767_225_600_000_000), seed: UInt64 = 0) {
        state = Mutex(State(time: VirtualTime(wall: start)))
        simulation = SimulationExecutor(seed: seed)
        simulation.whenAtRest { [weak self] in self?.atRest() ?? false }
    }

    /// What the wall shows.
    public var wall: Timestamp { state.withLock { $0.time.wall } }

    /// Virtual time since the clock was made.
    public var monotonic: MonotonicInstant { state.withLock { $0.time.monotonic } }

    /// The simulation's executor.
    public var executor: (any TaskExecutor)? { simulation }

    /// Keeps time from moving until ``release()``: work is under way that the executor cannot see.
    public func hold() { simulation.hold() }

    /// Ends one ``hold()``.
    public func release() { simulation.release() }

    /// Runs `body` and everything it starts in virtual time, until `body` returns.
    ///
    /// - Parameter limit: How far virtual time may go from now; ten years unless given.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or ``VirtualClockError`` when it waits for something that can never come, or only
    ///   beyond the limit; `body` is cancelled then, and has a day of virtual time to end. One that waits on although
    ///   it is cancelled stops the program with a sentence instead of hanging it.
    public func run<Result: Sendable>(
        limit: Duration = .seconds(10 * 366 * 86_400),
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        // Before there is a run: the executor may be looking for rest, and must not find it before the body has begun.
        hold()
        state.withLock { state in
            precondition(state.run == nil, "one VirtualClock runs one body at a time")
            state.run = Run(limit: state.time.monotonic.advanced(by: limit))
        }
        let task = Task(executorPreference: simulation) {
            // Ended here, where the executor sees it, and not after the wait below, which is elsewhere.
            defer { self.bodyEnded() }
            return try await body()
        }
        // The body may have ended by now, on the executor's thread; then there is no run any more.
        state.withLock { $0.run?.cancel = { task.cancel() } }
        release()
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        let problem = state.withLock { $0.latestProblem.take() }
        if let problem { throw problem }
        return try result.get()
    }

    private func bodyEnded() {
        state.withLock { state in
            state.latestProblem = state.run?.problem
            state.run = nil
        }
    }

    /// Whether a body is running in virtual time; without one, time stands still.
    var isRunning: Bool { state.withLock { $0.run != nil } }

    /// When the next sleeper wakes; `nil` while nobody sleeps.
    var nextWake: MonotonicInstant? { state.withLock { $0.time.nextWake() } }

    /// Runs `body` in the run that is under way, or else in one of its own, which may go as far as time does.
    func running<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        if isRunning { try await body() } else { try await run(limit: .seconds(9_000_000_000), body) }
    }

    /// Suspends until everything else is done that can be done at the present instant.
    public func rest() async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.time.beganResting(continuation) }
            simulation.drainSoon()
        }
    }

    /// Moves the wall clock without time passing, either way, as an operator or a time server would.
    ///
    /// Who sleeps until the wall shows an instant notices when it looks at the wall next, as on a real machine.
    public func jumpWall(by offset: Duration) {
        state.withLock { $0.time.wallJumped(by: offset) }
        simulation.drainSoon()
    }

    /// Suspends until virtual time reaches `deadline`.
    public func sleep(until deadline: MonotonicInstant) async throws {
        try await sleep { time, id, wake in
            guard deadline > time.monotonic else { return false }
            time.fellAsleep(id, until: deadline, wake: wake)
            return true
        }
    }

    /// Suspends until the virtual wall shows `instant`. Sleeps through: no wake-ups in between are simulated, since
    /// without a jump they would do nothing.
    public func sleep(untilWall instant: Timestamp, recheck: Duration) async throws {
        try await sleep { time, id, wake in
            guard instant > time.wall else { return false }
            time.fellAsleep(id, untilWall: instant, recheck: recheck, wake: wake)
            return true
        }
    }

    /// Suspends until the wall has jumped back, and notices at the end of the piece of `recheck` that it is in. While it does
    /// not jump there is nothing to wait for: it keeps no time moving.
    public func sleepUntilSetBack(recheck: Duration) async throws {
        try await sleep { time, id, wake in
            time.fellAsleep(id, untilSetBackWithin: recheck, wake: wake)
            return true
        }
    }

    private func sleep(
        _ fallAsleep: @Sendable (inout VirtualTime, Int, CheckedContinuation<Void, any Error>) -> Bool
    ) async throws {
        try Task.checkCancellation()
        let id = state.withLock { $0.time.newID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isAsleep = state.withLock { fallAsleep(&$0.time, id, continuation) }
                if !isAsleep {
                    continuation.resume()
                } else if Task.isCancelled {
                    wakeCancelled(id)
                } else {
                    simulation.drainSoon()
                }
            }
        } onCancel: {
            wakeCancelled(id)
        }
    }

    private func wakeCancelled(_ id: Int) {
        let continuation = state.withLock { $0.time.sleeperCancelled(id) }
        continuation?.resume(throwing: CancellationError())
    }

    /// Nothing can run: wakes those who waited for that, else moves time on, else ends a run that waits in vain.
    private func atRest() -> Bool {
        // Asked again under the lock: a run may have begun since the executor found nothing to do.
        switch state.withLock({ simulation.isAtRest ? Self.next(&$0) : .work }) {
        case .work:
            return true
        case .nothing:
            return false
        case .rest(let resting):
            for continuation in resting { continuation.resume() }
        case .time(let due):
            for continuation in due { continuation.resume() }
        case .end(let cancel):
            cancel()
        }
        return true
    }

    private enum Next {
        /// There is something to run after all, or held up elsewhere.
        case work
        case nothing
        case rest([CheckedContinuation<Void, Never>])
        case time([CheckedContinuation<Void, any Error>])
        case end(@Sendable () -> Void)
    }

    private static func next(_ state: inout State) -> Next {
        let resting = state.time.restReached()
        guard resting.isEmpty else { return .rest(resting) }
        guard let run = state.run else { return .nothing }
        guard let wake = state.time.nextWake() else { return end(run, .stalled(at: state.time.wall), &state) }
        guard wake <= run.limit else { return end(run, .limitReached(at: state.time.wall), &state) }
        return .time(state.time.advanced(to: wake))
    }

    /// Cancels the body, once; time goes on for a day so that it can end in an orderly way.
    private static func end(_ run: Run, _ problem: VirtualClockError, _ state: inout State) -> Next {
        precondition(run.problem == nil, "The virtual run was cancelled and its body still waits. \(problem)")
        state.run?.problem = problem
        state.run?.limit = state.time.monotonic.advanced(by: .seconds(86_400))
        return .end(run.cancel)
    }
}

/// Why a virtual run was ended.
public enum VirtualClockError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The body waits, nothing can run, and nobody sleeps: what it waits for can never come.
    case stalled(at: Timestamp)
    /// The body waits for something beyond the limit of the run.
    case limitReached(at: Timestamp)

    /// A sentence that says where to look.
    public var description: String {
        switch self {
        case .stalled(let instant):
            "At \(instant) nothing could run and nobody slept, but the body still waited: for a ticker whose parents "
                + "never end, a scheduler that was not started, or work outside the clock's executor."
        case .limitReached(let instant):
            "At \(instant) the next thing to happen was beyond the limit of the run."
        }
    }
}
