/// What a query asks, as a question to one row.
extension TickerQuery {
    /// Whether the row is asked for; which workflow it belongs to is for the store to say. O(tags).
    package func matches(_ row: TickerRow, now: Timestamp) -> Bool {
        if let statuses, !statuses.contains(row.state.status(due: row.due, now: now)) { return false }
        if let created, !created.contains(row.createdAt) { return false }
        if let due {
            guard let instant = row.visibleDue, due.contains(instant) else { return false }
        }
        if let functions, !functions.contains(row.spec.function) { return false }
        if let queues, !queues.contains(row.spec.queue) { return false }
        if let tags, !tags.allSatisfy(row.spec.tags.contains) { return false }
        return true
    }
}

extension TickerRow {
    /// The due time as callers see it: `nil` where nothing has been decided, or where nothing was ever due.
    package var visibleDue: Timestamp? {
        switch state {
        case .waiting, .skipped: nil
        case .scheduled, .running, .retrying, .succeeded, .failed, .cancelled: max(due, releasedAt)
        }
    }
}
