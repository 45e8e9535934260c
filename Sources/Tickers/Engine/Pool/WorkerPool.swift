import Synchronization

/// Owns what is running: the slots, their deadlines, cancellation and the drain.
///
/// A slot is a task that takes run after run from the exchange. A task that has been cancelled stays cancelled, so a slot
/// whose run was stopped leaves after it, and one whose handler does not come back is given up; new ones take their
/// place when there is work.
package actor WorkerPool {
    nonisolated let exchange: RunExchange
    nonisolated let intake: Intake
    nonisolated let hub: EventHub
    private nonisolated let threads = BlockingThreads()
    private nonisolated let alarm: Alarm<MonotonicInstant>
    /// `nil` on a clock that has an executor of its own, which may stand still for as long as it likes.
    private nonisolated let stallWatch: StallWatch?
    /// The leases of handlers that have been named.
    nonisolated let blamed = Mutex<Set<UInt64>>([])
    private let cancellationGrace: Duration
    private var deadlines = Deadlines()
    private var isDraining = false
    /// Handlers that have been given up and have not come back.
    private nonisolated let stuckCount = Atomic(0)
    /// Handlers that have been given up, and those of them whose result has come in since.
    private nonisolated let givenUp = Atomic(0)
    private nonisolated let refusals = Atomic(0)

    package init(exchange: RunExchange, intake: Intake, hub: EventHub, cancellationGrace: Duration) {
        self.exchange = exchange
        self.intake = intake
        self.hub = hub
        self.cancellationGrace = cancellationGrace
        alarm = Alarm { [clock = intake.clock] in try await clock.sleep(until: $0) }
        stallWatch = intake.clock.executor == nil ? StallWatch() : nil
    }

    /// Whether the present task is one of this pool's slots, or was started by a handler in one.
    package nonisolated var isRunningThis: Bool { Self.present == ObjectIdentifier(self) }

    @TaskLocal private static var present: ObjectIdentifier?

    /// How many handlers have been given up since the pool was made, and how many of them have come back.
    package nonisolated var stuckHandlers: (givenUp: Int, cameBack: Int) {
        (givenUp.load(ordering: .relaxed), refusals.load(ordering: .relaxed))
    }

    // MARK: Messages

    /// Takes over runs that have been claimed: they start at once, unless the drain has begun since.
    package func accept(_ runs: [ClaimedRun]) {
        guard !isDraining else { return exchange.giveBack(runs) }
        let missing = exchange.offer(runs)
        for run in runs {
            guard let timeout = run.spec.timeout else { continue }
            watch(.timeout, run, after: timeout)
        }
        // After the offer, so that the exchange knows the runs whose deadlines have just been added.
        if deadlines.needsSweep { deadlines.sweep(present: Set(exchange.presentLeases.map(\.token))) }
        for _ in 0..<missing { addSlot() }
    }

    /// Asks a handler to stop because its ticker was cancelled. Nothing happens if the run is not here any more.
    package func cancel(_ lease: TickerLease) {
        // The store remembers the request, so an interrupted attempt ends its ticker.
        stop(lease, StopOrder(reason: .cancelled, outcome: .interrupted))
    }

    /// Learns what the cooperative pool does while no handler holds it: called first, where the slots will be.
    package nonisolated func prepare() async {
        await stallWatch?.callFirstRoll()
    }

    /// Watches deadlines until the task is cancelled.
    package func watchDeadlines() async {
        await alarm.run { await self.deadlinesReached() }
    }

    /// Waits for running handlers, tells them to stop after `grace`, and gives up those that do not.
    package func drain(grace: Duration) async {
        isDraining = true
        exchange.giveBackReady()
        deadlines.insert(.init(at: intake.clock.monotonic.advanced(by: grace), kind: .grace, run: nil))
        armAlarm()
        await exchange.drained()
    }

    /// Ends all slots; those whose handlers were given up end when these return.
    package nonisolated func close() {
        stallWatch?.close()
        exchange.close()
    }

    // MARK: Deadlines

    private func deadlinesReached() {
        for deadline in deadlines.reached(by: intake.clock.monotonic) {
            switch deadline.kind {
            case .timeout:
                guard let run = deadline.run else { continue }
                stop(
                    run.lease,
                    StopOrder(reason: .timedOut, outcome: .timedOut(run, retry: registered(run.spec.function).retry))
                )
            case .comeBack:
                if let run = deadline.run { giveUp(run) }
            case .grace:
                for lease in exchange.presentLeases {
                    stop(lease, StopOrder(reason: .shutDown, outcome: .interrupted))
                }
            }
        }
        armAlarm()
    }

    /// Records a run's end without its handler and lets another slot take its place, within a bound on those left behind;
    /// a drain, after which nothing takes a place, has none.
    private func giveUp(_ run: ClaimedRun) {
        guard isDraining || stuckCount.load(ordering: .relaxed) < TickerLimits.stuckHandlers else {
            watch(.comeBack, run, after: cancellationGrace)
            return
        }
        guard exchange.giveUp(run.lease) else { return }
        stuckCount.add(1, ordering: .relaxed)
        givenUp.add(1, ordering: .relaxed)
        hub.happened([.stuck(run.lease.ticker, function: run.spec.function, attempt: run.attempt)])
    }

    private func stop(_ lease: TickerLease, _ order: StopOrder) {
        guard let run = exchange.stop(lease, order) else { return }
        watch(.comeBack, run, after: cancellationGrace)
    }

    private func watch(_ kind: Deadlines.Kind, _ run: ClaimedRun, after duration: Duration) {
        let instant = intake.clock.monotonic.advanced(by: duration)
        deadlines.insert(.init(at: instant, kind: kind, run: run))
        armAlarm()
    }

    private func armAlarm() {
        if let next = deadlines.next { alarm.arm(next) }
    }

    /// Asked for in a slot, since each priority may have threads of its own.
    private nonisolated var stallSubject: StallWatch.Subject {
        StallWatch.Subject(
            isBusy: { [exchange] in exchange.isBusy },
            probe: { [priority = Task.currentPriority] ran in Task(priority: priority) { ran() } },
            report: { [weak self] in self?.stalled(since: $0) },
            suspects: { [weak self] in self?.suspects(since: $0) ?? [] },
            blame: { [weak self] in self?.blame(Set($0)) },
            clock: { [clock = intake.clock] in clock.monotonic }
        )
    }

    // MARK: Slots

    private func addSlot() {
        let slot = exchange.addSlot { [intake] in Slot(number: $0, intake: intake) }
        let task = Task(on: intake.clock.executor) {
            await Self.$present.withValue(ObjectIdentifier(self)) { await self.serve(slot) }
        }
        exchange.taskStarted(task, for: slot)
    }

    /// The life of a slot.
    private nonisolated func serve(_ slot: Slot) async {
        let clock = intake.clock
        // Runs of one function mostly share one spec, so most need no look-up by name.
        var latest: (spec: TickerSpec, function: RegisteredFunction)?
        // A run that is taken in the step that hands in another begins when that one ended.
        var previousEnd: MonotonicInstant?
        var taken = exchange.take(by: slot)
        while true {
            switch taken {
            case .run(let run):
                // Not bound to a name, which would count two references that all threads share.
                if latest?.spec !== run.spec { latest = (run.spec, registered(run.spec.function)) }
                let began = previousEnd ?? clock.monotonic
                stallWatch?.runBegins(stallSubject)
                slot.handlerBegins(at: began)
                let outcome = await perform(run, latest!.function, on: slot)
                let ended = clock.monotonic
                let times = RunTimes(began: began, ended: ended)
                taken = exchange.handOver(FinishedRun(run: run, outcome: outcome, times: times), by: slot) {
                    refused($0)
                }
                previousEnd = ended
            case .nothing:
                guard let run = await exchange.parked(slot) else { return }
                taken = .run(run)
                previousEnd = nil
            case .leave:
                return
            }
        }
    }

    private nonisolated func registered(_ name: String) -> RegisteredFunction {
        guard let function = intake.functions[name] else {
            preconditionFailure("\(name) was claimed and is not registered")
        }
        return function
    }

    private nonisolated func refused(_ run: ClaimedRun) {
        stuckCount.subtract(1, ordering: .relaxed)
        refusals.add(1, ordering: .relaxed)
        let event = TickerEvent.lateResult(run.lease.ticker, function: run.spec.function, attempt: run.attempt)
        hub.happened([event])
    }

    @inline(__always)
    private nonisolated func perform(
        _ run: ClaimedRun,
        _ function: RegisteredFunction,
        on slot: Slot
    ) async -> AttemptOutcome {
        let context = TickerContext(run: run, actions: slot)
        do {
            guard intake.middleware.isEmpty else {
                let output = try await intake.middleware.run(context) { try await self.handle(context, function) }
                return .succeeded(output)
            }
            return .succeeded(try await handle(context, function))
        } catch {
            return AttemptOutcome(error: error, of: run, retry: function.retry)
        }
    }

    /// Calls the handler and brings its output into the store's form.
    @inline(__always)
    private nonisolated func handle(_ context: TickerContext, _ function: RegisteredFunction) async throws -> Payload {
        let output: Payload
        switch function.body {
        case .async(let handler):
            output = try await handler(context.run.input, context)
        case .blocking(let handler):
            intake.clock.hold()
            defer { intake.clock.release() }
            output = try await threads.run { try handler(context.run.input, context) }
        }
        return try output.stored(intake.store.encoding)
    }
}
