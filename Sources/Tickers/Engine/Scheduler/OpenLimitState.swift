/// How many tickers are open at most, and who waits for room: the decisions of ``OpenLimit``.
///
/// A bound from above is counted, so that the limit is never passed by those who ask: what is being added counts from
/// before the store has it, and an end counts once the store has recorded it. Only when the bound leaves no room, or has
/// been trusted for long, is the store itself asked.
package struct OpenLimitState {
    package typealias Waiter = EndWaiter<Int, Void>

    package enum Answer: Sendable, Hashable {
        /// There is room, and it is taken.
        case admitted
        /// The store has to be counted first.
        case unsure
        /// Others wait already, or there is no room.
        case full
    }

    /// What a count that is under way has to add, because it may have missed it.
    package struct Count: Sendable {
        fileprivate let addedBefore: Int
    }

    private let limit: Int
    /// How many adds are let through on one count, so that what other schedulers on the store add is seen.
    private let trust: Int
    /// No fewer than are open; `nil` before the first count.
    private var bound: Int?
    private var trusted = 0
    /// Admitted, and not yet known to be stored or refused.
    private var entering = 0
    private var added = 0
    private var waiting = Deque<(waiter: Waiter, count: Int)>()

    package init(limit: Int) {
        self.limit = limit
        trust = max(1, min(1_000, limit / 10))
    }

    package var hasWaiters: Bool { !waiting.isEmpty }

    /// Asks for room for `count` more.
    package mutating func asked(for count: Int) -> Answer {
        guard waiting.isEmpty else { return .full }
        guard let bound, trusted < trust, bound + count <= limit else { return .unsure }
        take(count)
        return .admitted
    }

    /// Asks again, with what the store has just counted.
    package mutating func asked(for count: Int, open: Int, since began: Count) -> Answer {
        counted(open, since: began)
        guard waiting.isEmpty, let bound, bound + count <= limit else { return .full }
        take(count)
        return .admitted
    }

    /// A count of the store begins.
    package func countBegan() -> Count { Count(addedBefore: added) }

    /// The store has been counted: what was added meanwhile may be missing, what is being added certainly may.
    package mutating func counted(_ open: Int, since began: Count) {
        bound = open + entering + (added - began.addedBefore)
        trusted = 0
    }

    /// An add that was admitted is over.
    ///
    /// - Parameter stored: How many of the `count` have been stored.
    package mutating func entered(_ count: Int, stored: Int) {
        entering -= count
        added += stored
        if let bound { self.bound = bound - (count - stored) }
    }

    /// So many have been stored without being asked for.
    package mutating func addedUnasked(_ count: Int) {
        added += count
        if let bound { self.bound = bound + count }
    }

    /// So many have ended.
    package mutating func endsRecorded(_ count: Int) {
        if let bound { self.bound = max(entering, bound - count) }
    }

    package mutating func waits(_ waiter: Waiter, for count: Int) { waiting.append((waiter, count)) }

    /// One that waited does so no more.
    ///
    /// - Returns: Whether it still waited; else it has been let in.
    package mutating func left(_ waiter: Waiter) -> Bool {
        let before = waiting.count
        waiting.filter { $0.waiter !== waiter }
        return waiting.count < before
    }

    /// Lets in those for whom there is room, in their order: one that needs much is not passed by those who need little.
    package mutating func waitersAdmitted() -> [Waiter] {
        var admitted: [Waiter] = []
        while let next = waiting.first, let bound, bound + next.count <= limit {
            _ = waiting.popFirst()
            take(next.count)
            admitted.append(next.waiter)
        }
        return admitted
    }

    /// Sends everyone away who waits.
    package mutating func closed() -> [Waiter] {
        var all: [Waiter] = []
        while let next = waiting.popFirst() { all.append(next.waiter) }
        return all
    }

    private mutating func take(_ count: Int) {
        bound = (bound ?? 0) + count
        entering += count
        trusted += count
    }
}
