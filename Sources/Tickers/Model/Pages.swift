/// Some of the tickers that a query asks for, in order of their ids.
public struct TickerPage: Sendable, Hashable {
    /// The tickers, each as it stood when the page was read.
    public var tickers: [Ticker]
    /// Hand it in as `after:` to read on; `nil` when nothing lay behind. The page behind may turn out to be empty.
    ///
    /// It stays good when that ticker has been removed: what follows is what lies beyond its id.
    public var next: TickerID?

    package init(tickers: [Ticker] = [], next: TickerID? = nil) {
        self.tickers = tickers
        self.next = next
    }
}

/// Some of the workflows that a query asks for, in order of their ids.
public struct WorkflowPage: Sendable, Hashable {
    /// The workflows, each as it stood when the page was read.
    public var workflows: [WorkflowOverview]
    /// Hand it in as `after:` to read on; `nil` when nothing lay behind. The page behind may turn out to be empty.
    ///
    /// A place in the order, not always a workflow that is there.
    public var next: WorkflowID?

    package init(workflows: [WorkflowOverview] = [], next: WorkflowID? = nil) {
        self.workflows = workflows
        self.next = next
    }
}

/// A workflow without its tickers: enough for a list.
public struct WorkflowOverview: Sendable, Hashable, Identifiable {
    /// Its identity.
    public var id: WorkflowID
    /// The name it was built with; empty for lone tickers and unnamed chains.
    public var name: String
    /// When its first ticker was stored.
    public var createdAt: Timestamp
    /// When its last ticker ended; `nil` while one has not.
    public var endedAt: Timestamp?
    /// How it stands as a whole.
    public var status: WorkflowStatus
    /// How many of its tickers are in which state.
    public var counts: StoreCounts

    package init(
        id: WorkflowID,
        name: String,
        createdAt: Timestamp,
        endedAt: Timestamp?,
        status: WorkflowStatus,
        counts: StoreCounts
    ) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        self.endedAt = endedAt
        self.status = status
        self.counts = counts
    }
}

/// One look of a store at its tickers: where to begin, and how much to bring.
public struct TickerPageRequest: Sendable {
    package var query: TickerQuery
    /// Only what lies beyond this id in `order`.
    package var after: TickerID?
    /// How many at most; the store may bring fewer and say where it stopped.
    package var limit: Int
    package var order: PageOrder

    package init(
        _ query: TickerQuery,
        after: TickerID? = nil,
        limit: Int = TickerLimits.pageSize,
        order: PageOrder = .oldestFirst
    ) {
        self.query = query
        self.after = after
        self.limit = limit
        self.order = order
    }
}

/// One look of a store at its workflows: where to begin, and how much to bring.
public struct WorkflowPageRequest: Sendable {
    package var query: WorkflowQuery
    /// Only what lies beyond this id in `order`.
    package var after: WorkflowID?
    /// How many at most; the store may bring fewer and say where it stopped.
    package var limit: Int
    package var order: PageOrder

    package init(
        _ query: WorkflowQuery,
        after: WorkflowID? = nil,
        limit: Int = TickerLimits.pageSize,
        order: PageOrder = .oldestFirst
    ) {
        self.query = query
        self.after = after
        self.limit = limit
        self.order = order
    }
}
