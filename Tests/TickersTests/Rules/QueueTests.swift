import Testing
import Tickers
import TickersTesting

@Suite("What starts next")
struct QueueTests {
    private func names(_ runs: [ClaimedRun]) -> [String] { runs.map(\.spec.function) }

    @Test("higher priorities start first, and equals in the order in which they came")
    func priorities() throws {
        let driver = TableDriver()
        let order: [TickerPriority] = [.low, .high, .normal, .critical, .high, .low, .normal, .critical]
        try driver.add(order.enumerated().map { PlannedStep("\($1)\($0)", priority: $1) })
        let expected = ["critical3", "critical7", "high1", "high4", "normal2", "normal6", "low0", "low5"]
        #expect(names(driver.claim(limit: 3)) == Array(expected.prefix(3)))
        #expect(names(driver.claim()) == Array(expected.dropFirst(3)))
    }

    @Test("equals of one function and of many start first in, first out")
    func firstInFirstOut() throws {
        let seed: UInt64 = 11
        var random = SeededGenerator(seed: seed)
        let driver = TableDriver()
        var expected: [TickerID] = []
        for _ in 0..<500 {
            let name = "F\(Int.random(in: 0..<5, using: &random))"
            let ref = try driver.add([PlannedStep(name)])[0]
            expected.append(driver.id(ref))
        }
        var started: [TickerID] = []
        while started.count < 500 {
            let limit = Int.random(in: 1...40, using: &random)
            started += driver.claim(limit: limit).map(\.lease.ticker)
        }
        #expect(started == expected, "seed \(seed)")
    }

    @Test("what came due later starts in the order of the due times")
    func orderOfDueTimes() throws {
        let driver = TableDriver()
        try driver.add([30, 10, 20].map { PlannedStep("D\($0)", due: .after(.seconds($0))) })
        driver.advance(.seconds(60))
        #expect(names(driver.claim()) == ["D10", "D20", "D30"])
    }

    @Test("among equals the one that has been due longest starts first, wherever it waited")
    func dueLongest() throws {
        let driver = TableDriver()
        try driver.add([PlannedStep("Early", due: .after(.seconds(1)))])
        driver.advance(.seconds(5))
        try driver.add([PlannedStep("Late")])
        driver.advance(.seconds(1))
        #expect(names(driver.claim()) == ["Early", "Late"])
    }

    @Test("45 seconds of waiting raise a low one to the highest level, and a microsecond less does not")
    func aging() throws {
        for (wait, first) in [(Duration.seconds(45), "Low"), (.seconds(45) - .microseconds(1), "Critical")] {
            let driver = TableDriver()
            try driver.add([PlannedStep("Low", priority: .low)])
            driver.advance(wait)
            try driver.add([PlannedStep("Critical", priority: .critical)])
            #expect(names(driver.claim(limit: 1)) == [first], "\(wait)")
        }
    }

    @Test("every 15 seconds raise one level, up to the highest")
    func levels() {
        let rows: [(TickerPriority, Int, UInt8)] = [
            (.low, 0, 0), (.low, 14, 0), (.low, 15, 1), (.low, 30, 2), (.low, 45, 3), (.low, 1_000_000_000, 3),
            (.normal, 29, 2), (.normal, 30, 3), (.high, 15, 3), (.critical, 15, 3), (.low, -100, 0), (.high, -100, 2),
        ]
        for (priority, wait, level) in rows {
            #expect(priority.level(afterWaiting: .seconds(wait)) == level, "\(priority) after \(wait) s")
        }
    }

    @Test("the room of functions and queues is respected, and a full one holds up no other")
    func rooms() throws {
        let driver = TableDriver()
        var steps = (0..<50).map { _ in PlannedStep("Full", priority: .critical) }
        steps += (0..<50).map { _ in PlannedStep("Elsewhere", priority: .critical, queue: "jammed") }
        steps += (0..<3).map { _ in PlannedStep("Narrow", priority: .high) }
        steps += (0..<3).map { _ in PlannedStep("Free", priority: .low) }
        try driver.add(steps)
        let runs = driver.claim(functionRoom: ["Full": 0, "Narrow": 2], queueRoom: ["jammed": 1])
        #expect(names(runs) == ["Elsewhere", "Narrow", "Narrow", "Free", "Free", "Free"])
        #expect(driver.table.counts.running == 6)
        #expect(driver.claim(functionRoom: ["Full": 0, "Narrow": 0], queueRoom: ["jammed": 0]).isEmpty)
        #expect(driver.claim().count == 100)
    }

    @Test("a function in two queues has one room, and a queue of two functions too")
    func sharedRooms() throws {
        let driver = TableDriver()
        try driver.add(
            ["a", "b", "a", "b"].map { PlannedStep("Shared", queue: $0) }
                + ["X", "Y", "X", "Y"].map { PlannedStep($0, queue: "shared") }
        )
        let runs = driver.claim(functionRoom: ["Shared": 3], queueRoom: ["shared": 3])
        #expect(runs.map(\.spec.queue) == ["a", "b", "a", "shared", "shared", "shared"])
    }

    @Test("functions that nobody serves stay pending and block nothing")
    func unserved() throws {
        let driver = TableDriver()
        let steps = (0..<20).map { _ in PlannedStep("Unserved", priority: .critical) }
        let refs = try driver.add(steps + [PlannedStep("Served", priority: .low)])
        #expect(names(driver.claim("Served", limit: 1)) == ["Served"])
        #expect(driver.table.snapshot(of: refs[0], now: driver.now).status == .pending)
        #expect(driver.claim("Served").isEmpty)
        #expect(driver.claim("Unserved").count == 20)
    }

    @Test("nothing is taken over the limit, and a limit of nothing takes nothing")
    func limits() throws {
        let driver = TableDriver()
        try driver.add((0..<10).map { _ in PlannedStep("Work") })
        #expect(driver.claim(limit: 0).isEmpty)
        #expect(driver.claim(limit: 4).count == 4)
        #expect(driver.claim(limit: 100).count == 6)
    }

    @Test("a clock that goes back does not start what had become due early, nor lose it")
    func clockGoesBack() throws {
        let driver = TableDriver()
        let due = driver.now.advanced(by: .seconds(60))
        let refs = try driver.add([PlannedStep("Later", due: .at(due)), PlannedStep("Now")])
        driver.advance(.seconds(61))
        // A claim without room brings it into its lane.
        #expect(driver.claim(limit: 0).isEmpty)
        #expect(driver.table.heap.count == 0)
        driver.advance(.seconds(-30))
        #expect(names(driver.claim()) == ["Now"])
        #expect(driver.table.heap.count == 1)
        #expect(driver.table.snapshot(of: refs[0], now: driver.now).status == .scheduled)
        driver.now = due.advanced(by: .microseconds(-1))
        #expect(driver.claim().isEmpty)
        driver.now = due
        #expect(names(driver.claim()) == ["Later"])
    }

    @Test("a released child that nothing holds starts although the clock went back after its release")
    func releasedBeforeTheClockWentBack() throws {
        let driver = TableDriver()
        try driver.add([PlannedStep("Parent"), PlannedStep("Child", after: [.step(0)])])
        driver.succeed(try driver.start("Parent"))
        driver.advance(.seconds(-3_600))
        #expect(names(driver.claim()) == ["Child"])
    }

    @Test("cancelled tickers leave their lane for good, and the others keep their order")
    func cancelledInLane() throws {
        let seed: UInt64 = 13
        var random = SeededGenerator(seed: seed)
        let driver = TableDriver()
        let refs = try driver.add((0..<2_000).map { _ in PlannedStep("Work") })
        var kept: [TickerID] = []
        for ref in refs {
            if Int.random(in: 0..<10, using: &random) == 0 {
                kept.append(driver.id(ref))
            } else {
                driver.cancel(ref)
            }
        }
        #expect(driver.claim(limit: 2_000).map(\.lease.ticker) == kept, "seed \(seed)")
    }
}
