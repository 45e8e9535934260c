/// A function's name with its options worked out. Shared by all tickers that ask for the same, so a ticker that
/// overrides nothing costs one reference.
package final class TickerSpec: Sendable {
    package let function: String
    package let queue: String
    package let priority: TickerPriority
    package let retry: RetryPolicy
    package let timeout: Duration?
    package let tags: [String]
    package let expiry: TickerExpiry?
    package let unique: UniqueKey?
    package let limitKey: LimitKey?
    /// What is wrong with it, in sentences; nothing that has problems is ever stored.
    package let problems: [String]
    package let options: TickerOptions

    package init(function: String, options: TickerOptions) {
        self.function = function
        self.options = options
        queue = options.queue ?? TickerOptions.defaultQueue
        priority = options.priority ?? .normal
        retry = options.retry ?? .none
        timeout = options.timeout
        tags = options.tags ?? []
        expiry = options.expiry
        unique = options.unique
        limitKey = options.limitKey
        problems = Self.nameProblems(function, of: "function name") + options.problems
    }

    /// The same with the fields that `overrides` gives.
    package func overridden(by overrides: TickerOptions) -> TickerSpec {
        guard !overrides.isInherited else { return self }
        return TickerSpec(function: function, options: overrides.over(options))
    }

    package static func nameProblems(_ name: String, of what: String) -> [String] {
        if name.isEmpty { return ["the \(what) is empty"] }
        let bytes = name.utf8.count
        guard bytes > TickerLimits.nameBytes else { return [] }
        let start = name.prefix(24)
        return ["the \(what) \"\(start)…\" has \(bytes) bytes, more than \(TickerLimits.nameBytes)"]
    }
}
