/// What a store keeps of one recurrence.
public struct RecurrenceRecord: Sendable, Hashable, Codable {
    package let name: String
    package let createdAt: Timestamp
    /// The ``TickerID/serial`` of the latest ticker at that time: earlier ones are of a recurrence of this name that was removed.
    package let idsAfter: Int64
    /// What code has said last.
    package var declared: RecurrenceDefinition
    /// What counts: what code has said, with what an operator has changed.
    package var definition: RecurrenceDefinition
    package var cursor: RecurrenceCursor
    /// The distant future stands for never: an optional would take twice the room in every record.
    private var look = Timestamp.distantFuture
    /// Changes with every change, so that a decision that was made about an older state is refused.
    package var revision: Int64 = 0
    /// The latest occurrence that was created.
    package var latest: Latest?
    /// The workflows of occurrences that have not ended, in the order in which they were created. Not encoded: it follows from
    /// the workflows, and a file would have to write all of a backlog at each of its ends.
    package var unfinished: [WorkflowID] = []
    /// What most recurrences have nothing of: empty, or one. An optional of so much would take its room in every record.
    private var rare: [RareState] = []

    package struct Latest: Sendable, Hashable, Codable {
        package let instant: Timestamp
        package let workflow: WorkflowID
    }

    private enum CodingKeys: String, CodingKey {
        case name, createdAt, idsAfter, declared, definition, cursor
        case look = "next"
        case revision, latest, rare
    }

    /// When to look at it again; `nil` when nothing will come.
    package var next: Timestamp? {
        get { look == .distantFuture ? nil : look }
        set { look = newValue ?? .distantFuture }
    }

    private struct RareState: Sendable, Hashable, Codable {
        var waiting: PlannedOccurrence?
        var overlapped = 0
        var uncreated = 0
        var unmade = 0
        var passedOver = 0
        var problem: String?
    }

    /// The occurrence that waits for them, under `queueOne`.
    package var waiting: PlannedOccurrence? {
        get { rare.first?.waiting }
        set { changeRare { $0.waiting = newValue } }
    }

    /// Occurrences that came while an earlier one had not ended, and were not run.
    package var overlapped: Int {
        get { rare.first?.overlapped ?? 0 }
        set { changeRare { $0.overlapped = newValue } }
    }

    /// Occurrences that could not be created.
    package var uncreated: Int {
        get { rare.first?.uncreated ?? 0 }
        set { changeRare { $0.uncreated = newValue } }
    }

    /// Occurrences by the rule that the cursor has counted and of which nothing was made.
    private var unmade: Int {
        get { rare.first?.unmade ?? 0 }
        set { changeRare { $0.unmade = newValue } }
    }

    /// Occurrences by the rule of which a workflow was made.
    package var made: Int {
        let isOneToCome = waiting.map { !$0.isTriggered } ?? false
        return cursor.created - unmade - (isOneToCome ? 1 : 0)
    }

    /// Occurrences that were missed and not created.
    package var passedOver: Int {
        get { rare.first?.passedOver ?? 0 }
        set { changeRare { $0.passedOver = newValue } }
    }

    /// Why the latest occurrence could not be created; `nil` when it could.
    package var problem: String? {
        get { rare.first?.problem }
        set { changeRare { $0.problem = newValue } }
    }

    private mutating func changeRare(_ change: (inout RareState) -> Void) {
        var state = rare.first ?? RareState()
        change(&state)
        rare = state == RareState() ? [] : [state]
    }

    /// - Parameter serial: That of the latest ticker.
    package init(name: String, definition: RecurrenceDefinition, after serial: Int64 = 0, now: Timestamp) {
        self.name = name
        createdAt = now
        idsAfter = serial
        declared = definition
        self.definition = definition
        cursor = RecurrenceCursor(addedAt: now)
        next = cursor.next(at: now, definition.rule)
    }

    /// Code declares it again.
    ///
    /// - Parameter isReplacing: Whether what an operator has changed is overwritten.
    package mutating func wasDeclared(_ new: RecurrenceDefinition, replacing isReplacing: Bool, now: Timestamp) {
        let merged = isReplacing ? new : definition.taking(new, over: declared)
        declared = new
        if isReplacing, cursor.isPaused { resumed(now: now) }
        wasUpdated(merged, now: now)
    }

    /// An operator has changed it. A new rule counts from now on.
    package mutating func wasUpdated(_ new: RecurrenceDefinition, now: Timestamp) {
        guard new != definition else {
            // The same, but it may have brought the schedule that a rule from a file lacks.
            definition = new
            return
        }
        let isNewRule = new.rule != definition.rule
        definition = new
        if isNewRule { cursor.ruleChanged(at: now) }
        changed(now: now)
    }

    package mutating func paused(now: Timestamp) {
        guard !cursor.isPaused else { return }
        cursor.paused()
        changed(now: now)
    }

    package mutating func resumed(now: Timestamp) {
        guard cursor.isPaused else { return }
        cursor.resumed(at: now)
        changed(now: now)
    }

    /// What becomes of an occurrence that comes now.
    package var overlapDecision: OverlapDecision {
        definition.overlap.decision(unfinished: unfinished.count, waiting: waiting == nil ? 0 : 1)
    }

    /// A step was taken.
    package mutating func moved(on step: RecurrenceStep) {
        cursor = step.cursor
        next = step.next
        passedOver += step.passedOver
        uncreated += step.uncreated
        unmade += step.unmade
        problem = step.problem
        revision += 1
        if step.takesWaiting { waiting = nil }
    }

    /// An earlier occurrence keeps one from running.
    package mutating func keptFromRunning(_ occurrence: PlannedOccurrence) {
        overlapped += 1
        if !occurrence.isTriggered { unmade += 1 }
    }

    /// The store has refused what an occurrence would have run.
    package mutating func refused(_ occurrence: PlannedOccurrence, because problem: String) {
        self.problem = problem
        uncreated += 1
        if !occurrence.isTriggered { unmade += 1 }
    }

    /// An occurrence has been created. One that was triggered at the same instant, and moved on to be one of its own, stays the
    /// latest, so that the next one moves on from there.
    ///
    /// - Parameter isOpen: Not where all of its tickers have ended by being stored.
    package mutating func created(_ occurrence: Latest, isOpen: Bool) {
        if isOpen { unfinished.append(occurrence.workflow) }
        if let latest, latest.instant > occurrence.instant, latest.instant.since(occurrence.instant) < Self.atOnce {
            return
        }
        latest = occurrence
    }

    /// An instant that no occurrence has that was triggered at `now`.
    package func firstFree(from now: Timestamp) -> Timestamp {
        guard let last = latest?.instant, last >= now, last.since(now) < Self.atOnce else { return now }
        return last.justAfter
    }

    /// Occurrences that are no further apart may have been triggered at one instant.
    private static let atOnce = Duration.milliseconds(1)

    /// One of its workflows has ended. One that waits may start then.
    package mutating func ended(_ workflow: WorkflowID, now: Timestamp) {
        guard let index = unfinished.firstIndex(of: workflow) else { return }
        unfinished.remove(at: index)
        if unfinished.isEmpty, waiting != nil, !cursor.isPaused {
            next = now
            revision += 1
        }
    }

    /// One of its workflows has been opened again.
    package mutating func reopened(_ workflow: WorkflowID) {
        guard workflow.first.serial > idsAfter, !unfinished.contains(workflow) else { return }
        unfinished.append(workflow)
    }

    /// Whether something comes earlier than its next instant says, which an earlier reading of the clock has set.
    package func comesSooner(at now: Timestamp) -> Bool {
        guard next.map({ now < $0 }) ?? true, !cursor.isPaused else { return false }
        // Without its schedule nobody knows here; a scheduler that has it finds out.
        guard definition.rule.missingSchedule == nil else { return true }
        guard let sooner = cursor.next(at: now, definition.rule) else { return false }
        return next.map { sooner < $0 } ?? true
    }

    private mutating func changed(now: Timestamp) {
        revision += 1
        // Without its schedule nobody knows here; a scheduler that has it finds out at once.
        let knows = definition.rule.missingSchedule == nil
        next = knows ? cursor.next(at: now, definition.rule) : cursor.isPaused ? nil : now
    }
}

/// What is done to a recurrence by a call.
public enum RecurrenceChange: Sendable {
    /// Stores it, or declares it again.
    case declare(RecurrenceDefinition, replacing: Bool)
    case update(RecurrenceDefinition)
    case pause
    case resume
    /// Cancels what has not started of its occurrences.
    case remove
}

/// Which recurrences a scheduler can create occurrences of.
public struct RecurrenceServing: Sendable {
    package var functions: Set<String>
    package var templates: Set<String>
    /// Schedules for rules from a file.
    package var schedules: Set<String>

    package init(functions: Set<String>, templates: Set<String>, schedules: Set<String> = []) {
        self.functions = functions
        self.templates = templates
        self.schedules = schedules
    }

    package func serves(_ definition: RecurrenceDefinition) -> Bool {
        if let schedule = definition.rule.missingSchedule, !schedules.contains(schedule) { return false }
        return switch definition.target {
        case .function(let function): functions.contains(function.name)
        case .workflow(let template): templates.contains(template)
        }
    }
}

/// Recurrences whose time has come.
public struct DueRecurrences: Sendable {
    package var records: [RecurrenceRecord] = []
    /// When the next of the others comes.
    package var next: Timestamp?
    /// Whether there are recurrences at all: then it matters that the clock goes back.
    package var hasRecurrences = false

    package init() {}
}

/// One step of a recurrence: what was decided about it, by its state of one revision.
public struct RecurrenceStep: Sendable {
    /// An occurrence with what it runs.
    package struct Created: Sendable {
        package var planned: PlannedOccurrence
        package var workflow: NewWorkflow

        package init(planned: PlannedOccurrence, workflow: NewWorkflow) {
            self.planned = planned
            self.workflow = workflow
        }
    }

    package var name: String
    package var revision: Int64
    package var cursor: RecurrenceCursor
    package var next: Timestamp?
    package var created: [Created]
    package var passedOver: Int
    /// How many could not be created, and how many of them the cursor has counted.
    package var uncreated: Int
    package var unmade: Int
    package var problem: String?
    /// Whether the one that waits is among those created, or given up.
    package var takesWaiting: Bool

    package init(of record: RecurrenceRecord) {
        name = record.name
        revision = record.revision
        cursor = record.cursor
        next = record.next
        created = []
        passedOver = 0
        uncreated = 0
        unmade = 0
        takesWaiting = false
    }

    /// What an occurrence would run could not be made.
    package mutating func failed(_ occurrence: PlannedOccurrence, because problem: String) {
        self.problem = problem
        uncreated += 1
        if !occurrence.isTriggered { unmade += 1 }
    }
}

/// What became of a step.
public enum RecurrenceStepResult: Sendable {
    /// The workflows that were stored; those of occurrences that did not run, or wait, are missing.
    case taken([WorkflowID])
    /// The recurrence has changed since, or is gone: nothing was done.
    case outdated
}
