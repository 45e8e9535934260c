/// What a ticker asked for beyond its function, queue and priority, in the form in which a file keeps it.
package struct StoredOptions: Codable, Hashable, Sendable {
    private struct Retry: Codable, Hashable, Sendable {
        var maxAttempts: Int
        var backoff: RetryPolicy.Backoff
        var budget: Duration?
        /// Whether closures belong to it, which come from the function.
        var hasClosures: Bool?

        init(_ policy: RetryPolicy) {
            (maxAttempts, backoff, budget) = (policy.maxAttempts, policy.backoff, policy.budget)
            hasClosures = policy.hasClosures ? true : nil
        }

        var policy: RetryPolicy {
            var policy = RetryPolicy(maxAttempts: maxAttempts, backoff: backoff, budget: budget)
            policy.hasLostClosures = hasClosures ?? false
            return policy
        }
    }

    private var retry: Retry?
    private var timeout: Duration?
    private var tags: [String]?
    private var expiry: TickerExpiry?
    private var unique: UniqueKey?
    private var limitKey: LimitKey?

    package init(_ options: TickerOptions) {
        retry = options.retry.map(Retry.init)
        timeout = options.timeout
        tags = options.tags
        expiry = options.expiry
        unique = options.unique
        limitKey = options.limitKey
    }

    package var isEmpty: Bool {
        retry == nil && timeout == nil && tags == nil && expiry == nil && unique == nil && limitKey == nil
    }

    package func options(queue: String, priority: TickerPriority) -> TickerOptions {
        TickerOptions(
            queue: queue,
            priority: priority,
            retry: retry?.policy,
            timeout: timeout,
            tags: tags,
            expiry: expiry,
            unique: unique,
            limitKey: limitKey
        )
    }
}
