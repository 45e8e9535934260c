/// Which tickers are asked for. What is `nil` is not asked about; what is given has to hold all together.
public struct TickerQuery: Sendable, Hashable {
    /// In one of these statuses, as they stand when the store looks; `pending` follows from the due time and the clock.
    public var statuses: Set<TickerStatus>?
    /// Of one of these functions, by the names under which they were stored.
    public var functions: Set<String>?
    /// In one of these queues.
    public var queues: Set<String>?
    /// With all of these tags.
    public var tags: Set<String>?
    /// In this workflow.
    public var workflow: WorkflowID?
    /// Stored at one of these instants.
    public var created: Range<Timestamp>?
    /// Due at one of these instants, as ``Ticker/due`` says it: never met by tickers that have no due time.
    public var due: Range<Timestamp>?

    /// A query for what is given.
    public init(
        statuses: Set<TickerStatus>? = nil,
        functions: Set<String>? = nil,
        queues: Set<String>? = nil,
        tags: Set<String>? = nil,
        workflow: WorkflowID? = nil,
        created: Range<Timestamp>? = nil,
        due: Range<Timestamp>? = nil
    ) {
        self.statuses = statuses
        self.functions = functions
        self.queues = queues
        self.tags = tags
        self.workflow = workflow
        self.created = created
        self.due = due
    }

    /// Every ticker.
    public static let all = TickerQuery()
}

/// Which workflows are asked for. What is `nil` is not asked about; what is given has to hold all together.
public struct WorkflowQuery: Sendable, Hashable {
    /// In one of these statuses.
    public var statuses: Set<WorkflowStatus>?
    /// Built with one of these names; lone tickers and unnamed chains have the empty one.
    public var names: Set<String>?
    /// Whose first ticker was stored at one of these instants.
    public var created: Range<Timestamp>?

    /// A query for what is given.
    public init(
        statuses: Set<WorkflowStatus>? = nil,
        names: Set<String>? = nil,
        created: Range<Timestamp>? = nil
    ) {
        self.statuses = statuses
        self.names = names
        self.created = created
    }

    /// Every workflow.
    public static let all = WorkflowQuery()
}

/// In which order pages go: that of creation, or the other way round.
public enum PageOrder: String, Sendable, Hashable, Codable, CaseIterable {
    /// What was stored first comes first.
    case oldestFirst
    /// What was stored last comes first.
    case newestFirst
}
