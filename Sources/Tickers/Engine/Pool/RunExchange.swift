import Synchronization

/// Where runs change hands between the dispatcher, the slots and the pool: what is ready, who runs what, what has ended.
///
/// The one piece of the engine that is shared under a lock instead of owned by an actor, because a slot passes through
/// it once per run and must not suspend there while there is work. Nothing is called or resumed under the lock.
package final class RunExchange: Sendable {
    private struct State {
        var runs = ExchangeState()
        var drainWaiter: UnsafeContinuation<Void, Never>?
    }

    /// What to do once the lock has been left.
    private struct Aftermath {
        var hasEnds = false
        var drained: UnsafeContinuation<Void, Never>?
        var wake: ExchangeState.Wake?
    }

    private let state = Mutex(State())
    private let bell: Bell

    package init(bell: Bell) {
        self.bell = bell
    }

    // MARK: The slots' side

    /// Takes the next run, if one is ready.
    package func take(by slot: Slot) -> ExchangeState.Taken {
        change { $0.workWanted(by: slot) }
    }

    /// Hands in what has ended, and takes the next run, if one is ready.
    ///
    /// - Parameter refused: Called when the run had been given up before, so that its result is refused.
    package func handOver(
        _ ended: FinishedRun,
        by slot: Slot,
        refused: (ClaimedRun) -> Void
    ) -> ExchangeState.Taken {
        var isRefused = false
        let taken = change { runs in
            isRefused = !runs.runEnded(ended, on: slot)
            return runs.workWanted(by: slot)
        }
        if isRefused { refused(ended.run) }
        return taken
    }

    /// Waits until there is a run, first for a moment on the thread when one is about to come; `nil` tells the slot to leave.
    package func parked(_ slot: Slot) async -> ClaimedRun? {
        if state.withLock({ $0.runs.watchBegins(slot) }) {
            BriefWait.until { state.withLock { !$0.runs.isTurnExpected } }
            let taken = change { runs in
                runs.slotAwoke(slot)
                return runs.workWanted(by: slot)
            }
            switch taken {
            case .run(let run): return run
            case .leave: return nil
            case .nothing: break
            }
        }
        let run = await withUnsafeContinuation { continuation in
            switch change({ $0.slotParked(slot, continuation) }) {
            case .run(let run): continuation.resume(returning: run)
            case .leave: continuation.resume(returning: nil)
            case .nothing: break
            }
        }
        change { $0.slotAwoke(slot) }
        return run
    }

    // MARK: The pool's side

    /// Puts claimed runs where slots find them. Returns how many slots are missing to run all of them.
    package func offer(_ runs: [ClaimedRun]) -> Int {
        change { $0.runsOffered(runs) }
    }

    package func addSlot(_ make: (Int) -> Slot) -> Slot {
        change { $0.slotAdded(make) }
    }

    package func taskStarted(_ task: Task<Void, Never>, for slot: Slot) {
        if change({ $0.taskStarted(task, for: slot) }) { task.cancel() }
    }

    /// Tells a run to stop. Returns the run whose coming back should be watched, if its handler has begun.
    package func stop(_ lease: TickerLease, _ order: StopOrder) -> ClaimedRun? {
        switch change({ $0.stopAsked(lease, order) }) {
        case .stopping(let run, let task):
            task?.cancel()
            return run
        case .unstarted, .nothing:
            return nil
        }
    }

    /// Ends a stopped run without its handler; `false` when that came back after all.
    package func giveUp(_ lease: TickerLease) -> Bool {
        change { $0.runGivenUp(lease) }
    }

    /// Ends runs that were claimed too late to start.
    package func giveBack(_ runs: [ClaimedRun]) {
        change { $0.runsGivenBack(runs) }
    }

    package func giveBackReady() {
        change { $0.readyGivenBack() }
    }

    /// The leases of all runs that have been offered and have not ended.
    package var presentLeases: [TickerLease] {
        state.withLock { $0.runs.presentLeases }
    }

    /// Whether runs are under way.
    package var isBusy: Bool { state.withLock { $0.runs.runningCount > 0 } }

    /// The latest handler that was called on each thread and has not come back.
    package var latestOnThreads: [ExchangeState.CalledHandler] {
        state.withLock { $0.runs.latestOnThreads }
    }

    package func close() {
        for continuation in change({ $0.closed() }) { continuation.resume(returning: nil) }
    }

    /// Suspends until nothing is ready and nothing runs.
    package func drained() async {
        await withUnsafeContinuation { continuation in
            let isDrained = state.withLock { state -> Bool in
                precondition(state.drainWaiter == nil, "two tasks wait for one drain")
                if !state.runs.isDrained { state.drainWaiter = continuation }
                return state.runs.isDrained
            }
            if isDrained { continuation.resume() }
        }
    }

    // MARK: The dispatcher's side

    /// Learns where the dispatcher is. When it leaves, a slot is woken for what is ready.
    package func attended(_ attendance: ExchangeState.Attendance) {
        change { $0.attended(attendance) }
    }

    /// Whether ends may come at any moment.
    package var areEndsExpected: Bool { state.withLock { $0.runs.areEndsExpected } }

    /// What has ended since it was last asked.
    package func takeFinished() -> [FinishedRun] {
        state.withLock { $0.runs.finishedTaken() }
    }

    /// Applies an event, then rings, resumes and wakes whatever follows from it, outside the lock.
    private func change<Result>(_ event: (inout ExchangeState) -> sending Result) -> Result {
        let (result, aftermath) = state.withLock { state in
            let result = event(&state.runs)
            assert({ state.runs.checkInvariants() }() == ())
            var aftermath = Aftermath()
            aftermath.hasEnds = state.runs.fetchWanted()
            if state.runs.isDrained { aftermath.drained = state.drainWaiter.take() }
            aftermath.wake = state.runs.wakeOne()
            return (result, aftermath)
        }
        if aftermath.hasEnds { bell.ring(.ends) }
        aftermath.drained?.resume()
        if let wake = aftermath.wake { wake.continuation.resume(returning: wake.run) }
        return result
    }
}
