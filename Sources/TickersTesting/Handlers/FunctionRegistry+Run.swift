public import Tickers

extension FunctionRegistry {
    /// Calls the handler of a function once, alone, with a made-up context: no scheduler, no store.
    ///
    /// ```swift
    /// let result = try await functions.run(Orders.charge, order, attempt: 2)
    /// #expect(result.output == receipt)
    /// try result.children.expect(Orders.ship, order, due: .after(.seconds(300)))
    /// ```
    ///
    /// The call happens in virtual time, unless another clock is given: a handler that sleeps on its context's clock comes
    /// back at once. Its timeout is not watched; `stopAfter` tells it to stop. Once it has come back, its context refuses
    /// everything with `attemptEnded`.
    ///
    /// - Parameters:
    ///   - function: What to call; looked up by its name.
    ///   - input: What to call it with.
    ///   - attempt: Which attempt this is, 1 or more.
    ///   - parents: What it finds when it asks for its parents, in this order.
    ///   - options: What was asked for differently than the function does.
    ///   - scheduledFor: When it was meant to run; now unless given.
    ///   - stopAfter: When it is told to stop, as by a cancellation, counted from its start; zero tells it beforehand. Virtual
    ///     time waits for blocking handlers, so only zero reaches them.
    ///   - clock: Inside ``VirtualClock/run(limit:_:)``, the clock of that run; a clock of its own otherwise.
    /// - Returns: What came of it, whether it returned or threw.
    /// - Throws: ``TickerError``: `unregisteredFunction`, `invalidRegistry`, `invalidArgument`; ``VirtualClockError`` when the
    ///   handler waits for something that can never come. What the handler throws is in the result.
    public func run<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        attempt: Int = 1,
        parents: [GivenParent] = [],
        options: TickerOptions = .inherited,
        scheduledFor: Timestamp? = nil,
        stopAfter: Duration? = nil,
        clock: any TickerClock = VirtualClock()
    ) async throws -> HandlerResult<Output> {
        try validate()
        guard let handler = self[function.name] else {
            throw TickerError(.unregisteredFunction, "No handler is registered for \"\(function.name)\".")
        }
        let spec = function.spec.overridden(by: options)
        let problems = spec.problems + (attempt < 1 ? ["attempt \(attempt) is below 1"] : [])
        guard problems.isEmpty else { throw TickerError.invalidArgument(problems) }
        let probe = HandlerProbe(parents: parents, clock: clock)
        let run = ClaimedRun(
            lease: probe.lease,
            workflowID: probe.workflowID,
            spec: spec,
            attempt: attempt,
            scheduledFor: scheduledFor ?? clock.wall,
            input: function.input.payload(input)
        )
        let call = HandlerCall(run: run, handler: handler, probe: probe, stopAfter: stopAfter)
        guard let clock = clock as? VirtualClock else { return await call.result(function.output) }
        return try await clock.running { await call.result(function.output) }
    }

    /// Calls the handler of a function without input once, alone, with a made-up context.
    ///
    /// The parameters are those of ``run(_:_:attempt:parents:options:scheduledFor:stopAfter:clock:)``, as is what it throws.
    public func run<Output>(
        _ function: TickerFunction<Void, Output>,
        attempt: Int = 1,
        parents: [GivenParent] = [],
        options: TickerOptions = .inherited,
        scheduledFor: Timestamp? = nil,
        stopAfter: Duration? = nil,
        clock: any TickerClock = VirtualClock()
    ) async throws -> HandlerResult<Output> {
        try await run(
            function,
            (),
            attempt: attempt,
            parents: parents,
            options: options,
            scheduledFor: scheduledFor,
            stopAfter: stopAfter,
            clock: clock
        )
    }
}

/// One call of a handler under test.
struct HandlerCall: Sendable {
    let run: ClaimedRun
    let handler: RegisteredFunction
    let probe: HandlerProbe
    let stopAfter: Duration?

    /// Calls the handler and gathers what it did.
    func result<Output>(_ coder: PayloadCoder<Output>) async -> HandlerResult<Output> {
        let start = probe.clock.monotonic
        let returned = await returned()
        // What counts is what it had been told by the time it came back.
        let wasStopped = probe.isStopped
        probe.attemptEnded()
        let result = returned.flatMap { payload in Result { try coder.value(payload) } }
        let outcome: AttemptOutcome
        switch result {
        case .success: outcome = .succeeded(.nothing)
        case .failure(let error): outcome = AttemptOutcome(error: error, of: run)
        }
        return HandlerResult(
            result: result,
            end: AttemptEnd(outcome, of: run, wasStopped: wasStopped, now: probe.clock.wall),
            progress: probe.progress,
            children: ScheduledTickers(probe.children, names: [run.lease.ticker: run.spec.function]),
            cancelledParents: probe.cancelledParents,
            duration: probe.clock.monotonic.since(start)
        )
    }

    /// Calls the handler, beside a sleep after which it is told to stop, if it is to be.
    private func returned() async -> Result<Payload, any Error> {
        guard let stopAfter else { return await called() }
        return await withTaskGroup(of: Result<Payload, any Error>?.self) { group in
            if stopAfter <= .zero {
                probe.stop()
                // A group that is cancelled gives its tasks cancelled into the world.
                group.cancelAll()
            } else {
                group.addTask { await self.stopped(after: stopAfter) }
            }
            group.addTask { await self.called() }
            var returned: Result<Payload, any Error>?
            // The first to come back ends the other: the sleep, or the handler by cancelling its task.
            while let next = await group.next() {
                returned = returned ?? next
                group.cancelAll()
            }
            return returned ?? .failure(CancellationError())
        }
    }

    /// Tells the handler to stop, unless it has come back by then.
    private func stopped(after delay: Duration) async -> Result<Payload, any Error>? {
        do {
            try await probe.clock.sleep(for: delay)
            probe.stop()
        } catch {
            // Cancelled, because the handler is back.
            return nil
        }
        return nil
    }

    private func called() async -> Result<Payload, any Error> {
        let context = TickerContext(run: run, actions: probe)
        do {
            switch handler.body {
            case .async(let body):
                return .success(try await body(run.input, context))
            case .blocking(let body):
                probe.clock.hold()
                defer { probe.clock.release() }
                return .success(try await BlockingThreads().run { try body(run.input, context) })
            }
        } catch {
            return .failure(error)
        }
    }
}
