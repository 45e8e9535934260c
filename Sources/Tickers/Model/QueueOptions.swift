/// What a scheduler allows one of its queues, or a function: `options.queues["mail"] = QueueOptions(maxConcurrent: 4)`, or
/// just `= 4`.
public struct QueueOptions: Sendable, Hashable {
    /// Runs at once: 1 to ``TickerLimits/concurrentRuns``; `nil` for no limit of its own.
    public var maxConcurrent: Int?
    /// Starts per time; `nil` for any number.
    public var rateLimit: RateLimit?

    /// Limits; what is left out is not limited.
    public init(maxConcurrent: Int? = nil, rateLimit: RateLimit? = nil) {
        self.maxConcurrent = maxConcurrent
        self.rateLimit = rateLimit
    }

    /// What is wrong with them, in sentences that name `what` they are of.
    package func problems(of what: String) -> [String] {
        var found: [String] = []
        let bounds = 1...TickerLimits.concurrentRuns
        if let maxConcurrent, !bounds.contains(maxConcurrent) {
            found.append("\(what) has maxConcurrent \(maxConcurrent), not in \(bounds)")
        }
        if let rateLimit { found += rateLimit.problems.map { "\(what) has \($0)" } }
        return found
    }
}

extension QueueOptions: ExpressibleByIntegerLiteral {
    /// A limit on runs at once.
    public init(integerLiteral maxConcurrent: Int) { self.init(maxConcurrent: maxConcurrent) }
}

/// At most so many starts in any stretch of time of this length, counted by each scheduler for itself.
public struct RateLimit: Sendable, Hashable {
    /// Starts, retries included: 1 to ``TickerLimits/ratedStarts``.
    public var count: Int
    /// In any stretch of this length, above zero.
    public var period: Duration

    /// `count` starts per `period`.
    public init(_ count: Int, per period: Duration) {
        self.count = count
        self.period = period
    }

    /// What is wrong with it, in half sentences.
    package var problems: [String] {
        var found: [String] = []
        let bounds = 1...TickerLimits.ratedStarts
        if !bounds.contains(count) { found.append("a rate limit of \(count) starts, not in \(bounds)") }
        if period <= .zero { found.append("a rate limit per \(period), which is not above zero") }
        return found
    }
}
