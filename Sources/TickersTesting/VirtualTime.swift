import Tickers

/// The decisions of a virtual clock: what it shows, who sleeps until when, and what comes next.
struct VirtualTime {
    struct Sleeper {
        enum Goal {
            case deadline
            case wall(Timestamp)
            /// That the wall is set back.
            case setBack
        }

        let goal: Goal
        /// How often a wall sleeper looks at the wall again, counted from when it fell asleep.
        let recheck: Duration
        let asleepSince: MonotonicInstant
        /// `nil` while nothing is in sight that wakes it.
        var wakeAt: MonotonicInstant?
        let wake: CheckedContinuation<Void, any Error>
    }

    private struct Entry: Comparable {
        let wakeAt: MonotonicInstant
        let id: Int

        static func < (left: Entry, right: Entry) -> Bool {
            left.wakeAt != right.wakeAt ? left.wakeAt < right.wakeAt : left.id < right.id
        }
    }

    /// What the wall showed, or would have shown, when the monotonic clock read zero.
    private var wallAtZero: Timestamp
    private(set) var monotonic = MonotonicInstant(nanoseconds: 0)
    private var sleepers: [Int: Sleeper] = [:]
    private var order = Heap<Entry>()
    private var lastID = 0
    /// Those who wait for everything else to be done at the present instant.
    private var resting: [CheckedContinuation<Void, Never>] = []

    init(wall: Timestamp) {
        wallAtZero = wall
    }

    var wall: Timestamp { wallAtZero.advanced(by: .microseconds(monotonic.nanoseconds / 1_000)) }

    var sleeperCount: Int { sleepers.count }

    mutating func newID() -> Int {
        lastID += 1
        return lastID
    }

    mutating func fellAsleep(
        _ id: Int,
        until deadline: MonotonicInstant,
        wake: CheckedContinuation<Void, any Error>
    ) {
        add(id, Sleeper(goal: .deadline, recheck: .zero, asleepSince: monotonic, wakeAt: deadline, wake: wake))
    }

    mutating func fellAsleep(
        _ id: Int,
        untilWall instant: Timestamp,
        recheck: Duration,
        wake: CheckedContinuation<Void, any Error>
    ) {
        let wakeAt = monotonic.advanced(by: instant.since(wall))
        add(id, Sleeper(goal: .wall(instant), recheck: recheck, asleepSince: monotonic, wakeAt: wakeAt, wake: wake))
    }

    mutating func fellAsleep(
        _ id: Int,
        untilSetBackWithin recheck: Duration,
        wake: CheckedContinuation<Void, any Error>
    ) {
        add(id, Sleeper(goal: .setBack, recheck: recheck, asleepSince: monotonic, wakeAt: nil, wake: wake))
    }

    mutating func sleeperCancelled(_ id: Int) -> CheckedContinuation<Void, any Error>? {
        sleepers.removeValue(forKey: id)?.wake
    }

    mutating func beganResting(_ continuation: CheckedContinuation<Void, Never>) {
        resting.append(continuation)
    }

    mutating func restReached() -> [CheckedContinuation<Void, Never>] {
        defer { resting = [] }
        return resting
    }

    /// When the next sleeper wakes.
    mutating func nextWake() -> MonotonicInstant? {
        while let top = order.first {
            if sleepers[top.id]?.wakeAt == top.wakeAt { return top.wakeAt }
            _ = order.popFirst()
        }
        return nil
    }

    /// Moves both clocks to `instant` and returns everyone who is due by then, in the order in which they fell asleep.
    mutating func advanced(to instant: MonotonicInstant) -> [CheckedContinuation<Void, any Error>] {
        monotonic = max(monotonic, instant)
        var due: [CheckedContinuation<Void, any Error>] = []
        while let wakeAt = nextWake(), wakeAt <= monotonic, let entry = order.popFirst() {
            if let sleeper = sleepers.removeValue(forKey: entry.id) { due.append(sleeper.wake) }
        }
        return due
    }

    /// Moves the wall alone. Sleepers who wait for the wall notice when they look at it next: at the end of the piece
    /// of `recheck` that they are in, or when they would have woken, whichever comes first.
    mutating func wallJumped(by offset: Duration) {
        wallAtZero = wallAtZero.advanced(by: offset)
        for (id, sleeper) in sleepers {
            let looksAt = min(endOfPiece(sleeper), sleeper.wakeAt ?? MonotonicInstant(nanoseconds: .max))
            switch sleeper.goal {
            case .deadline: continue
            case .wall(let target):
                let exact = monotonic.advanced(by: max(.zero, target.since(wall)))
                wake(id, at: max(exact, looksAt))
            case .setBack:
                if offset < .zero { wake(id, at: looksAt) }
            }
        }
    }

    private mutating func wake(_ id: Int, at instant: MonotonicInstant) {
        sleepers[id]?.wakeAt = instant
        order.insert(Entry(wakeAt: instant, id: id))
    }

    private func endOfPiece(_ sleeper: Sleeper) -> MonotonicInstant {
        let piece = max(1, sleeper.recheck.wholeNanoseconds)
        let slept = monotonic.since(sleeper.asleepSince).wholeNanoseconds
        let pieces = slept / piece + 1
        let (length, overflow) = pieces.multipliedReportingOverflow(by: piece)
        return overflow
            ? MonotonicInstant(nanoseconds: .max) : sleeper.asleepSince.advanced(by: .nanoseconds(length))
    }

    private mutating func add(_ id: Int, _ sleeper: Sleeper) {
        sleepers[id] = sleeper
        if let instant = sleeper.wakeAt { order.insert(Entry(wakeAt: instant, id: id)) }
    }
}
