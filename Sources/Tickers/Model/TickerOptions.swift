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
    /// Until when it has to have started; `nil` is no bound. One that has not ends skipped.
    public var expiry: TickerExpiry?
    /// What only one ticker of the function may stand for at a time; `nil` for any number.
    public var unique: UniqueKey?
    /// With whom it shares a limit on runs at once; `nil` with nobody.
    public var limitKey: LimitKey?

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
        tags: [String]? = nil,
        expiry: TickerExpiry? = nil,
        unique: UniqueKey? = nil,
        limitKey: LimitKey? = nil
    ) {
        self.queue = queue
        self.priority = priority
        self.retry = retry
        self.timeout = timeout
        self.tags = tags
        self.expiry = expiry
        self.unique = unique
        self.limitKey = limitKey
    }

    /// Whether every field is left to the function.
    package var isInherited: Bool {
        queue == nil && priority == nil && retry == nil && timeout == nil && tags == nil && expiry == nil
            && unique == nil && limitKey == nil
    }

    /// These options, and those of `base` where these say nothing.
    package func over(_ base: TickerOptions) -> TickerOptions {
        TickerOptions(
            queue: queue ?? base.queue,
            priority: priority ?? base.priority,
            retry: retry ?? base.retry,
            timeout: timeout ?? base.timeout,
            tags: tags ?? base.tags,
            expiry: expiry ?? base.expiry,
            unique: unique ?? base.unique,
            limitKey: limitKey ?? base.limitKey
        )
    }

    /// What is wrong with them, in sentences.
    package var problems: [String] {
        var found: [String] = []
        if let queue { found += TickerSpec.nameProblems(queue, of: "queue name") }
        found += retry?.problems ?? []
        if let timeout, timeout <= .zero { found.append("a timeout of \(timeout) is not above zero") }
        let tags = tags ?? []
        if tags.count > TickerLimits.tags { found.append("\(tags.count) tags are more than \(TickerLimits.tags)") }
        for tag in tags.prefix(TickerLimits.tags) { found += TickerSpec.nameProblems(tag, of: "tag") }
        found += expiry?.problems ?? []
        found += unique?.problems ?? []
        found += limitKey?.problems ?? []
        return found
    }
}
