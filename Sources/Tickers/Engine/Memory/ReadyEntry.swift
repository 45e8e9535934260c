/// A ticker that is due, as it stands in a queue.
package struct ReadyEntry: Comparable, Sendable {
    /// Since when it has been due, in ``ForwardTime``.
    package let readySince: Timestamp
    /// The ticker's place in the order of becoming due; it also tells whether the entry is still current.
    package let ticket: UInt64
    package let row: Int32

    package init(readySince: Timestamp, ticket: UInt64, row: Int32) {
        self.readySince = readySince
        self.ticket = ticket
        self.row = row
    }

    package static func < (left: ReadyEntry, right: ReadyEntry) -> Bool { left.ticket < right.ticket }
}

/// What the rows say of a queue's entry.
package enum Readiness {
    /// It may start.
    case ready
    /// It is not due: the wall clock has gone back since it came in.
    case early
    /// The ticker has left the queue by another way.
    case stale
}

/// The rows that queue entries speak of.
package protocol ReadyRows {
    func readiness(row: Int32, ticket: UInt64, now: Timestamp) -> Readiness
}

extension ReadyRows {
    /// Whether the ticker of an entry still stands where the entry does.
    package func isCurrent(_ entry: ReadyEntry) -> Bool {
        switch readiness(row: entry.row, ticket: entry.ticket, now: .distantFuture) {
        case .ready, .early: true
        case .stale: false
        }
    }
}
