/// Whether and when a failed attempt is followed by another.
///
/// A value of rules that can be stored, and two optional closures that are asked in the worker, where the error is:
/// ``retrying(if:)`` and the one of ``custom(maxAttempts:delay:)``. A store that outlives the process keeps the rules;
/// the closures come from the function's own options, not from those of a call.
public struct RetryPolicy: Sendable {
    /// How long to wait before the next attempt.
    public enum Backoff: Sendable, Hashable, Codable {
        /// The same delay each time.
        case fixed(Duration)
        /// The first delay after attempt 1, and so on; the last one repeats.
        case intervals([Duration])
        /// `first × factor^(n − 1)` after attempt n, at most `cap`. With full jitter, a uniform choice between zero and
        /// that (Brooker, "Exponential Backoff And Jitter", 2015).
        case exponential(first: Duration, factor: Double, cap: Duration, fullJitter: Bool)
    }

    /// Attempts in all, the first included; 1 means no retry. From 1 to ``TickerLimits/attempts``.
    public var maxAttempts: Int
    /// How long to wait before the next attempt.
    public var backoff: Backoff
    /// No attempt is planned that would start later than this after the first one started; `nil` for no bound.
    public var budget: Duration?

    package var filter: (@Sendable (any Error) -> Bool)?
    package var customDelay: (@Sendable (_ attempt: Int, _ error: any Error) -> Duration?)?
    /// Whether it had closures before it was written into a file.
    package var hasLostClosures = false

    /// A policy of rules only.
    public init(maxAttempts: Int, backoff: Backoff, budget: Duration? = nil) {
        self.maxAttempts = maxAttempts
        self.backoff = backoff
        self.budget = budget
    }

    /// One attempt. The default.
    public static let none = RetryPolicy(maxAttempts: 1, backoff: .fixed(.zero))

    /// The same delay before each further attempt.
    public static func fixed(maxAttempts: Int, every delay: Duration) -> RetryPolicy {
        RetryPolicy(maxAttempts: maxAttempts, backoff: .fixed(delay))
    }

    /// One further attempt per interval.
    public static func intervals(_ delays: [Duration]) -> RetryPolicy {
        RetryPolicy(maxAttempts: delays.count + 1, backoff: .intervals(delays))
    }

    /// Delays that grow by `factor` from `first` up to `cap`, spread by full jitter unless told otherwise.
    public static func exponential(
        maxAttempts: Int,
        first: Duration,
        factor: Double = 2,
        cap: Duration = .seconds(3_600),
        fullJitter: Bool = true
    ) -> RetryPolicy {
        let backoff = Backoff.exponential(first: first, factor: factor, cap: cap, fullJitter: fullJitter)
        return RetryPolicy(maxAttempts: maxAttempts, backoff: backoff)
    }

    /// A delay of your own from the attempt's number (1 is the first) and its error; `nil` ends the ticker as failed.
    public static func custom(
        maxAttempts: Int,
        delay: @escaping @Sendable (_ attempt: Int, _ error: any Error) -> Duration?
    ) -> RetryPolicy {
        var policy = RetryPolicy(maxAttempts: maxAttempts, backoff: .fixed(.zero))
        policy.customDelay = delay
        return policy
    }

    /// The same policy for errors that `isWorthIt` accepts; others end the ticker as failed at once.
    ///
    /// A timeout is asked about as ``TickerError/Code/attemptEnded``.
    public func retrying(if isWorthIt: @escaping @Sendable (any Error) -> Bool) -> RetryPolicy {
        var policy = self
        policy.filter = isWorthIt
        return policy
    }

    /// The same policy with a bound on the time from the first attempt's start to the last attempt's.
    public func within(_ budget: Duration) -> RetryPolicy {
        var policy = self
        policy.budget = budget
        return policy
    }

    /// Whether there are closures that a file cannot keep.
    package var hasClosures: Bool { filter != nil || customDelay != nil || hasLostClosures }

    /// The policy with the closures it has lost, as the function has them.
    package func completed(from function: RetryPolicy) -> RetryPolicy {
        guard hasLostClosures else { return self }
        var policy = self
        (policy.filter, policy.customDelay) = (function.filter, function.customDelay)
        return policy
    }

    /// What is wrong with it, in sentences.
    package var problems: [String] {
        var found: [String] = []
        if !(1...TickerLimits.attempts).contains(maxAttempts) {
            found.append("maxAttempts of \(maxAttempts) is not between 1 and \(TickerLimits.attempts)")
        }
        if let budget, budget < .zero { found.append("a retry budget of \(budget) is negative") }
        switch backoff {
        case .fixed(let delay):
            if delay < .zero { found.append("a retry delay of \(delay) is negative") }
        case .intervals(let delays):
            for delay in delays where delay < .zero { found.append("a retry interval of \(delay) is negative") }
        case .exponential(let first, let factor, let cap, _):
            if first < .zero { found.append("a first retry delay of \(first) is negative") }
            if cap < .zero { found.append("a retry cap of \(cap) is negative") }
            if !(factor.isFinite && factor >= 1) { found.append("a backoff factor of \(factor) is below 1") }
        }
        return found
    }
}

extension RetryPolicy.Backoff {
    /// The delay after `attempt` (1 is the first) failed.
    package func delay(afterAttempt attempt: Int, random: inout SeededGenerator) -> Duration {
        switch self {
        case .fixed(let delay):
            return delay
        case .intervals(let delays):
            return delays.isEmpty ? .zero : delays[min(attempt, delays.count) - 1]
        case .exponential(let first, let factor, let cap, let fullJitter):
            var seconds = first.inSeconds
            for _ in 1..<max(1, attempt) where seconds < cap.inSeconds { seconds *= factor }
            let ceiling = min(seconds, cap.inSeconds)
            guard fullJitter, ceiling > 0 else { return .clamped(seconds: ceiling) }
            return .clamped(seconds: Double.random(in: 0...ceiling, using: &random))
        }
    }
}
