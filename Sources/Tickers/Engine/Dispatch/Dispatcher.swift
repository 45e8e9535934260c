/// Decides what goes next: hands ended runs to the store and claims as many new ones as may start, both in batches that
/// form by themselves while the store is busy.
package actor Dispatcher {
    private nonisolated let bell: Bell
    private nonisolated let exchange: RunExchange
    private nonisolated let pool: WorkerPool
    private nonisolated let intake: Intake
    /// The store, if it and what runs are to be waited for on the thread: not under a clock with an executor, which may have but one.
    private nonisolated let quickStore: (any QuickStore)?
    private nonisolated let hub: EventHub
    private nonisolated let alarm: Alarm<Timestamp>
    private nonisolated let limitAlarm: Alarm<Timestamp>
    /// Set to when a rate allows the next start. Rates go by monotonic time, so a wall that is set does not touch them.
    private nonisolated let rateAlarm: Alarm<MonotonicInstant>
    /// Changed by nothing but the loop and the claims in it.
    var state: DispatchState
    private var tally: RunTally
    private let isSimulated: Bool
    /// Ends that the store refused to record; handed over again with the next ones.
    private var unrecorded: [FinishedRun] = []

    package init(
        state: DispatchState,
        bell: Bell,
        exchange: RunExchange,
        pool: WorkerPool,
        intake: Intake,
        hub: EventHub,
        alarm: Alarm<Timestamp>,
        limitAlarm: Alarm<Timestamp>
    ) {
        self.state = state
        tally = RunTally(functions: intake.functions)
        self.bell = bell
        self.exchange = exchange
        self.pool = pool
        self.intake = intake
        quickStore = intake.clock.executor == nil ? intake.store as? any QuickStore : nil
        self.hub = hub
        self.alarm = alarm
        self.limitAlarm = limitAlarm
        isSimulated = intake.clock.executor is any SimulatedExecutor
        rateAlarm = Alarm { [clock = intake.clock] in try await clock.sleep(until: $0) }
    }

    /// Works until the bell is closed and the last ends are recorded, or the store has refused them for a while.
    package func run() async {
        repeat {
            let began = intake.clock.monotonic
            exchange.attended(isQuick ? .takingTurn : .away)
            await takeTurn()
            await passStopsOn()
            state.turnTook(intake.clock.monotonic.since(began))
        } while await hasNews()
        exchange.attended(.away)
        // It drains by now, so these turns claim nothing.
        await takeTurn()
        for _ in 0..<TickerLimits.storeRetriesAtShutdown where !unrecorded.isEmpty {
            do { try await intake.clock.sleep(for: Self.storeRecheck) } catch { return }
            await takeTurn()
        }
    }

    /// Waits for news; `false` when the bell has been closed and no ends are left to fetch.
    private func hasNews() async -> Bool {
        // Ends that the store refused wait for the alarm, which must then be heard although there is no room.
        let wantsWork = state.hasRoom || !unrecorded.isEmpty
        if state.turnEnded(isMoreThere: bell.hasWork), unrecorded.isEmpty, !isSimulated {
            exchange.attended(.away)
            await gatherWork()
        } else {
            waitBriefly(forWork: wantsWork)
        }
        return await bell.wait(forWork: wantsWork)
    }

    /// Stays on the thread for a moment where what runs should be over by then.
    private func waitBriefly(forWork wantsWork: Bool) {
        if isQuick, exchange.areEndsExpected {
            exchange.attended(.watching)
            BriefWait.until { bell.isRung(forWork: wantsWork) }
        }
        if !bell.isRung(forWork: wantsWork) { exchange.attended(.away) }
    }

    /// Whether brief waits pay.
    private var isQuick: Bool { quickStore != nil && state.isQuick }

    /// Rests a moment while work keeps coming faster than a turn takes, so that it is claimed in batches: with one ticker per
    /// turn, producers and dispatcher do little but wake each other, which costs more than the work. Not in a simulation, where it
    /// would move time.
    private func gatherWork() async {
        do { try await intake.clock.sleep(for: Self.gathering) } catch { return }
    }

    /// Some hundred tickers of one producer, and less than anybody notices.
    private static let gathering = Duration.microseconds(100)
    private static let storeRecheck = Duration.seconds(1)

    /// Looks again whenever a rate allows a start that it had held back, until the task is cancelled.
    package nonisolated func watchRates() async {
        await rateAlarm.run { self.bell.ring(.work) }
    }

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

    /// Hands in what has ended and takes what may start, in one call where there is both.
    private func takeTurn() async {
        let ended = takeEnded()
        let hasTimeRunOut = bell.takeTime()
        let planned = state.claimPlanned(evenWithoutRoom: hasTimeRunOut, now: intake.clock.monotonic)
        guard !ended.isEmpty || planned != nil else { return }
        // Who has to wait for its turn at the store may be long.
        if quickStore?.waitBriefly() != true { exchange.attended(.away) }
        do {
            switch (ended.isEmpty, planned) {
            case (true, nil): break
            case (true, let request?): await claimed(try await intake.store.claim(request, now: intake.clock.wall))
            case (false, nil): recorded(ended, try await intake.store.finish(ended, now: intake.clock.wall))
            case (false, let request?):
                let both = try await intake.store.finish(ended, thenClaim: request, now: intake.clock.wall)
                recorded(ended, both.results)
                await claimed(try both.claim.get())
            }
        } catch {
            storeFailed(error)
        }
    }

    /// What has ended and is not recorded, counted as if it were, so that the same call claims in its place.
    private func takeEnded() -> [FinishedRun] {
        let fetched = exchange.takeFinished()
        unrecorded = unrecorded.isEmpty ? fetched : unrecorded + fetched
        state.runsFinished(unrecorded)
        return unrecorded
    }

    private func recorded(_ ended: [FinishedRun], _ results: [FinishResult]) {
        // Only this loop changes `unrecorded`, so it still holds what has just been recorded.
        unrecorded = []
        state.checkInvariants()
        if let limit = intake.openLimit { limit.endsRecorded(results.count { $0.isEnd }) }
        tally.runsRecorded(ended, results, wall: intake.clock.wall, monotonic: intake.clock.monotonic)
        for index in results.indices where results[index] == .late {
            let run = ended[index].run
            hub.happened([.lateResult(run.lease.ticker, function: run.spec.function, attempt: run.attempt)])
        }
    }

    private func claimed(_ claim: Claim) async {
        // Read anew: whatever the store took, no start counts as earlier than it was.
        let nextStart = state.claimed(claim, now: intake.clock.monotonic)
        state.checkInvariants()
        tally.runsClaimed(claim.runs.count)
        if let due = claim.nextDue { alarm.arm(due) }
        if let limit = claim.nextLimit { limitAlarm.arm(limit) }
        if let nextStart { rateAlarm.arm(nextStart) }
        if !claim.runs.isEmpty { await pool.accept(claim.runs) }
    }

    /// Says what happened and looks again after a second: the store may have been full or busy.
    private func storeFailed(_ error: any Error) {
        state.runsReopened(unrecorded)
        tally.storeFailed()
        hub.happened([.storeFailed("\(error)")])
        let again = intake.clock.wall.advanced(by: Self.storeRecheck)
        alarm.arm(again)
        limitAlarm.arm(again)
    }
}
