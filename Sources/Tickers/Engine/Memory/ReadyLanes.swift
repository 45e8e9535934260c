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

/// What is due and has not started, in one lane per function and queue, so that a saturated one holds up no other.
///
/// A lane keeps a queue per priority. The best of a queue is always its first, so a claim compares as many candidates
/// as there are lanes with work, not as there are tickers.
package struct ReadyLanes {
    package struct Entry {
        package let readySince: Timestamp
        package let ticket: UInt64
        package let row: Int32
    }

    package struct Lane {
        package let function: String
        package let queue: String
        fileprivate var queues: [Deque<Entry>] = TickerPriority.allCases.map { _ in Deque() }
        fileprivate var count = 0
        fileprivate var stale = 0
    }

    private struct Name: Hashable {
        let function: String
        let queue: String
    }

    private var lanes: [Lane] = []
    private var byName: [Name: Int32] = [:]
    private var latestSpec: TickerSpec?
    private var latestLane: Int32 = 0

    package init() {}

    /// The lane of tickers with this spec. O(1).
    package mutating func lane(of spec: TickerSpec) -> Int32 {
        if let latestSpec, latestSpec === spec { return latestLane }
        let name = Name(function: spec.function, queue: spec.queue)
        let lane: Int32
        if let known = byName[name] {
            lane = known
        } else {
            lane = Int32(lanes.count)
            lanes.append(Lane(function: spec.function, queue: spec.queue))
            byName[name] = lane
        }
        latestSpec = spec
        latestLane = lane
        return lane
    }

    package mutating func append(_ entry: Entry, lane: Int32, priority: TickerPriority) {
        lanes[Int(lane)].queues[Int(priority.rawValue)].append(entry)
        lanes[Int(lane)].count += 1
    }

    /// Says that one more entry of the lane is no longer current; sweeps when they are the half. Amortised O(1).
    package mutating func noteStale(lane: Int32, in rows: some ReadyRows) {
        let index = Int(lane)
        lanes[index].stale += 1
        guard lanes[index].stale > 64, lanes[index].stale * 2 > lanes[index].count else { return }
        for priority in lanes[index].queues.indices { lanes[index].queues[priority].filter { rows.isCurrent($0) } }
        lanes[index].count = lanes[index].queues.reduce(0) { $0 + $1.count }
        lanes[index].stale = 0
    }

    /// Takes the best entries that `request` has room for, best first; `early` gets those that are not due after all.
    /// O(lanes + taken × log lanes).
    package mutating func take(
        _ request: ClaimRequest,
        in rows: some ReadyRows,
        now: Timestamp,
        early: inout [Int32]
    ) -> [Int32] {
        var rooms = Rooms(request)
        var candidates = Heap<Candidate>()
        for lane in lanes.indices where lanes[lane].count > 0 && request.serving.contains(lanes[lane].function) {
            for priority in TickerPriority.allCases { push(lane, priority, rooms, now: now, to: &candidates) }
        }
        var taken: [Int32] = []
        while taken.count < request.limit, let candidate = candidates.popFirst() {
            guard rooms.hasRoom(candidate) else { continue }
            let priority = candidate.priority
            guard let entry = lanes[candidate.lane].queues[Int(priority.rawValue)].popFirst() else { continue }
            lanes[candidate.lane].count -= 1
            switch rows.readiness(row: entry.row, ticket: entry.ticket, now: now) {
            case .ready:
                taken.append(entry.row)
                rooms.take(candidate)
            case .early:
                early.append(entry.row)
            case .stale:
                lanes[candidate.lane].stale = max(0, lanes[candidate.lane].stale - 1)
            }
            push(candidate.lane, priority, rooms, now: now, to: &candidates)
        }
        return taken
    }

    private func push(
        _ lane: Int,
        _ priority: TickerPriority,
        _ rooms: Rooms,
        now: Timestamp,
        to candidates: inout Heap<Candidate>
    ) {
        guard let head = lanes[lane].queues[Int(priority.rawValue)].first else { return }
        let level = priority.level(afterWaiting: now.since(head.readySince))
        candidates.insert(
            Candidate(
                level: level,
                ticket: head.ticket,
                lane: lane,
                priority: priority,
                functionRoom: rooms.index(ofFunction: lanes[lane].function),
                queueRoom: rooms.index(ofQueue: lanes[lane].queue)
            )
        )
    }
}

extension ReadyRows {
    fileprivate func isCurrent(_ entry: ReadyLanes.Entry) -> Bool {
        switch readiness(row: entry.row, ticket: entry.ticket, now: .distantFuture) {
        case .ready, .early: true
        case .stale: false
        }
    }
}

/// The first entry of one lane's queue: higher levels first, then who was ready first.
private struct Candidate: Comparable {
    let level: UInt8
    let ticket: UInt64
    let lane: Int
    let priority: TickerPriority
    let functionRoom: Int?
    let queueRoom: Int?

    static func < (left: Candidate, right: Candidate) -> Bool {
        left.level != right.level ? left.level > right.level : left.ticket < right.ticket
    }
}

/// What is left of the functions' and queues' limits during one claim.
private struct Rooms {
    private var left: [Int] = []
    private var functions: [String: Int] = [:]
    private var queues: [String: Int] = [:]

    init(_ request: ClaimRequest) {
        for limit in request.functionRoom {
            for name in limit.names { functions[name] = left.count }
            left.append(limit.room)
        }
        for (name, room) in request.queueRoom {
            queues[name] = left.count
            left.append(room)
        }
    }

    func index(ofFunction name: String) -> Int? { functions.isEmpty ? nil : functions[name] }
    func index(ofQueue name: String) -> Int? { queues.isEmpty ? nil : queues[name] }

    func hasRoom(_ candidate: Candidate) -> Bool {
        if let function = candidate.functionRoom, left[function] <= 0 { return false }
        if let queue = candidate.queueRoom, left[queue] <= 0 { return false }
        return true
    }

    mutating func take(_ candidate: Candidate) {
        if let function = candidate.functionRoom { left[function] -= 1 }
        if let queue = candidate.queueRoom { left[queue] -= 1 }
    }
}
