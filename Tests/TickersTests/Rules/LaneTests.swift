import Testing
import Tickers
import TickersTesting

/// Rows that say what a test wants them to say: all ready, unless they left or are early.
private struct Rows: ReadyRows {
    var gone: Set<UInt64> = []
    var early: Set<UInt64> = []

    func readiness(row: Int32, ticket: UInt64, now: Timestamp) -> Readiness {
        if gone.contains(ticket) { return .stale }
        return early.contains(ticket) && now != .distantFuture ? .early : .ready
    }
}

@Suite("Lanes")
struct LaneTests {
    private static let start = Timestamp(microseconds: 1_800_000_000_000_000)

    private func spec(_ function: String, queue: String? = nil) -> TickerSpec {
        TickerSpec(function: function, options: TickerOptions(queue: queue))
    }

    private func entry(_ ticket: UInt64) -> ReadyEntry {
        ReadyEntry(readySince: Self.start, ticket: ticket, row: Int32(ticket))
    }

    private func taken(
        _ lanes: inout ReadyLanes,
        _ serving: Set<String> = ["F"],
        limit: Int = 1_000,
        rooms: ClaimRooms = ClaimRooms(),
        rows: Rows = Rows()
    ) -> ReadyLanes.Taken {
        let request = ClaimRequest(limit: limit, serving: serving, rooms: rooms)
        defer { lanes.checkInvariants() }
        return lanes.take(request, in: rows, now: Self.start)
    }

    @Test("100,000 queues one after the other need one lane")
    func recycled() {
        var lanes = ReadyLanes()
        var taken: [Int32] = []
        for number in 0..<100_000 {
            let lane = lanes.join(spec("F", queue: "q\(number)"))
            lanes.insert(entry(UInt64(number + 1)), lane: lane, priority: .normal)
            // Every other one leaves without having been taken, as a cancelled one does.
            if number.isMultiple(of: 2) {
                let request = ClaimRequest(limit: 1, serving: ["F"])
                taken += lanes.take(request, in: Rows(), now: Self.start).rows
            }
            lanes.leave(lane)
        }
        #expect(taken == (0..<50_000).map { 2 * $0 + 1 })
        #expect(lanes.count == 0)
        #expect(lanes.capacity == 1)
        #expect(self.taken(&lanes).rows.isEmpty)
    }

    @Test("a lane stays as long as a stored ticker belongs to it, and a recycled one keeps nothing of before")
    func references() {
        var lanes = ReadyLanes()
        let (a, b) = (spec("F", queue: "a"), spec("F", queue: "b"))
        let lane = lanes.join(a)
        #expect(lanes.join(a) == lane)
        lanes.insert(entry(1), lane: lane, priority: .high)
        lanes.leave(lane)
        #expect(lanes.count == 1)
        lanes.leave(lane)
        lanes.checkInvariants()
        #expect(lanes.join(b) == lane)
        #expect(taken(&lanes).rows.isEmpty)
        // The spec that was seen last must not lead to the lane that it no longer has.
        let other = lanes.join(a)
        #expect(other != lane)
        lanes.insert(entry(2), lane: other, priority: .normal)
        #expect(taken(&lanes).rows == [2])
    }

    @Test("an entry that comes late stands where its ticket says, among the others of its lane and of other lanes")
    func lateEntries() {
        let seed: UInt64 = 17
        var random = SeededGenerator(seed: seed)
        var lanes = ReadyLanes()
        let lane = [lanes.join(spec("F", queue: "a")), lanes.join(spec("F", queue: "b"))]
        var kept: Set<UInt64> = []
        var rows = Rows()
        for ticket in (1...2_000).map({ UInt64($0) }).shuffled(using: &random) {
            lanes.insert(entry(ticket), lane: lane[Int(ticket % 2)], priority: .normal)
            if ticket % 3 == 0 { kept.insert(ticket) }
        }
        lanes.checkInvariants()
        for ticket in 1...2_000 where !kept.contains(UInt64(ticket)) {
            rows.gone.insert(UInt64(ticket))
            lanes.noteStale(lane: lane[ticket % 2], in: rows)
        }
        let first = taken(&lanes, limit: 100, rows: rows).rows
        let rest = taken(&lanes, rows: rows).rows
        #expect((first + rest).map(UInt64.init) == kept.sorted(), "seed \(seed)")
    }

    @Test("a claim says which limits held something back, each combination once, and only where something is ready")
    func heldBack() {
        var lanes = ReadyLanes()
        for (ticket, name) in [("F", "a"), ("F", "a"), ("F", "b"), ("G", "a"), ("H", "c")].enumerated() {
            let lane = lanes.join(spec(name.0, queue: name.1))
            lanes.insert(entry(UInt64(ticket + 1)), lane: lane, priority: .normal)
        }
        var rooms = ClaimRooms()
        rooms.limit(functions: ["F", "OldF"], to: 0)
        rooms.limit(queue: "a", to: 0)
        rooms.limit(queue: "c", to: 1)
        let serving: Set = ["F", "G", "H"]
        // Nothing is left for want of room behind one that has left, nor behind one that is early.
        let none = taken(&lanes, serving, rooms: rooms, rows: Rows(gone: [3], early: [4]))
        #expect(none.heldBack == [.init(function: 0, queue: 1)])
        #expect(none.rows == [5])
        #expect(none.early == [4])
        rooms.left[0] = 1
        #expect(taken(&lanes, serving, rooms: rooms).heldBack == [.init(function: 0, queue: 1)])
        rooms.left[1] = 5
        let one = taken(&lanes, serving, rooms: rooms)
        #expect(one.rows == [1])
        #expect(one.heldBack == [.init(function: 0, queue: 1)])
        rooms.left[0] = 5
        let rest = taken(&lanes, serving, rooms: rooms)
        #expect(rest.rows == [2])
        #expect(rest.heldBack.isEmpty)
    }

    @Test("nothing of a paused queue is taken, of lanes that are there and of lanes to come; twice is once")
    func paused() {
        var lanes = ReadyLanes()
        let lane = lanes.join(spec("F", queue: "a"))
        lanes.insert(entry(1), lane: lane, priority: .normal)
        let free = lanes.join(spec("F", queue: "b"))
        lanes.insert(entry(2), lane: free, priority: .low)
        #expect(lanes.setPaused("a", true) == true)
        #expect(lanes.setPaused("a", true) == false)
        let later = lanes.join(spec("G", queue: "a"))
        lanes.insert(entry(3), lane: later, priority: .critical)
        let held = taken(&lanes, ["F", "G"])
        #expect(held.rows == [2])
        #expect(held.heldBack.isEmpty)
        #expect(lanes.setPaused("a", false) == true)
        #expect(lanes.setPaused("a", false) == false)
        #expect(taken(&lanes, ["F", "G"]).rows == [3, 1])
        #expect(lanes.paused.isEmpty)
    }
}

@Suite("Aging when the wall clock is set")
struct AgingTests {
    private func names(_ runs: [ClaimedRun]) -> [String] { runs.map(\.spec.function) }

    @Test("what has waited grows older although the clock goes back", arguments: [0, 10, 44, 45])
    func clockGoesBack(seconds: Int) throws {
        let driver = TableDriver()
        try driver.add([PlannedStep("Low", priority: .low)])
        driver.advance(.seconds(seconds))
        #expect(driver.claim(limit: 0).isEmpty)
        #expect(driver.claim("Nothing").isEmpty)
        driver.advance(.seconds(-3_600))
        #expect(driver.claim("Nothing").isEmpty)
        driver.advance(.seconds(45 - seconds))
        try driver.add([PlannedStep("Critical", priority: .critical)])
        #expect(names(driver.claim(limit: 1)) == ["Low"])
    }

    @Test("what comes after the clock went back is not older for it")
    func afterwards() throws {
        let driver = TableDriver()
        try driver.add([PlannedStep("Old", priority: .low)])
        driver.advance(.seconds(-3_600))
        try driver.add([PlannedStep("Young", priority: .low)])
        driver.advance(.seconds(44))
        try driver.add([PlannedStep("Critical", priority: .critical)])
        #expect(names(driver.claim()) == ["Critical", "Old", "Young"])
    }

    @Test("the clock that only goes forward reads as the wall until that goes back, and never goes back")
    func forwardTime() {
        var time = ForwardTime()
        func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }
        #expect(time.reading(at: at(100)) == at(100))
        #expect(time.reading(of: at(90), at: at(101)) == at(90))
        #expect(time.reading(at: at(51)) == at(101))
        #expect(time.reading(of: at(50), at: at(52)) == at(100))
        // From before the step back, where the wall has not been again.
        #expect(time.reading(of: at(100), at: at(53)) == at(103))
        #expect(time.reading(at: at(20)) == at(103))
        #expect(time.reading(at: at(21)) == at(104))
    }

    @Test("the ends of time do not overflow it")
    func extremes() {
        var time = ForwardTime()
        #expect(time.reading(at: .distantPast) == .distantPast)
        #expect(time.reading(at: .distantFuture) == .distantFuture)
        #expect(time.reading(at: .distantPast) >= .distantPast)
        #expect(time.reading(of: .distantPast, at: .distantFuture) <= .distantFuture)
        #expect(time.reading(at: .distantFuture) == .distantFuture)
    }
}
