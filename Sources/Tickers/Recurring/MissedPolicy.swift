/// What is done about occurrences whose instant has passed without them: the process was down, too busy, or its clock
/// jumped.
///
/// The latest occurrence that has come is *on time* when the scheduler was there for it and is no more than
/// ``RecurrenceCursor/tolerance`` late; then it is created under every policy. All others that have come are *missed*.
public enum MissedPolicy: Sendable, Hashable, Codable {
    /// Nothing is created for what was missed.
    case skip
    /// One occurrence stands for all, at the instant of the latest. The default.
    case runOnce
    /// Each is created; when there are more than `limit`, the latest ones: 1 to ``TickerLimits/missedOccurrences``.
    case runAll(limit: Int)
    /// Each is created that is no later than this, and never more than the latest ``TickerLimits/missedOccurrences``.
    case within(Duration)

    /// What is wrong with it, in sentences.
    package var problems: [String] {
        switch self {
        case .skip, .runOnce: return []
        case .runAll(let limit):
            let bounds = 1...TickerLimits.missedOccurrences
            return bounds.contains(limit) ? [] : ["a limit of \(limit) missed occurrences is not in \(bounds)"]
        case .within(let span):
            return span < .zero ? ["missed occurrences within \(span), which is negative"] : []
        }
    }
}

/// Occurrences that have come and are not decided on yet.
package struct PendingOccurrences: Sendable, Hashable {
    /// How many there are.
    package var count: Int
    /// How many of them are no later than a policy's span; asked for by `.within` alone.
    package var countWithinSpan: Int
    /// Whether the latest is on time.
    package var isLatestOnTime: Bool

    package init(count: Int, countWithinSpan: Int = 0, isLatestOnTime: Bool) {
        self.count = count
        self.countWithinSpan = countWithinSpan
        self.isLatestOnTime = isLatestOnTime
    }
}

extension MissedPolicy {
    /// How many of the pending occurrences are created: always the latest ones.
    package func created(of pending: PendingOccurrences) -> Int {
        guard pending.count > 0 else { return 0 }
        let onTime = pending.isLatestOnTime ? 1 : 0
        return switch self {
        case .skip: onTime
        case .runOnce: 1
        case .runAll(let limit): min(pending.count, max(limit, 1))
        case .within: min(max(pending.countWithinSpan, onTime), TickerLimits.missedOccurrences)
        }
    }
}
