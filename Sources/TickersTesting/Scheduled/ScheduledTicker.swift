public import Tickers

/// A ticker as it was scheduled: what its caller asked for, not what has become of it.
public struct ScheduledTicker: Sendable, Identifiable {
    /// A parent, by the name of its function.
    public struct Parent: Sendable, Hashable {
        /// The name of the parent's function.
        public var function: String
        /// When the child runs.
        public var condition: RunCondition

        /// A parent, by default one that has to succeed.
        public init(_ function: String, when condition: RunCondition = .onSuccess) {
            self.function = function
            self.condition = condition
        }
    }

    /// Its identity.
    public let id: TickerID
    /// The workflow it belongs to.
    public let workflowID: WorkflowID
    /// The name of its function.
    public let function: String
    /// From when it may run, as it was asked for.
    public let due: TickerDue
    /// The queue it runs in.
    public let queue: String
    /// What it competes with.
    public let priority: TickerPriority
    /// Words to find it by.
    public let tags: [String]
    /// What it follows, in the order in which the edges were added; empty for a root.
    public let parents: [Parent]
    /// When it was stored.
    public let storedAt: Timestamp
    let input: Input

    /// Where its input comes from, with functions' names.
    enum Input: Sendable {
        case payload(Payload)
        case output(of: String)
        case failure(of: String)
        case outputs(of: [String])
    }

    /// - Parameter names: The functions of the tickers that it may follow; one that is not in it goes by its id.
    init(_ recorded: RecordedTicker, names: [TickerID: String]) {
        func name(_ id: TickerID) -> String { names[id] ?? "\(id)" }
        let ticker = recorded.ticker
        id = ticker.id
        workflowID = ticker.workflowID
        function = ticker.function
        due = recorded.due
        queue = ticker.queue
        priority = ticker.priority
        tags = ticker.tags
        parents = ticker.parents.map { Parent(name($0.id), when: $0.condition) }
        storedAt = ticker.createdAt
        switch recorded.input {
        case .payload(let payload): input = .payload(payload)
        case .output(let id): input = .output(of: name(id))
        case .failure(let id): input = .failure(of: name(id))
        case .outputs(let ids): input = .outputs(of: ids.map(name))
        }
    }

    /// The input it was scheduled with.
    ///
    /// - Throws: ``TickerError``: `noOutput` when the input is to come from a parent, `undecodablePayload` when the ticker
    ///   runs another function or holds a value of another type.
    public func input<Value, Output>(of function: TickerFunction<Value, Output>) throws -> Value {
        guard ([function.name] + function.aliases).contains(self.function) else {
            throw TickerError(.undecodablePayload, "This is a \(self.function), not a \(function.name).", ticker: id)
        }
        switch input {
        case .payload(let payload): return try function.input.value(payload)
        case .output, .failure, .outputs:
            throw TickerError(.noOutput, "Its input is the \(inputText ?? "") and not known yet.", ticker: id)
        }
    }

    /// The input for people: the value as it describes itself, text in quotation marks, or the parent that it comes from;
    /// `nil` when there is none.
    public var inputText: String? {
        switch input {
        case .payload(let payload): payload.text
        case .output(let parent): "output of \(parent)"
        case .failure(let parent): "failure of \(parent)"
        case .outputs(let parents): "outputs of \(parents.joined(separator: ", "))"
        }
    }
}

extension ScheduledTicker: CustomStringConvertible {
    /// One line: the function with its input, when it is due, and what was asked for beyond the defaults.
    public var description: String {
        var parts = [function + (inputText.map { "(\($0))" } ?? ""), due.text]
        if queue != TickerOptions.defaultQueue { parts.append("queue \(queue)") }
        if priority != .normal { parts.append("priority \(priority)") }
        if !tags.isEmpty { parts.append("tags \(tags.joined(separator: " "))") }
        if !parents.isEmpty { parts.append("following \(parents.text)") }
        return parts.joined(separator: ", ")
    }
}

extension [ScheduledTicker.Parent] {
    /// The names, with the conditions that are not the default.
    var text: String {
        guard !isEmpty else { return "nothing" }
        return map { $0.condition == .onSuccess ? $0.function : "\($0.function) (\($0.condition))" }
            .joined(separator: ", ")
    }
}

extension TickerDue {
    /// In words.
    var text: String {
        let words = [instant.map { "at \($0)" }, delay.map { "after \($0)" }].compactMap(\.self)
        return words.isEmpty ? "at once" : words.joined(separator: " and ")
    }

    /// The same with what makes no difference left out: a delay of zero and an instant that had passed at `instant`.
    /// For a root, whose delay counts from then, one instant stands for both.
    func normalized(asOf stored: Timestamp, isRoot: Bool) -> TickerDue {
        let delay = delay.flatMap { $0 > .zero ? $0 : nil }
        var earliest = instant ?? stored
        if isRoot, let delay { earliest = max(earliest, stored.advanced(by: delay)) }
        let due = earliest > stored ? TickerDue.at(earliest) : .now
        guard let delay, !isRoot else { return due }
        return due.after(delay)
    }
}
