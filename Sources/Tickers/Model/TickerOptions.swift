/// What a ticker may ask for beyond its function and input. Given on the function, overridden per call: a field that
/// is `nil` takes the function's value, and the function's `nil` the default written here.
public struct TickerOptions: Sendable {
    /// The queue it runs in; `nil` is ``defaultQueue``. 1 to ``TickerLimits/nameBytes`` bytes.
    public var queue: String?
    /// What goes first among due tickers; `nil` is ``TickerPriority/normal``.
    public var priority: TickerPriority?
    /// Whether a failed attempt is followed by another; `nil` is ``RetryPolicy/none``.
    public var retry: RetryPolicy?
    /// The longest one attempt may take, above zero, from when it is handed to a worker; `nil` is no bound.
    public var timeout: Duration?
    /// Words to find it by; `nil` is none. At most ``TickerLimits/tags``, each 1 to ``TickerLimits/nameBytes`` bytes.
    public var tags: [String]?

    /// The queue of tickers that name none.
    public static let defaultQueue = "default"

    /// Nothing asked for.
    public static let inherited = TickerOptions()

    /// Options; what is left out is inherited.
    public init(
        queue: String? = nil,
        priority: TickerPriority? = nil,
        retry: RetryPolicy? = nil,
        timeout: Duration? = nil,
        tags: [String]? = nil
    ) {
        self.queue = queue
        self.priority = priority
        self.retry = retry
        self.timeout = timeout
        self.tags = tags
    }

    /// Whether every field is left to the function.
    package var isInherited: Bool {
        queue == nil && priority == nil && retry == nil && timeout == nil && tags == nil
    }
}

/// A function's name with its options worked out. Shared by all tickers that ask for the same, so a ticker that
/// overrides nothing costs one reference.
package final class TickerSpec: Sendable {
    package let function: String
    package let queue: String
    package let priority: TickerPriority
    package let retry: RetryPolicy
    package let timeout: Duration?
    package let tags: [String]
    /// What is wrong with it, in sentences; nothing that has problems is ever stored.
    package let problems: [String]

    package init(function: String, options: TickerOptions) {
        self.function = function
        queue = options.queue ?? TickerOptions.defaultQueue
        priority = options.priority ?? .normal
        retry = options.retry ?? .none
        timeout = options.timeout
        tags = options.tags ?? []
        problems = Self.problems(function: function, options: options)
    }

    /// The same with the fields that `overrides` gives.
    package func overridden(by overrides: TickerOptions) -> TickerSpec {
        guard !overrides.isInherited else { return self }
        let options = TickerOptions(
            queue: overrides.queue ?? queue,
            priority: overrides.priority ?? priority,
            retry: overrides.retry ?? retry,
            timeout: overrides.timeout ?? timeout,
            tags: overrides.tags ?? tags
        )
        return TickerSpec(function: function, options: options)
    }

    private static func problems(function: String, options: TickerOptions) -> [String] {
        var found = nameProblems(function, of: "function name")
        if let queue = options.queue { found += nameProblems(queue, of: "queue name") }
        found += options.retry?.problems ?? []
        if let timeout = options.timeout, timeout <= .zero { found.append("a timeout of \(timeout) is not above zero") }
        let tags = options.tags ?? []
        if tags.count > TickerLimits.tags { found.append("\(tags.count) tags are more than \(TickerLimits.tags)") }
        for tag in tags.prefix(TickerLimits.tags) { found += nameProblems(tag, of: "tag") }
        return found
    }

    package static func nameProblems(_ name: String, of what: String) -> [String] {
        if name.isEmpty { return ["the \(what) is empty"] }
        let bytes = name.utf8.count
        guard bytes > TickerLimits.nameBytes else { return [] }
        let start = name.prefix(24)
        return ["the \(what) \"\(start)…\" has \(bytes) bytes, more than \(TickerLimits.nameBytes)"]
    }
}
