import Tickers

extension StoreBehaviour {
    /// What a store that keeps recurrences does with them.
    static let recurrences: [StoreBehaviour] = [
        StoreBehaviour(
            "a recurrence that was declared is there as it was said, and the others in the order of their names"
        ) { stage in
            let record = try await stage.declare("b", every: 60)
            try await stage.advance()
            try await stage.declare("a", every: 30)
            try expect("its name", record.name, is: "b")
            try expect("its creation", record.createdAt, is: StoreStage.start)
            try expect("what it says", record.definition, is: definition(every: 60))
            try expect("when it comes", record.next, is: StoreStage.start.advanced(by: .seconds(60)))
            try expect("it, read back", await stage.store.recurrences(named: "b"), is: [record])
            try expect("all of them", await stage.store.recurrences(named: nil).map(\.name), is: ["a", "b"])
            try expect("one that is not there", await stage.store.recurrences(named: "c"), is: [])
            for change in [RecurrenceChange.pause, .resume, .remove, .update(definition(every: 5))] {
                let answer = try await stage.store.changeRecurrence("c", change, now: stage.time)
                try expect("the answer to a change of it", answer, is: nil)
            }
        },
        StoreBehaviour("a recurrence is due from its instant on, for who serves it") { stage in
            try await stage.declare("soon", every: 60)
            try await stage.declare("later", every: 90)
            try expect("what is due", await stage.due().records, is: [])
            try expect("when the next comes", await stage.due().next, is: stage.instant(60))
            try await stage.advance(.seconds(60))
            try expect("what is due then", await stage.due().records.map(\.name), is: ["soon"])
            try expect("when the next of the others comes", await stage.due().next, is: stage.instant(30))
            try expect("what is due for others", await stage.due(for: "Other").records, is: [])
        },
        StoreBehaviour("a step stores its occurrence once: one of an older state is outdated") { stage in
            let record = try await stage.declare("r", every: 60)
            try await stage.advance(.seconds(60))
            let step = stage.step(of: record)
            let first = try await stage.take(step)
            try expect("how many workflows are stored", first.count, is: 1)
            guard case .outdated = try await stage.store.advanceRecurrences([step], now: stage.time).first else {
                throw ExpectationMismatch("the same step again: expected outdated", fileID: #fileID, line: #line)
            }
            try await stage.advance()
            try expect("how many tickers there are", await stage.everything().count, is: 1)
            let later = try unwrap("the record", await stage.store.recurrences(named: "r").first)
            try expect("its latest occurrence", later.latest?.workflow, is: first.first)
            try expect("what has not ended", later.unfinished, is: first)
            try expect("when it comes next", later.next, is: StoreStage.start.advanced(by: .seconds(120)))
            try await stage.complete("Work")
            try expect("what has not ended then", await stage.store.recurrences(named: "r").first?.unfinished, is: [])
        },
        StoreBehaviour(
            "an occurrence that comes while an earlier one runs is counted and not run, where that is asked for"
        ) { stage in
            let record = try await stage.declare("r", every: 60, overlap: .skip)
            try await stage.advance(.seconds(60))
            try await stage.take(stage.step(of: record))
            try await stage.advance(.seconds(60))
            let second = try unwrap("the record", await stage.store.recurrences(named: "r").first)
            try expect("what is stored", await stage.take(stage.step(of: second)), is: [])
            try expect("how many overlapped", await stage.store.recurrences(named: "r").first?.overlapped, is: 1)
            try expect("how many tickers there are", await stage.everything().count, is: 1)
        },
        StoreBehaviour("a paused recurrence is not due, and one that is removed takes what has not started with it") {
            stage in
            let record = try await stage.declare("r", every: 60)
            try await stage.advance(.seconds(60))
            try await stage.take(stage.step(of: record))
            let paused = try await stage.store.changeRecurrence("r", .pause, now: stage.time)
            try expect("when it comes while it is paused", paused?.next, is: nil)
            try await stage.advance(.seconds(600))
            try expect("what is due", await stage.due().records, is: [])
            let resumed = try await stage.store.changeRecurrence("r", .resume, now: stage.time)
            try expect("when it comes", resumed?.next.map { $0 > stage.time }, is: true)
            let removed = try await stage.store.changeRecurrence("r", .remove, now: stage.time)
            try expect("the answer to its removal", removed?.name, is: "r")
            try expect("what is left", await stage.store.recurrences(named: nil), is: [])
            let ticker = try unwrap("its ticker", await stage.everything().first)
            try await stage.check(ticker.id, ended: .cancelled, .byRequest, at: stage.time, "its ticker")
        },
    ]

    fileprivate static func definition(every seconds: Int, overlap: OverlapPolicy = .allow) -> RecurrenceDefinition {
        let spec = TickerSpec(function: "Work", options: .inherited)
        let target = RecurrenceDefinition.Target.function(.init(spec: spec, input: nil))
        let rule = RecurrenceRule.every(.seconds(seconds), anchor: StoreStage.start)
        return RecurrenceDefinition(rule: rule, target: target, missed: .runOnce, overlap: overlap)
    }
}

extension StoreStage {
    /// Declares a recurrence of the function `Work`.
    @discardableResult
    fileprivate mutating func declare(
        _ name: String,
        every seconds: Int,
        overlap: OverlapPolicy = .allow
    ) async throws -> RecurrenceRecord {
        let definition = StoreBehaviour.definition(every: seconds, overlap: overlap)
        let change = RecurrenceChange.declare(definition, replacing: false)
        return try unwrap("the answer to declare", await store.changeRecurrence(name, change, now: time))
    }

    fileprivate func due(for function: String = "Work") async throws -> DueRecurrences {
        let serving = RecurrenceServing(functions: [function], templates: [])
        return try await store.dueRecurrences(for: serving, limit: 100, now: time)
    }

    /// What a scheduler decides at this instant: the step with its occurrences.
    fileprivate func step(of record: RecurrenceRecord) -> RecurrenceStep {
        var step = RecurrenceStep(of: record)
        let definition = record.definition
        let plan = step.cursor.timePassed(
            to: time,
            rule: definition.rule,
            missed: definition.missed,
            watchedSince: StoreStage.start
        )
        step.next = plan.next
        step.passedOver = plan.passedOver
        step.created = plan.occurrences.map { planned in
            var options = WorkflowOptions.none
            options.occurrence = Occurrence(name: record.name, instant: planned.instant, missed: planned.missed)
            return RecurrenceStep.Created(
                planned: planned,
                workflow: NewWorkflow(steps: [PlannedStep("Work")], options: options)
            )
        }
        return step
    }

    /// Has the store take a step.
    ///
    /// - Returns: The workflows of its occurrences.
    @discardableResult
    fileprivate mutating func take(_ step: RecurrenceStep) async throws -> [WorkflowID] {
        let results = try await store.advanceRecurrences([step], now: time)
        guard case .taken(let workflows)? = results.first, results.count == 1 else {
            throw ExpectationMismatch("a step: expected taken, found \(results)", fileID: #fileID, line: #line)
        }
        return workflows
    }
}
