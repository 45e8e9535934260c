import struct Foundation.Data

/// What recurs: a named rule that creates one ticker or one workflow per occurrence.
extension Scheduler {
    /// Stores a recurrence that runs a function, or declares it again.
    ///
    /// ```swift
    /// try await scheduler.recur("nightly", .cron("0 2 * * *", in: berlin), run: Reports.nightly, input, overlap: .skip)
    /// ```
    ///
    /// Call it at every start: a recurrence that is there and declared as before stays as it is, with what an operator has changed;
    /// what this declaration changes in the one before it counts from now on. Occurrences are created by any scheduler on the
    /// store that has the function; each has an identity, `(name, instant)`, and is created once, whatever clocks and
    /// processes do. They run as tickers do, within the limits of the scheduler.
    ///
    /// - Parameters:
    ///   - name: What it is found by: 1 to ``TickerLimits/nameBytes`` bytes.
    ///   - rule: When; what is wrong with it is thrown here.
    ///   - function: What each occurrence runs.
    ///   - input: What it is run with; ``TickerContext/occurrence`` says for which instant.
    ///   - missed: What is done about occurrences that nobody was there for.
    ///   - overlap: What is done about one that comes while an earlier one has not ended.
    ///   - options: What to ask for differently than the function does.
    ///   - upsert: Whether a recurrence that is there keeps what an operator has changed.
    /// - Throws: ``TickerError``: `invalidSchedule`, `invalidArgument`, `unregisteredFunction`, `unencodablePayload`,
    ///   `payloadTooLarge`, `tooManyRecurrences`, `shutDown`; nothing is stored then.
    @discardableResult
    public nonisolated func recur<Input, Output>(
        _ name: String,
        _ rule: RecurrenceRule,
        run function: TickerFunction<Input, Output>,
        _ input: Input,
        missed: MissedPolicy = .runOnce,
        overlap: OverlapPolicy = .allow,
        options: TickerOptions = .inherited,
        upsert: RecurrenceUpsert = .keepingChanges
    ) async throws -> Recurrence {
        let spec = function.spec.overridden(by: options)
        var bytes: Data?
        if case .encoded(let data) = try function.input.payload(input).stored(.always).content { bytes = data }
        let target = RecurrenceDefinition.Target.function(RecurrenceDefinition.FunctionTarget(spec: spec, input: bytes))
        if intake.runsEverything, intake.functions[function.name] == nil {
            throw TickerError(
                .unregisteredFunction,
                "\"\(function.name)\" is not registered with this scheduler, so nothing would create occurrences of \"\(name)\"."
            )
        }
        let definition = RecurrenceDefinition(rule: rule, target: target, missed: missed, overlap: overlap)
        return try await declare(name, definition, upsert)
    }

    /// Stores a recurrence that runs a function without input.
    @discardableResult
    public nonisolated func recur<Output>(
        _ name: String,
        _ rule: RecurrenceRule,
        run function: TickerFunction<Void, Output>,
        missed: MissedPolicy = .runOnce,
        overlap: OverlapPolicy = .allow,
        options: TickerOptions = .inherited,
        upsert: RecurrenceUpsert = .keepingChanges
    ) async throws -> Recurrence {
        try await recur(
            name,
            rule,
            run: function,
            (),
            missed: missed,
            overlap: overlap,
            options: options,
            upsert: upsert
        )
    }

    /// Stores a recurrence that runs a workflow, made by the template that ``FunctionRegistry/registerWorkflow(_:_:)`` has registered.
    ///
    /// - Parameter template: The template's name; the recurrence's own unless given.
    @discardableResult
    public nonisolated func recur(
        _ name: String,
        _ rule: RecurrenceRule,
        workflow template: String? = nil,
        missed: MissedPolicy = .runOnce,
        overlap: OverlapPolicy = .allow,
        upsert: RecurrenceUpsert = .keepingChanges
    ) async throws -> Recurrence {
        let template = template ?? name
        if intake.runsEverything, intake.functions.templates[template] == nil {
            throw TickerError(
                .unregisteredFunction,
                "No workflow template is registered as \"\(template)\" with this scheduler."
            )
        }
        let definition = RecurrenceDefinition(rule: rule, target: .workflow(template), missed: missed, overlap: overlap)
        return try await declare(name, definition, upsert)
    }

    private nonisolated func declare(
        _ name: String,
        _ definition: RecurrenceDefinition,
        _ upsert: RecurrenceUpsert
    ) async throws -> Recurrence {
        try intake.checkOpen()
        let problems = TickerSpec.nameProblems(name, of: "recurrence name") + definition.problems
        guard problems.isEmpty else { throw TickerError.invalidArgument(problems) }
        try definition.rule.bound(to: intake.functions.schedules).validate()
        return try await change(name, .declare(definition, replacing: upsert == .replacing))
    }

    // MARK: Operators

    /// Every recurrence, in the order of their names. O(n log n).
    public nonisolated func recurrences() async throws -> [Recurrence] {
        try await intake.store.recurrences(named: nil).map(Recurrence.init)
    }

    /// A recurrence as it stands; `nil` when none has this name.
    public nonisolated func recurrence(_ name: String) async throws -> Recurrence? {
        try await intake.store.recurrences(named: name).first.map(Recurrence.init)
    }

    /// Has a recurrence rest: nothing is created until it is resumed. Occurrences that exist go on.
    ///
    /// - Throws: ``TickerError`` with code `unknownRecurrence`.
    @discardableResult
    public nonisolated func pauseRecurrence(_ name: String) async throws -> Recurrence {
        try await change(name, .pause)
    }

    /// Has a recurrence go on from now: what would have come in the meantime does not come, and was not missed.
    ///
    /// - Throws: ``TickerError`` with code `unknownRecurrence`.
    @discardableResult
    public nonisolated func resumeRecurrence(_ name: String) async throws -> Recurrence {
        try await change(name, .resume)
    }

    /// Changes a recurrence until code declares something else than it did: `{ $0.overlap = .skip }`. A new rule counts from now
    /// on.
    ///
    /// - Throws: ``TickerError``: `unknownRecurrence`, `invalidSchedule`, `invalidArgument`.
    @discardableResult
    public nonisolated func updateRecurrence(
        _ name: String,
        _ change: @Sendable (inout RecurrenceSettings) throws -> Void
    ) async throws -> Recurrence {
        guard let record = try await intake.store.recurrences(named: name).first else {
            throw TickerError.unknownRecurrence(name)
        }
        var settings = RecurrenceSettings(
            rule: record.definition.rule,
            missed: record.definition.missed,
            overlap: record.definition.overlap
        )
        try change(&settings)
        try settings.rule.bound(to: intake.functions.schedules).validate()
        guard settings.missed.problems.isEmpty else { throw TickerError.invalidArgument(settings.missed.problems) }
        let definition = RecurrenceDefinition(
            rule: settings.rule,
            target: record.definition.target,
            missed: settings.missed,
            overlap: settings.overlap
        )
        return try await self.change(name, .update(definition))
    }

    /// Removes a recurrence. Its occurrences that have not started are cancelled; those that run go on.
    ///
    /// - Returns: The recurrence as it was, or `nil` when none had this name.
    @discardableResult
    public nonisolated func removeRecurrence(_ name: String) async throws -> Recurrence? {
        let record = try await intake.store.changeRecurrence(name, .remove, now: intake.clock.wall)
        return record.map(Recurrence.init)
    }

    /// Creates an occurrence now, beside those that come by the rule, also of one that is paused. Its overlap policy is asked.
    ///
    /// - Returns: The occurrence's workflow, or `nil` when the overlap policy has it not run or wait.
    /// - Throws: ``TickerError``: `unknownRecurrence`, `unregisteredFunction`, `shutDown`, and what the template throws.
    @discardableResult
    public nonisolated func triggerRecurrence(_ name: String) async throws -> WorkflowID? {
        try intake.checkOpen()
        while true {
            guard let record = try await intake.store.recurrences(named: name).first else {
                throw TickerError.unknownRecurrence(name)
            }
            let now = intake.clock.wall
            let rule = record.definition.rule.bound(to: intake.functions.schedules)
            // Its own instant: neither one of the rule's nor that of the one before.
            var instant = record.firstFree(from: now)
            while rule.next(after: instant.advanced(by: .microseconds(-1))) == instant { instant = instant.justAfter }
            let occurrence = Occurrence(name: name, instant: instant, missed: 0)
            var step = RecurrenceStep(of: record)
            let workflow = try intake.workflow(of: occurrence, record.definition, rule)
            let planned = PlannedOccurrence(instant: instant, missed: 0, isTriggered: true)
            step.created = [RecurrenceStep.Created(planned: planned, workflow: workflow)]
            switch try await intake.store.advanceRecurrences([step], now: now).first {
            case .taken(let stored): return stored.first
            // Somebody else has moved it on in the meantime.
            case .outdated, nil: continue
            }
        }
    }

    /// The next occurrences of a rule from now on, without storing anything.
    ///
    /// - Throws: ``TickerError`` with code `invalidSchedule`.
    public nonisolated func preview(_ rule: RecurrenceRule, next count: Int) throws -> [Timestamp] {
        let rule = rule.bound(to: intake.functions.schedules)
        try rule.validate()
        return rule.upcoming(after: intake.clock.wall, limit: count)
    }

    private nonisolated func change(_ name: String, _ change: RecurrenceChange) async throws -> Recurrence {
        let record = try await intake.store.changeRecurrence(name, change, now: intake.clock.wall)
        guard let record else { throw TickerError.unknownRecurrence(name) }
        return Recurrence(record)
    }
}

extension TickerError {
    fileprivate static func unknownRecurrence(_ name: String) -> TickerError {
        TickerError(.unknownRecurrence, "No recurrence has the name \"\(name)\".")
    }
}
