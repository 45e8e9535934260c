/// How a workflow stands as a whole.
public struct WorkflowSummary: Sendable, Hashable, Identifiable {
    /// Its identity.
    public var id: WorkflowID
    /// The name it was built with; empty for lone tickers and unnamed chains.
    public var name: String
    /// When its first ticker was stored.
    public var createdAt: Timestamp
    /// When its last ticker ended; `nil` while one has not.
    public var endedAt: Timestamp?
    /// When whatever has not ended is cancelled; `nil` for never.
    public var deadline: Timestamp?
    /// Its tickers in the order in which they were added.
    public var tickers: [Ticker]

    package init(id: WorkflowID, name: String, createdAt: Timestamp, endedAt: Timestamp?, tickers: [Ticker]) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        self.endedAt = endedAt
        self.tickers = tickers
    }
}

extension WorkflowSummary {
    /// The tickers that run this function, in the order in which they were added. O(tickers).
    public func tickers(named function: String) -> [Ticker] { tickers.filter { $0.function == function } }

    /// The tickers that follow `parent`, in the order in which they were added. O(tickers + edges).
    public func children(of parent: TickerID) -> [Ticker] {
        tickers.filter { $0.parents.contains { $0.id == parent } }
    }
}
