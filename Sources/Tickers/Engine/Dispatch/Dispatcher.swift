/// Decides what goes next: hands ended runs to the store and claims as many new ones as may start, both in batches that
/// form by themselves while the store is busy.
package actor Dispatcher {
    private nonisolated let bell: Bell
    private nonisolated let exchange: RunExchange
    private nonisolated let pool: WorkerPool
    private nonisolated let intake: Intake
    private nonisolated let hub: EventHub
    private nonisolated let alarm: Alarm<Timestamp>
    private var state: DispatchState
    private var tally: RunTally
    /// Ends that the store refused to record; handed over again with the next ones.
    private var unrecorded: [FinishedRun] = []

    package init(
        state: DispatchState,
        bell: Bell,
        exchange: RunExchange,
        pool: WorkerPool,
        intake: Intake,
        hub: EventHub,
        alarm: Alarm<Timestamp>
    ) {
        self.state = state
        tally = RunTally(functions: intake.functions)
        self.bell = bell
        self.exchange = exchange
        self.pool = pool
        self.intake = intake
        self.hub = hub
        self.alarm = alarm
    }

    /// Works until the bell is closed and the last ends are recorded, or the store has refused them for a while.
    package func run() async {
        repeat {
            await recordEnds()
            await claim()
            await passStopsOn()
            // Ends that the store refused wait for the alarm, which must then be heard although there is no room.
        } while await bell.wait(forWork: state.hasRoom || !unrecorded.isEmpty)
        await recordEnds()
        for _ in 0..<TickerLimits.storeRetriesAtShutdown where !unrecorded.isEmpty {
            do { try await intake.clock.sleep(for: Self.storeRecheck) } catch { return }
            await recordEnds()
        }
    }

    private static let storeRecheck = Duration.seconds(1)

    /// From now on nothing is claimed; ends are still recorded.
    package func beginDrain() {
        state.drainBegan()
    }

    /// What has been counted so far. O(functions).
    package var metrics: SchedulerMetrics {
        var metrics = tally.metrics
        metrics.inFlight = state.inFlight
        metrics.added = intake.addedCount
        let stuck = pool.stuckHandlers
        metrics.stuck = stuck.givenUp
        metrics.lateResults += stuck.cameBack
        return metrics
    }

    /// After the claim, so that the pool knows every attempt that a cancellation can have met.
    private func passStopsOn() async {
        for lease in hub.takeStops() { await pool.cancel(lease) }
    }

    private func recordEnds() async {
        let ended = unrecorded + exchange.takeFinished()
        guard !ended.isEmpty else { return }
        unrecorded = ended
        do {
            let results = try await intake.store.finish(ended, now: intake.clock.wall)
            // Only this loop changes `unrecorded`, so it still holds what has just been recorded.
            unrecorded = []
            state.runsFinished(ended)
            state.checkInvariants()
            tally.runsRecorded(ended, results, wall: intake.clock.wall, monotonic: intake.clock.monotonic)
            for (run, result) in zip(ended, results) where result == .late {
                hub.happened([.lateResult(run.lease.ticker, function: run.spec.function, attempt: run.attempt)])
            }
        } catch {
            storeFailed(error)
        }
    }

    private func claim() async {
        guard let request = state.claimPlanned() else { return }
        do {
            let claim = try await intake.store.claim(request, now: intake.clock.wall)
            state.runsClaimed(claim.runs)
            state.checkInvariants()
            tally.runsClaimed(claim.runs.count)
            if let due = claim.nextDue { alarm.arm(due) }
            if !claim.runs.isEmpty { await pool.accept(claim.runs) }
        } catch {
            storeFailed(error)
        }
    }

    /// Says what happened and looks again after a second: the store may have been full or busy.
    private func storeFailed(_ error: any Error) {
        tally.storeFailed()
        hub.happened([.storeFailed("\(error)")])
        alarm.arm(intake.clock.wall.advanced(by: Self.storeRecheck))
    }
}
