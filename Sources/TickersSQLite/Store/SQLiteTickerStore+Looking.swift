public import Tickers

/// What people ask of a file, beside what every store answers.
extension SQLiteTickerStore {
    /// What the file holds, function by function. O(tickers): one look at every row.
    ///
    /// - Parameter now: What tells those that are pending from those that are due later.
    public func statistics(now: Timestamp) async throws -> StoreStatistics {
        await allWritten()
        return try await ask(now: now) { try $0.file.statistics(now: now) }
    }

    /// The tickers whose id begins or ends with a text, in the order of their ids.
    ///
    /// Ids are time-ordered, so a few digits from the end tell them apart best; they cost a look at every id, and digits from the
    /// beginning only one at the tickers that were stored around that time.
    ///
    /// - Parameters:
    ///   - text: Hexadecimal digits, with dashes or without.
    ///   - limit: How many at most, from 1.
    /// - Returns: None for a text that has no digits or other characters in it.
    public func ids(resembling text: String, limit: Int = 10) async throws -> [TickerID] {
        try await ask { try $0.file.ids(resembling: text, limit: limit) }
    }

    /// A ticker's input and output, as the JSON that the file has; `nil` for an unknown ticker. O(1).
    public func payloads(of id: TickerID) async throws -> StoredPayloads? {
        try await ask { try $0.file.payloads(of: id) }
    }
}

/// A ticker's input and output as they are stored.
public struct StoredPayloads: Sendable, Hashable {
    /// The JSON of its input; `nil` where it has none, or takes it from a parent.
    public var input: String?
    /// The JSON of its output; `nil` where there is none.
    public var output: String?
}

/// What a store's file holds.
public struct StoreStatistics: Sendable, Hashable {
    /// What is there of one function.
    public struct Function: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// How many tickers are in each status; none for a status that is missing.
        public var counts: [TickerStatus: Int]
        /// Since when the one that waits longest could have started; `nil` when none is pending.
        public var pendingSince: Timestamp?
    }

    /// The file, its links resolved.
    public var path: String
    /// The version of its tables.
    public var schema: Int
    /// The bytes of the database.
    public var bytes: Int64
    /// The bytes of the log beside it, which is moved into the database from time to time.
    public var logBytes: Int64
    /// The queues that are paused, in alphabetical order.
    public var pausedQueues: [String]
    /// What is there of each function, in alphabetical order.
    public var functions: [Function]

    /// How many tickers are in each status, whatever their function. O(functions).
    public var counts: [TickerStatus: Int] {
        functions.reduce(into: [:]) { sum, function in sum.merge(function.counts, uniquingKeysWith: +) }
    }

    /// Since when the ticker that waits longest could have started; `nil` when none is pending. O(functions).
    public var pendingSince: Timestamp? { functions.compactMap(\.pendingSince).min() }
}
