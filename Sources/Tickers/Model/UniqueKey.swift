/// What only one ticker of a function, or one workflow, may stand for at a time: `unique: "welcome:\(user)"`.
///
/// | to get | write |
/// |---|---|
/// | the one that is there already | `UniqueKey("welcome:42")` |
/// | at most one per minute (throttle) | `UniqueKey("digest:42", held: .window(.seconds(60)))` |
/// | the latest one only, while it waits (debounce) | `UniqueKey("reindex:42", onConflict: .replace)` with a delay |
/// | an error | `UniqueKey("close:2026-11", onConflict: .reject)` |
public struct UniqueKey: Sendable, Hashable, Codable {
    /// What a call gets whose key is in use.
    public enum Conflict: String, Sendable, Hashable, Codable {
        /// The one that is there; nothing is stored.
        case returnExisting
        /// A new one, and the one that is there is cancelled; `uniqueKeyInUse` when that has started.
        case replace
        /// The error `uniqueKeyInUse`.
        case reject
    }

    /// For how long a key stays in use.
    public enum Hold: Sendable, Hashable, Codable {
        /// Until its ticker or workflow has ended.
        case untilEnded
        /// For this long after it was stored, above zero, whether it has ended or not.
        case window(Duration)
    }

    /// The key: 1 to ``TickerLimits/nameBytes`` bytes.
    public var key: String
    /// What a call gets whose key is in use.
    public var onConflict: Conflict
    /// For how long the key stays in use.
    public var held: Hold

    /// A key, by default one that is held until the end and answers with what is there.
    public init(_ key: String, onConflict: Conflict = .returnExisting, held: Hold = .untilEnded) {
        self.key = key
        self.onConflict = onConflict
        self.held = held
    }

    /// What is wrong with it, in sentences.
    package var problems: [String] {
        var found = TickerSpec.nameProblems(key, of: "unique key")
        if case .window(let window) = held, window <= .zero {
            found.append("a unique key's window of \(window) is not above zero")
        }
        return found
    }
}

extension UniqueKey: ExpressibleByStringInterpolation {
    /// A key that is held until the end and answers with what is there.
    public init(stringLiteral key: String) { self.init(key) }
}

/// Tickers that share a limit on runs at once: `limitKey: "customer:\(id)"`.
///
/// With a limit of one they are a sequence: they run one after the other, in the order in which they became due. A place is
/// held from the moment at which a ticker's turn has come to its end, retries and snoozes included, so that what follows
/// under the same key never overtakes it.
public struct LimitKey: Sendable, Hashable, Codable {
    /// The key: 1 to ``TickerLimits/nameBytes`` bytes.
    public var key: String
    /// Tickers under the key that may hold a place at once, 1 or more; the latest ticker that is stored sets it for all.
    public var maxConcurrent: Int

    /// A key, by default one under which tickers run one at a time.
    public init(_ key: String, maxConcurrent: Int = 1) {
        self.key = key
        self.maxConcurrent = maxConcurrent
    }

    /// What is wrong with it, in sentences.
    package var problems: [String] {
        var found = TickerSpec.nameProblems(key, of: "limit key")
        let bounds = 1...TickerLimits.concurrentRuns
        if !bounds.contains(maxConcurrent) {
            found.append("limit key \"\(key)\" has maxConcurrent \(maxConcurrent), not in \(bounds)")
        }
        return found
    }
}

extension LimitKey: ExpressibleByStringInterpolation {
    /// A key under which tickers run one at a time.
    public init(stringLiteral key: String) { self.init(key) }
}
