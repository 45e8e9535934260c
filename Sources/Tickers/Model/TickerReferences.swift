/// Anything that names one ticker: an id or a handle.
public protocol TickerReference: Sendable {
    /// The ticker's id.
    var tickerID: TickerID { get }
}

extension TickerID: TickerReference {
    /// The id itself.
    public var tickerID: TickerID { self }
}

/// A stored ticker whose output type the compiler knows.
public struct TickerHandle<Output: Sendable>: TickerReference, Hashable, CustomStringConvertible {
    /// The ticker's id.
    public let id: TickerID
    /// The workflow it belongs to.
    public let workflowID: WorkflowID
    /// Whether the ticker was there already and holds the unique key that was asked for: the call stored nothing.
    public let isExisting: Bool
    package let output: PayloadCoder<Output>

    package init(id: TickerID, workflowID: WorkflowID, isExisting: Bool = false, output: PayloadCoder<Output>) {
        self.id = id
        self.workflowID = workflowID
        self.isExisting = isExisting
        self.output = output
    }

    package init(_ stored: StoredTicker, output: PayloadCoder<Output>) {
        self.init(id: stored.id, workflowID: stored.workflowID, isExisting: stored.isExisting, output: output)
    }

    /// The first ticker of what has been stored.
    package init(_ stored: StoredWorkflow, output: PayloadCoder<Output>) {
        self.init(id: stored.tickers[0], workflowID: stored.id, isExisting: stored.isExisting, output: output)
    }

    /// The ticker's id.
    public var tickerID: TickerID { id }
    /// The id's text form.
    public var description: String { id.description }

    /// Handles are equal when they name the same ticker.
    public static func == (left: Self, right: Self) -> Bool { left.id == right.id }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// Anything that can stand after `following:` : an id or a handle (run on success), or one with a condition.
public protocol TickerParentReference: Sendable {
    /// The parent with its condition and policy.
    var parent: TickerParent { get }
}

/// A parent with the condition under which its child runs.
public struct TickerParent: TickerParentReference, Hashable {
    /// The parent's id.
    public var id: TickerID
    /// When the child runs.
    public var condition: RunCondition
    /// What the parent's final failure does to the child, before the condition is asked.
    public var onParentFailure: ParentFailurePolicy

    /// A parent, by default one that has to succeed.
    public init(
        _ id: TickerID,
        when condition: RunCondition = .onSuccess,
        onParentFailure: ParentFailurePolicy = .byCondition
    ) {
        self.id = id
        self.condition = condition
        self.onParentFailure = onParentFailure
    }

    /// Itself.
    public var parent: TickerParent { self }
}

extension TickerID: TickerParentReference {
    /// The ticker as a parent that has to succeed.
    public var parent: TickerParent { TickerParent(self) }
}

extension TickerHandle: TickerParentReference {
    /// The ticker as a parent that has to succeed.
    public var parent: TickerParent { TickerParent(id) }
}

extension TickerReference {
    /// The ticker as a parent under a condition: `following: order.when(.onFailure)`.
    public func when(
        _ condition: RunCondition,
        onParentFailure: ParentFailurePolicy = .byCondition
    ) -> TickerParent {
        TickerParent(tickerID, when: condition, onParentFailure: onParentFailure)
    }
}
