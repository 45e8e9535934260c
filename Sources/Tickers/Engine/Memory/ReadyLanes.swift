/// What is due and has not started, in one lane per function and queue, so that a saturated one holds up no other.
///
/// A lane keeps a queue per priority. The best of a queue is always its first, so a claim compares as many candidates
/// as there are lanes with work, not as there are tickers. A lane that no stored ticker belongs to is used for another
/// function and queue, so names that came and went cost nothing.
package struct ReadyLanes {
    struct Lane {
        var function: String
        var queue: String
        var queues = Lane.empty
        /// Entries, those included that are not current.
        var count = 0
        var stale = 0
        /// Stored tickers that belong to it, wherever they stand.
        var tickers = 0
        var isPaused = false
        /// Its place among the lanes that claims look at.
        var position: Int?

        static let empty = priorities.map { _ in LaneQueue() }
    }

    struct Name: Hashable {
        let function: String
        let queue: String
    }

    /// Kept, because `allCases` makes an array whenever it is asked.
    private static let priorities = TickerPriority.allCases

    private(set) var lanes: [Lane] = []
    private var vacant: [Int32] = []
    private(set) var byName: [Name: Int32] = [:]
    /// The lanes that have work and are not paused.
    private var active: [Int32] = []
    private var latestSpec: TickerSpec?
    private var latestLane: Int32 = 0
    private var time = ForwardTime()
    /// The queues of which nothing is taken.
    package private(set) var paused: Set<String> = []

    package init() {}

    /// Lanes that stored tickers belong to.
    package var count: Int { lanes.count - vacant.count }

    /// Lanes that there is memory for: as many as were in use at once.
    package var capacity: Int { lanes.count }

    /// Whether a lane that is not paused has entries, current or not. O(1).
    package var hasWork: Bool { !active.isEmpty }

    // MARK: Tickers come and go

    /// The lane of one more stored ticker with this spec. O(1).
    package mutating func join(_ spec: TickerSpec) -> Int32 {
        let lane = lane(of: spec)
        lanes[Int(lane)].tickers += 1
        return lane
    }

    /// Says that a ticker of the lane is not stored any more. O(1).
    package mutating func leave(_ lane: Int32) {
        let index = Int(lane)
        lanes[index].tickers -= 1
        guard lanes[index].tickers == 0 else { return }
        // Whatever entries are left speak of tickers that are gone.
        deactivate(index)
        byName[Name(function: lanes[index].function, queue: lanes[index].queue)] = nil
        lanes[index] = Lane(function: "", queue: "")
        vacant.append(lane)
        if lane == latestLane { latestSpec = nil }
    }

    /// The entry of a ticker that has been due since an instant of the wall.
    package mutating func entry(row: Int32, ticket: UInt64, since: Timestamp, now: Timestamp) -> ReadyEntry {
        ReadyEntry(readySince: time.reading(of: since, at: now), ticket: ticket, row: row)
    }

    /// O(1); O(log n) for one that comes in after some with a higher ticket.
    package mutating func insert(_ entry: ReadyEntry, lane: Int32, priority: TickerPriority) {
        let index = Int(lane)
        lanes[index].queues[Int(priority.rawValue)].insert(entry)
        lanes[index].count += 1
        if lanes[index].count == 1 { activate(index) }
    }

    /// Says that one more entry of the lane is no longer current; sweeps when they are the half. Amortised O(1).
    package mutating func noteStale(lane: Int32, in rows: some ReadyRows) {
        let index = Int(lane)
        lanes[index].stale += 1
        guard lanes[index].stale > 64, lanes[index].stale * 2 > lanes[index].count else { return }
        for priority in lanes[index].queues.indices { lanes[index].queues[priority].filter { rows.isCurrent($0) } }
        lanes[index].count = lanes[index].queues.reduce(0) { $0 + $1.count }
        lanes[index].stale = 0
        if lanes[index].count == 0 { deactivate(index) }
    }

    /// From now on nothing of this queue is taken, or everything again. Returns whether that is new. O(lanes) if so.
    package mutating func setPaused(_ queue: String, _ isPaused: Bool) -> Bool {
        let isNew = isPaused ? paused.insert(queue).inserted : paused.remove(queue) != nil
        guard isNew else { return false }
        for index in lanes.indices where lanes[index].queue == queue && lanes[index].tickers > 0 {
            lanes[index].isPaused = isPaused
            if isPaused { deactivate(index) } else { activate(index) }
        }
        return true
    }

    // MARK: Taking

    /// What a claim takes from the lanes.
    package struct Taken {
        /// What may start, best first.
        package var rows: [Int32] = []
        /// What is not due after all.
        package var early: [Int32] = []
        /// The limits for want of whose room something was left.
        package var heldBack: Set<ClaimRooms.Limits> = []
    }

    /// Takes the best entries that `request` has room for. O(lanes with work + taken × log lanes).
    package mutating func take(_ request: ClaimRequest, in rows: some ReadyRows, now: Timestamp) -> Taken {
        let present = time.reading(at: now)
        var rooms = request.rooms
        var candidates = Heap<Candidate>()
        for lane in active where request.serving.contains(lanes[Int(lane)].function) {
            for priority in Self.priorities { push(lane, priority, present: present, to: &candidates) }
        }
        var taken = Taken()
        while taken.rows.count < request.limit, let candidate = candidates.popFirst() {
            let lane = Int(candidate.lane)
            switch rows.readiness(row: candidate.row, ticket: candidate.ticket, now: now) {
            case .ready:
                let limits = rooms.limits(function: lanes[lane].function, queue: lanes[lane].queue)
                guard rooms.hasRoom(limits) else {
                    taken.heldBack.insert(limits)
                    continue
                }
                taken.rows.append(candidate.row)
                rooms.take(limits)
            case .early:
                taken.early.append(candidate.row)
            case .stale:
                lanes[lane].stale = max(0, lanes[lane].stale - 1)
            }
            removeFirst(lane, candidate.priority)
            push(candidate.lane, candidate.priority, present: present, to: &candidates)
        }
        return taken
    }

    private func push(
        _ lane: Int32,
        _ priority: TickerPriority,
        present: Timestamp,
        to candidates: inout Heap<Candidate>
    ) {
        guard let head = lanes[Int(lane)].queues[Int(priority.rawValue)].first else { return }
        candidates.insert(
            Candidate(
                level: priority.level(afterWaiting: present.since(head.readySince)),
                priority: priority,
                row: head.row,
                lane: lane,
                ticket: head.ticket
            )
        )
    }

    private mutating func removeFirst(_ lane: Int, _ priority: TickerPriority) {
        _ = lanes[lane].queues[Int(priority.rawValue)].popFirst()
        lanes[lane].count -= 1
        if lanes[lane].count == 0 { deactivate(lane) }
    }

    // MARK: Lanes

    private mutating func lane(of spec: TickerSpec) -> Int32 {
        if let latestSpec, latestSpec === spec { return latestLane }
        let name = Name(function: spec.function, queue: spec.queue)
        latestLane = byName[name] ?? newLane(name)
        latestSpec = spec
        return latestLane
    }

    private mutating func newLane(_ name: Name) -> Int32 {
        var lane = Lane(function: name.function, queue: name.queue)
        lane.isPaused = paused.contains(name.queue)
        let number: Int32
        if let unused = vacant.popLast() {
            number = unused
            lanes[Int(number)] = lane
        } else {
            number = Int32(lanes.count)
            lanes.append(lane)
        }
        byName[name] = number
        return number
    }

    private mutating func activate(_ lane: Int) {
        guard lanes[lane].position == nil, lanes[lane].count > 0, !lanes[lane].isPaused else { return }
        lanes[lane].position = active.count
        active.append(Int32(lane))
    }

    private mutating func deactivate(_ lane: Int) {
        guard let position = lanes[lane].position else { return }
        lanes[lane].position = nil
        let last = active.removeLast()
        guard Int(last) != lane else { return }
        active[position] = last
        lanes[Int(last)].position = position
    }

    /// Crashes where the lists of lanes contradict the lanes. O(lanes).
    package func checkInvariants() {
        for (index, lane) in lanes.enumerated() {
            let entries = lane.queues.reduce(0) { $0 + $1.count }
            precondition(entries == lane.count, "lane \(index) has \(entries) entries and counts \(lane.count)")
            let isActive = lane.count > 0 && !lane.isPaused
            precondition(isActive == (lane.position != nil), "lane \(index) is listed although it has nothing to take")
            precondition(lane.position.map { active[$0] == index } ?? true, "lane \(index) is not where it should be")
            precondition(lane.tickers > 0 || lane.count == 0, "lane \(index) has entries and no tickers")
        }
        precondition(active.count == lanes.count { $0.position != nil }, "a lane is listed twice")
        precondition(byName.count == count, "\(byName.count) lanes have a name, \(count) have tickers")
    }
}

/// The first entry of one lane's queue: higher levels first, then who has been due longest.
private struct Candidate: Comparable {
    let level: UInt8
    let priority: TickerPriority
    let row: Int32
    let lane: Int32
    let ticket: UInt64

    static func < (left: Candidate, right: Candidate) -> Bool {
        left.level != right.level ? left.level > right.level : left.ticket < right.ticket
    }
}
