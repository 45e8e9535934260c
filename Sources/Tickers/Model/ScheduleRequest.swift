/// What one call is about to store, as a middleware sees it: a lone ticker, or all steps of a workflow.
public struct ScheduleRequest: Sendable {
    package private(set) var workflow: NewWorkflow

    package init(_ workflow: NewWorkflow) {
        self.workflow = workflow
    }

    /// The workflow's name; empty for lone tickers and unnamed workflows.
    public var workflowName: String { workflow.name }

    /// The ticker whose handler adds this; `nil` for what comes from outside.
    public var addedBy: TickerID? { workflow.addedBy?.ticker }

    /// How many tickers there are, 1 or more. O(1).
    public var count: Int { workflow.tickers.count }

    /// The tickers, in the order in which their ids will be answered. O(tickers).
    public var tickers: [TickerDraft] { workflow.tickers.map(TickerDraft.init) }

    /// Changes every ticker, in order; nothing is changed by a closure that throws. O(tickers).
    public mutating func changeEach(_ change: (inout TickerDraft) throws -> Void) rethrows {
        var changed = workflow.tickers
        for position in changed.indices {
            var draft = TickerDraft(changed[position])
            try change(&draft)
            draft.store(in: &changed[position])
        }
        workflow.tickers = changed
    }
}

/// One ticker that is about to be stored: what it is, and what a middleware may still change of it.
public struct TickerDraft: Sendable {
    private var spec: TickerSpec
    /// The name of its function.
    public let function: String
    /// From when it may run.
    public let due: TickerDue
    /// What is stored with it for middleware, and read back from ``TickerContext/metadata``. At most
    /// ``TickerLimits/metadataEntries`` entries of ``TickerLimits/metadataBytes`` bytes in all.
    public var metadata: [String: String]

    init(_ ticker: NewTicker) {
        spec = ticker.spec
        function = ticker.spec.function
        due = ticker.due
        metadata = ticker.metadata ?? [:]
    }

    /// Its options, those of the function and of the call worked into one.
    public var options: TickerOptions {
        get { spec.options }
        set { spec = TickerSpec(function: function, options: newValue) }
    }

    /// Writes back what may change. A draft of another ticker gives its options and metadata, never its function.
    fileprivate func store(in ticker: inout NewTicker) {
        ticker.metadata = metadata.isEmpty ? nil : metadata
        guard spec !== ticker.spec else { return }
        let isOfFunction = function == ticker.spec.function
        ticker.spec = isOfFunction ? spec : TickerSpec(function: ticker.spec.function, options: spec.options)
    }
}

extension NewTicker {
    /// What is wrong with one beside its spec, in sentences; by its parts, so that it need not be copied. O(bytes of metadata).
    package static func problems(due: TickerDue, metadata: [String: String]?) -> [String] {
        guard let metadata else { return due.problems }
        return due.problems + problems(of: metadata)
    }

    private static func problems(of metadata: [String: String]) -> [String] {
        var found: [String] = []
        if metadata.count > TickerLimits.metadataEntries {
            found.append("\(metadata.count) entries of metadata are more than \(TickerLimits.metadataEntries)")
        }
        if metadata[""] != nil { found.append("an entry of metadata has no name") }
        let bytes = metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        if bytes > TickerLimits.metadataBytes {
            found.append("\(bytes) bytes of metadata are more than \(TickerLimits.metadataBytes)")
        }
        return found
    }
}
