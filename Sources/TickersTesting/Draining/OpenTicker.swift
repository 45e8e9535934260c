public import Tickers

/// A ticker that has not ended, with what it waits for.
public struct OpenTicker: Sendable, Hashable {
    /// What a ticker waits for.
    public enum Reason: Sendable, Hashable {
        /// These parents, by the names of their functions, have not ended.
        case parents([String])
        /// It is due at this instant.
        case due(Timestamp)
        /// The scheduler has no handler for its function, or runs nothing.
        case unregisteredFunction
        /// It is due and nothing started it: the scheduler does not run, or there is no room.
        case notStarted
        /// Its handler was called at this instant and has not come back.
        case handler(since: Timestamp)
    }

    /// The ticker as it stands.
    public let ticker: Ticker
    /// What it waits for.
    public let reason: Reason
}

extension OpenTicker: CustomStringConvertible {
    /// One line for people.
    public var description: String { "\(ticker.function) is \(ticker.status.rawValue): \(reason)" }
}

extension OpenTicker.Reason: CustomStringConvertible {
    /// What it waits for, in words.
    public var description: String {
        switch self {
        case .parents(let names): "it waits for \(names.joined(separator: ", "))"
        case .due(let instant): "it is due at \(instant)"
        case .unregisteredFunction: "the scheduler runs no handler for it"
        case .notStarted: "it is due and nothing started it; the scheduler does not run, or has no room"
        case .handler(let start): "its handler has not come back since \(start)"
        }
    }
}

/// Why a scheduler was not drained: what is left, and what stood in the way.
public struct DrainError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What ended the drain.
    public enum Cause: Sendable, Hashable {
        /// Nothing could run and nothing was going to happen.
        case atRest
        /// The next thing to happen was at `next`, beyond the limit.
        case limitReached(Duration, next: Timestamp)
    }

    /// What ended the drain.
    public let cause: Cause
    /// When that was.
    public let at: Timestamp
    /// The tickers that have not ended, in the order in which they were added.
    public let open: [OpenTicker]

    /// What ended the drain, and a line for each open ticker.
    public var description: String {
        let count = open.count == 1 ? "1 ticker is" : "\(open.count) tickers are"
        let why =
            switch cause {
            case .atRest: "and nothing more will happen"
            case .limitReached(let limit, let next):
                "and the next thing happens at \(next), beyond the limit of \(limit)"
            }
        return (["At \(at) \(count) open, \(why):"] + open.map { "  \($0)" }).message
    }
}
