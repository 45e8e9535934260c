public import Tickers

/// A ticker that a test expects to have been scheduled. What is `nil` is not compared.
public struct ExpectedTicker: Sendable {
    /// The name of its function.
    public let function: String
    /// From when it may run. For a root, `.after` and `.at` are the same when they come to the same instant; for a child they
    /// are compared as they were asked for.
    public var due: TickerDue?
    /// The queue it runs in.
    public var queue: String?
    /// What it competes with.
    public var priority: TickerPriority?
    /// Words to find it by, in this order.
    public var tags: [String]?
    /// What it follows, in this order; an empty array expects a root.
    public var parents: [ScheduledTicker.Parent]?
    /// The names under which such a ticker may have been stored.
    let names: Set<String>
    private let inputText: String?
    private let inputDifference: @Sendable (ScheduledTicker) -> Difference?

    /// A ticker of this function with any input.
    public init<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        due: TickerDue? = nil,
        queue: String? = nil,
        priority: TickerPriority? = nil,
        tags: [String]? = nil
    ) {
        self.init(function.name, function.aliases, inputText: nil) { _ in nil }
        (self.due, self.queue, self.priority, self.tags) = (due, queue, priority, tags)
    }

    /// A ticker of this function with an input that equals this one.
    public init<Input: Equatable, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        due: TickerDue? = nil,
        queue: String? = nil,
        priority: TickerPriority? = nil,
        tags: [String]? = nil
    ) {
        let text = function.input.payload(input).text ?? ""
        self.init(function.name, function.aliases, inputText: text) { ticker in
            var found = ticker.inputText ?? "nothing"
            do {
                let value = try ticker.input(of: function)
                if value == input { return nil }
                // Described anew, because a store that encodes has bytes to show and not the value.
                found = function.input.payload(value).text ?? found
            } catch {
                found += " (not a \(Input.self))"
            }
            if found == text { found += " (not equal, though it looks the same)" }
            return Difference(property: "input", expected: text, actual: found)
        }
        (self.due, self.queue, self.priority, self.tags) = (due, queue, priority, tags)
    }

    private init(
        _ function: String,
        _ aliases: [String],
        inputText: String?,
        inputDifference: @escaping @Sendable (ScheduledTicker) -> Difference?
    ) {
        self.function = function
        names = Set([function] + aliases)
        self.inputText = inputText
        self.inputDifference = inputDifference
    }

    /// The same with one parent more, by default one that has to succeed.
    public func following<Input, Output>(
        _ parent: TickerFunction<Input, Output>,
        when condition: RunCondition = .onSuccess
    ) -> ExpectedTicker {
        var expected = self
        expected.parents = (parents ?? []) + [ScheduledTicker.Parent(parent.name, when: condition)]
        return expected
    }

    /// In what a ticker of the function differs.
    func differences(from ticker: ScheduledTicker) -> [Difference] {
        var found = [inputDifference(ticker), dueDifference(ticker)]
        if let queue, queue != ticker.queue {
            found.append(Difference(property: "queue", expected: queue, actual: ticker.queue))
        }
        if let priority, priority != ticker.priority {
            found.append(Difference(property: "priority", expected: "\(priority)", actual: "\(ticker.priority)"))
        }
        if let tags, tags != ticker.tags {
            found.append(Difference(property: "tags", expected: "\(tags)", actual: "\(ticker.tags)"))
        }
        if let parents, parents != ticker.parents {
            found.append(Difference(property: "following", expected: parents.text, actual: ticker.parents.text))
        }
        return found.compactMap(\.self)
    }

    private func dueDifference(_ ticker: ScheduledTicker) -> Difference? {
        guard let due else { return nil }
        let isRoot = ticker.parents.isEmpty
        let (stored, asked) = (ticker.storedAt, ticker.due)
        guard due.normalized(asOf: stored, isRoot: isRoot) != asked.normalized(asOf: stored, isRoot: isRoot) else {
            return nil
        }
        return Difference(property: "due", expected: due.text, actual: asked.text)
    }
}

extension ExpectedTicker: CustomStringConvertible {
    /// One line: the function with its input, and what else is expected.
    public var description: String {
        var parts = [function + (inputText.map { "(\($0))" } ?? "")]
        if let due { parts.append(due.text) }
        if let queue { parts.append("queue \(queue)") }
        if let priority { parts.append("priority \(priority)") }
        if let tags { parts.append("tags \(tags.joined(separator: " "))") }
        if let parents { parts.append("following \(parents.text)") }
        return parts.joined(separator: ", ")
    }
}
