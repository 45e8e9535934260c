/// An in-process scheduler: stores tickers, runs them when they are due and their parents allow it, and answers for them.
///
/// ```swift
/// let scheduler = Scheduler(functions: functions)
/// try await scheduler.start()
/// let order = try await scheduler.schedule(Orders.charge, order)
/// let receipt = try await scheduler.output(of: order)
/// await scheduler.shutdown(grace: .seconds(10))
/// ```
///
/// Calls may come from anywhere and before it runs: what they store waits. The actor itself owns only when to look next
/// and whether it runs; every other call goes straight to the store.
public actor Scheduler {
    nonisolated let intake: Intake
    nonisolated let hub: EventHub
    nonisolated let options: SchedulerOptions
    nonisolated let dispatcher: Dispatcher
    private nonisolated let bell: Bell
    private nonisolated let alarm: Alarm<Timestamp>
    private nonisolated let limitAlarm: Alarm<Timestamp>
    private nonisolated let pool: WorkerPool
    private nonisolated let recurrences: RecurrenceLoop
    private nonisolated let stopSignal = StopSignal()
    private(set) var phase = SchedulerPhase()
    private var engine: Task<Void, Never>?

    /// A scheduler over a store; nothing runs before `run()` or `start()`.
    ///
    /// - Parameters:
    ///   - functions: The handlers. What is wrong with them is thrown by `run()` and `start()`.
    ///   - store: Where tickers live; memory unless another one is given.
    ///   - clock: Where time comes from; the machine's clocks unless a virtual one is given.
    ///   - options: Limits and graces. What is wrong with them is thrown by `run()` and `start()`.
    ///   - middleware: What stands around every call that stores tickers and around every run, the first one outermost.
    public init(
        functions: FunctionRegistry,
        store: any TickerStore = MemoryTickerStore(),
        clock: any TickerClock = SystemClock(),
        options: SchedulerOptions = SchedulerOptions(),
        middleware: [any TickerMiddleware] = []
    ) {
        let bell = Bell()
        let recheck = options.clockRecheck
        let alarm = Alarm<Timestamp> { try await clock.sleep(untilWall: $0, recheck: recheck) }
        let limitAlarm = Alarm<Timestamp> { try await clock.sleep(untilWall: $0, recheck: recheck) }
        let recurrenceWake = RecurrenceWake(clock: clock, recheck: recheck)
        let hub = EventHub(
            hint: { due in if due == .distantPast { bell.ring(.work) } else { alarm.arm(due) } },
            limitHint: { limitAlarm.arm($0) },
            recurrenceHint: { recurrenceWake.recurs(at: $0) },
            onStops: { bell.ring(.ends) }
        )
        let intake = Intake(
            store: store,
            clock: clock,
            functions: functions,
            runs: options.runs,
            middleware: MiddlewareChain(middleware),
            openLimit: OpenLimit(options, store: store, clock: clock)
        )
        store.listeners.attach(hub)
        let exchange = RunExchange(bell: bell)
        let pool = WorkerPool(
            exchange: exchange,
            intake: intake,
            hub: hub,
            cancellationGrace: options.cancellationGrace
        )
        let state = DispatchState(
            maxConcurrent: options.maxConcurrent,
            serving: options.runs == .everything ? Set(functions.names) : [],
            functions: functions.limits,
            queues: options.queues
        )
        dispatcher = Dispatcher(
            state: state,
            bell: bell,
            exchange: exchange,
            pool: pool,
            intake: intake,
            hub: hub,
            alarm: alarm,
            limitAlarm: limitAlarm
        )
        recurrences = RecurrenceLoop(intake: intake, hub: hub, wake: recurrenceWake)
        self.bell = bell
        self.alarm = alarm
        self.limitAlarm = limitAlarm
        self.hub = hub
        self.intake = intake
        self.pool = pool
        self.options = options
    }

    /// Runs tickers until the task is cancelled or ``shutdown(grace:)`` is called from elsewhere, then shuts down: running
    /// handlers have ``SchedulerOptions/shutdownGrace`` before they are told to stop.
    ///
    /// - Throws: ``TickerError``: `alreadyRunning`, `shutDown`, `invalidRegistry`, `invalidArgument`.
    public func run() async throws {
        try await start()
        await withTaskCancellationHandler {
            await engine?.value
        } onCancel: {
            stopSignal.ask(grace: options.shutdownGrace)
        }
        phase.stopped()
    }

    /// Begins to run tickers and returns.
    ///
    /// - Throws: ``TickerError``: `alreadyRunning`, `shutDown`, `invalidRegistry`, `invalidArgument`.
    public func start() async throws {
        try intake.functions.validate()
        let problems = options.problems
        guard problems.isEmpty else { throw TickerError.invalidArgument(problems) }
        try phase.started()
        engine = Task(on: intake.clock.executor) { await self.work() }
    }

    /// Stops: nothing more is started, running handlers have `grace` before they are told to stop, and what they leave
    /// undone is given back. Returns when the last end is recorded; handlers that do not come back are not waited for
    /// longer than ``SchedulerOptions/cancellationGrace``. Calls to schedule throw `shutDown` from then on; calls that
    /// ask still answer; children that a running handler adds are still stored. Calling it again waits for the same end.
    /// Called by a handler of this scheduler it returns at once, since that handler is among those that are waited for.
    ///
    /// - Parameter grace: How long running handlers have; negative counts as zero.
    public func shutdown(grace: Duration = .seconds(10)) async {
        phase.stopAsked()
        intake.close()
        stopSignal.ask(grace: max(.zero, grace))
        guard !pool.isRunningThis else { return }
        if let engine { await engine.value } else { leaveStore() }
        phase.stopped()
    }

    deinit { intake.store.listeners.detach(hub) }

    private nonisolated func leaveStore() {
        hub.close()
        intake.store.listeners.detach(hub)
    }

    /// One task owns the loops from start to stop.
    private nonisolated func work() async {
        await pool.prepare()
        await withDiscardingTaskGroup { group in
            async let loop: Void = dispatcher.run()
            group.addTask { await self.alarm.run { self.bell.ring(.work) } }
            group.addTask { await self.limitAlarm.run { self.bell.ring(.time) } }
            group.addTask { await self.dispatcher.watchRates() }
            group.addTask { await self.pool.watchDeadlines() }
            group.addTask { await self.recurrences.run() }
            let grace = await stopSignal.asked()
            intake.close()
            await dispatcher.beginDrain()
            await pool.drain(grace: grace)
            bell.close()
            await loop
            pool.close()
            group.cancelAll()
        }
        leaveStore()
    }
}
