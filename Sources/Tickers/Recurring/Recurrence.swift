/// A recurrence as it stood when it was asked about.
public struct Recurrence: Sendable, Hashable, Identifiable {
    /// What an occurrence runs.
    public enum Target: Sendable, Hashable {
        /// A ticker of the function of this name.
        case function(String)
        /// A workflow of the template of this name.
        case workflow(String)
    }

    /// Its name.
    public let name: String
    /// Its name, which is its identity.
    public var id: String { name }
    /// When it occurs.
    public let rule: RecurrenceRule
    /// What it runs.
    public let target: Target
    /// What is done about occurrences that were missed.
    public let missed: MissedPolicy
    /// What is done about an occurrence that comes while an earlier one has not ended.
    public let overlap: OverlapPolicy
    /// Whether it rests.
    public let isPaused: Bool
    /// When it was stored.
    public let createdAt: Timestamp
    /// The instant of its latest occurrence; `nil` before the first.
    public let last: Timestamp?
    /// The workflow of its latest occurrence.
    public let lastWorkflow: WorkflowID?
    /// The instant of the next one; `nil` while it rests and when nothing will come.
    public let next: Timestamp?
    /// How many occurrences by its rule have become a workflow; triggered ones are not among them, nor is one that waits.
    public let created: Int
    /// How many were missed and not created.
    public let passedOver: Int
    /// How many did not run because an earlier one had not ended, triggered ones among them.
    public let overlapped: Int
    /// How many could not be created: the template threw, or the store refused what it made.
    public let uncreated: Int
    /// Its occurrences that have not ended.
    public let unfinished: [WorkflowID]
    /// Whether one waits for them.
    public let isWaiting: Bool
    /// Why the latest occurrence could not be created; `nil` when it could.
    public let problem: String?

    package init(_ record: RecurrenceRecord) {
        name = record.name
        rule = record.definition.rule
        switch record.definition.target {
        case .function(let function): target = .function(function.name)
        case .workflow(let template): target = .workflow(template)
        }
        missed = record.definition.missed
        overlap = record.definition.overlap
        isPaused = record.cursor.isPaused
        createdAt = record.createdAt
        last = record.latest?.instant
        lastWorkflow = record.latest?.workflow
        next = record.next
        created = record.made
        passedOver = record.passedOver
        overlapped = record.overlapped
        uncreated = record.uncreated
        unfinished = record.unfinished
        isWaiting = record.waiting != nil
        problem = record.problem
    }
}

/// What an operator may change in a recurrence.
public struct RecurrenceSettings: Sendable, Hashable {
    /// When it occurs.
    public var rule: RecurrenceRule
    /// What is done about occurrences that were missed.
    public var missed: MissedPolicy
    /// What is done about an occurrence that comes while an earlier one has not ended.
    public var overlap: OverlapPolicy

    package init(rule: RecurrenceRule, missed: MissedPolicy, overlap: OverlapPolicy) {
        self.rule = rule
        self.missed = missed
        self.overlap = overlap
    }
}

/// What becomes of what an operator has changed, when code declares a recurrence again.
public enum RecurrenceUpsert: Sendable, Hashable {
    /// It stays where the declaration is the same as the one before.
    case keepingChanges
    /// The declaration counts, and a recurrence that rests goes on.
    case replacing
}
