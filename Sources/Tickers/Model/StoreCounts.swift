/// How many tickers there are in each state.
public struct StoreCounts: Sendable, Hashable {
    /// Their parents are undecided.
    public private(set) var waiting = 0
    /// Due, or due later: scheduled, pending and retrying.
    public private(set) var queued = 0
    /// Their handler runs.
    public private(set) var running = 0
    /// Ended as succeeded, and still kept.
    public private(set) var succeeded = 0
    /// Ended as failed, and still kept.
    public private(set) var failed = 0
    /// Ended as cancelled, and still kept.
    public private(set) var cancelled = 0
    /// Ended as skipped, and still kept.
    public private(set) var skipped = 0

    /// Those that have not ended.
    public var open: Int { waiting + queued + running }
    /// Those that have ended and are still kept.
    public var ended: Int { succeeded + failed + cancelled + skipped }

    package init() {}

    /// Counts `change` more tickers in `state`.
    package mutating func add(_ change: Int, in state: TickerState) {
        switch state {
        case .waiting: waiting += change
        case .scheduled, .retrying: queued += change
        case .running: running += change
        case .succeeded: succeeded += change
        case .failed: failed += change
        case .cancelled: cancelled += change
        case .skipped: skipped += change
        }
    }

    /// How many there are in `state`; those scheduled and retrying are counted together, as scheduled.
    package subscript(state: TickerState) -> Int {
        switch state {
        case .waiting: waiting
        case .scheduled: queued
        case .retrying: 0
        case .running: running
        case .succeeded: succeeded
        case .failed: failed
        case .cancelled: cancelled
        case .skipped: skipped
        }
    }

    package static func + (left: StoreCounts, right: StoreCounts) -> StoreCounts {
        var sum = left
        for state in TickerState.allCases { sum.add(right[state], in: state) }
        return sum
    }
}
