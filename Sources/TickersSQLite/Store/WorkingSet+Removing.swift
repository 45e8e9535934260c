import Tickers

/// Making room: ended workflows leave the file once they have been kept for long enough.
extension WorkingSet {
    /// Workflows that one transaction removes at most.
    private static let removedPerCommit = 256
    private static let foreverKept = Duration.seconds(Int64.max)

    /// Whether an ended workflow has been kept for long enough.
    func isRemovalDue(now: Timestamp) -> Bool { nextRemoval.map { $0 <= now } ?? false }

    /// Removes ended workflows beyond the bounds of ``retention``, the longest ended first, some at a time; a large one in pieces, of
    /// which nothing is seen between the first and the last.
    ///
    /// - Parameter room: How many rows, or some more.
    func removeEnded(room: Int, now: Timestamp) throws {
        let excess = retention.count == .max ? 0 : max(0, removableElsewhere + table.removableCount - retention.count)
        let mayBeTooOld = retention.age != Self.foreverKept && nextRemoval.map { $0 <= now } ?? true
        guard excess > 0 || mayBeTooOld || isRemoving else { return }
        isRemoving = false
        nextRemoval = nil
        // As a rule there is nothing to remove yet, or as many as have just ended; one that has been begun comes before them.
        let limit = mayBeTooOld ? Self.removedPerCommit : min(excess + 2, Self.removedPerCommit)
        var room = room
        for (index, ended) in try file.longestEnded(limit: limit).enumerated() {
            guard ended.isBegun || index < excess || now.since(ended.since) > retention.age else {
                nextRemoval = ended.since.advanced(by: retention.age).advanced(by: .microseconds(1))
                break
            }
            // Somebody asks about it just now.
            guard !isHeld(ended.serial), !beingRead.contains(ended.serial) else {
                nextRemoval = now
                continue
            }
            let removal = try file.remove(ended, room: room)
            for state in removal.states { elsewhere.add(-1, in: state) }
            room -= removal.rows
            if removal.isWhole { removableElsewhere -= 1 }
            guard removal.isWhole, room > 0 else {
                isRemoving = true
                break
            }
        }
    }
}
