/// Recurrences: what a call does to one, and the occurrences that a step creates, each in the transaction that moves the
/// recurrence on.
extension TickerTable {
    /// Carries out a call. Answers with the recurrence as it stands then, or as it was when it was removed; `nil` when there is
    /// none of this name.
    package mutating func change(
        _ name: String,
        _ change: RecurrenceChange,
        now: Timestamp
    ) throws -> RecurrenceRecord? {
        guard var record = book[name] else {
            guard case .declare(let definition, _) = change else { return nil }
            guard book.count < TickerLimits.recurrences else {
                let sentence =
                    "\(TickerLimits.recurrences) recurrences are stored, which is the most; remove one first."
                throw TickerError(.tooManyRecurrences, sentence)
            }
            let record = RecurrenceRecord(name: name, definition: definition, now: now)
            keep(record)
            return record
        }
        switch change {
        case .declare(let definition, let isReplacing): record.wasDeclared(definition, replacing: isReplacing, now: now)
        case .update(let definition): record.wasUpdated(definition, now: now)
        case .pause: record.paused(now: now)
        case .resume: record.resumed(now: now)
        case .remove:
            book.remove(name)
            cancelUnstarted(record.unfinished, now: now)
            return record
        }
        let hadSchedule = book[name]?.definition.rule.missingSchedule == nil
        if record != book[name] || !hadSchedule { keep(record) }
        return record
    }

    /// Carries out what was decided about recurrences, each step by itself.
    package mutating func advance(_ steps: [RecurrenceStep], now: Timestamp) -> [RecurrenceStepResult] {
        steps.map { advance($0, now: now) }
    }

    /// The recurrences whose time has come. O(due × log n), and O(n) when the clock has gone back.
    package mutating func dueRecurrences(
        for serving: RecurrenceServing,
        limit: Int,
        now: Timestamp
    ) -> DueRecurrences {
        book.due(now: now, limit: limit, by: serving)
    }

    /// Every recurrence, or the one of this name.
    package func recurrences(named name: String?) -> [RecurrenceRecord] {
        guard let name else { return book.all }
        return book[name].map { [$0] } ?? []
    }

    private mutating func advance(_ step: RecurrenceStep, now: Timestamp) -> RecurrenceStepResult {
        guard var record = book[step.name], record.revision == step.revision else { return .outdated }
        record.cursor = step.cursor
        record.next = step.next
        record.passedOver += step.passedOver
        record.problem = step.problem
        record.revision += 1
        if step.takesWaiting { record.waiting = nil }
        // Kept first: what is stored and cancelled below comes back to it.
        keep(record)
        var stored: [WorkflowID] = []
        for created in step.created {
            if let id = create(created, of: step.name, now: now) { stored.append(id) }
        }
        return .taken(stored)
    }

    private mutating func create(
        _ created: RecurrenceStep.Created,
        of name: String,
        now: Timestamp
    ) -> WorkflowID? {
        guard var record = book[name] else { return nil }
        let waiting = record.waiting == nil ? 0 : 1
        switch record.definition.overlap.decision(unfinished: record.unfinished.count, waiting: waiting) {
        case .start:
            break
        case .doNotRun:
            record.overlapped += 1
            keep(record)
            return nil
        case .wait:
            record.waiting = created.planned
            keep(record)
            return nil
        case .cancelOthersAndStart:
            for id in record.unfinished {
                if let workflow = workflow(of: id) { _ = cancelAll(in: workflow, now: now) }
            }
        }
        let id: WorkflowID
        do {
            id = try store(created.workflow, now: now).id
        } catch {
            // A unique key that is in use, say: nothing was stored, and the recurrence goes on.
            record.problem = "\(error)"
            keep(record)
            return nil
        }
        guard var record = book[name] else { return id }
        record.created(RecurrenceRecord.Latest(instant: created.planned.instant, workflow: id))
        // One whose tickers have all ended by being stored is not unfinished.
        if let workflow = workflow(of: id), workflows[workflow].open > 0 { record.reopened(id) }
        keep(record)
        return id
    }

    private mutating func cancelUnstarted(_ ids: [WorkflowID], now: Timestamp) {
        for workflow in ids.compactMap({ workflow(of: $0) }) {
            guard !members(of: workflow).contains(where: { tickers[$0].row.hasStarted }) else { continue }
            _ = cancelAll(in: workflow, now: now)
        }
    }

    /// Says that every ticker of a workflow has ended, to the recurrence that it is an occurrence of.
    mutating func occurrenceEnded(_ workflow: Int32, now: Timestamp) {
        guard let occurrence = workflows[workflow].options?.options.occurrence else { return }
        guard var record = book[occurrence.name] else { return }
        record.ended(workflowID(ofWorkflow: workflow), now: now)
        keep(record)
    }

    /// Says that a workflow has been opened again.
    mutating func occurrenceReopened(_ workflow: Int32) {
        guard let occurrence = workflows[workflow].options?.options.occurrence else { return }
        guard var record = book[occurrence.name] else { return }
        record.reopened(workflowID(ofWorkflow: workflow))
        keep(record)
    }

    private mutating func keep(_ record: RecurrenceRecord) {
        book.put(record)
        if let next = record.next { earliestRecurrence = min(earliestRecurrence ?? next, next) }
    }
}
