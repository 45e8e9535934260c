import Testing
import Tickers
import TickersTesting

extension PlannedStep {
    /// The same step under a limit key.
    func under(_ key: LimitKey) -> PlannedStep {
        var step = self
        step.options.limitKey = key
        return step
    }
}

@Suite("Places under a limit key")
struct PlaceTests {
    private func names(_ runs: [ClaimedRun]) -> [String] { runs.map(\.spec.function) }

    @discardableResult
    private func sequence(_ count: Int, retry: RetryPolicy? = nil, in driver: TableDriver) throws -> [Int32] {
        try driver.add((1...count).map { PlannedStep("S\($0)", retry: retry).under("k") })
    }

    @Test("a place is held through retries, a snooze and an interruption, and given up at the end")
    func heldUntilTheEnd() throws {
        let driver = TableDriver()
        let refs = try sequence(2, retry: .fixed(maxAttempts: 3, every: .seconds(5)), in: driver)
        driver.fail(try driver.start("S1"))
        #expect(driver.claim().isEmpty)
        driver.advance(.seconds(5))
        driver.finish(try driver.start("S1").finished(.snoozed(.seconds(60))))
        #expect(driver.claim().isEmpty)
        driver.advance(.seconds(60))
        driver.finish(try driver.start("S1").finished(.interrupted))
        #expect(driver.awaitsPlace(refs[1]))
        #expect(driver.table.snapshot(of: refs[1], now: driver.now).status == .pending)
        driver.succeed(try driver.start("S1"))
        #expect(!driver.awaitsPlace(refs[1]))
        driver.fail(try driver.start("S2"), .never)
        #expect(driver.table.gates.holders(of: "k") == 0)
    }

    @Test("order is that of becoming due, not of being stored, and a late one does not overtake")
    func order() throws {
        let driver = TableDriver()
        try driver.add([
            PlannedStep("C", due: .after(.seconds(3))).under("k"),
            PlannedStep("A", due: .after(.seconds(1))).under("k"),
            PlannedStep("B", due: .after(.seconds(2))).under("k"),
        ])
        driver.advance(.seconds(10))
        try driver.add([PlannedStep("D", priority: .critical).under("k")])
        for name in ["A", "B", "C", "D"] {
            let runs = driver.claim()
            #expect(names(runs) == [name])
            driver.succeed(runs[0])
        }
    }

    @Test("who has waited for a place comes before what became due after it, in its lane and elsewhere")
    func keepsItsTurn() throws {
        let driver = TableDriver()
        let refs = try driver.add([PlannedStep("Work").under("k"), PlannedStep("Work").under("k")])
        let first = try driver.start("Work")
        let others = try driver.add([PlannedStep("Work"), PlannedStep("Other")])
        driver.succeed(first)
        let high = try driver.add([PlannedStep("Other", priority: .high)])
        let order = (high + [refs[1]] + others).map { driver.id($0) }
        #expect(driver.claim(limit: 2).map(\.lease.ticker) == Array(order.prefix(2)))
        #expect(driver.claim().map(\.lease.ticker) == Array(order.dropFirst(2)))
    }

    @Test("who has waited for a place has grown older meanwhile")
    func ages() throws {
        let driver = TableDriver()
        try driver.add([PlannedStep("First").under("k"), PlannedStep("Low", priority: .low).under("k")])
        let first = try driver.start("First")
        driver.advance(.seconds(45))
        driver.succeed(first)
        try driver.add([PlannedStep("Critical", priority: .critical)])
        #expect(names(driver.claim()) == ["Low", "Critical"])
    }

    @Test("cancelled while running it holds its place until it reports, cancelled between attempts no longer")
    func cancelledHolder() throws {
        let driver = TableDriver()
        let refs = try sequence(3, retry: .fixed(maxAttempts: 9, every: .seconds(5)), in: driver)
        let first = try driver.start("S1")
        #expect(driver.cancel(refs[0]) == .requested)
        #expect(driver.claim().isEmpty)
        driver.finish(first.finished(.interrupted))
        driver.fail(try driver.start("S2"))
        #expect(driver.cancel(refs[1]) == .cancelled)
        #expect(names(driver.claim()) == ["S3"])
    }

    @Test("a ticker that leaves while it waits, or while it holds a place and has not started, holds up nobody")
    func leavesUnstarted() throws {
        let driver = TableDriver()
        let refs = try sequence(4, in: driver)
        driver.cancel(refs[1])
        driver.cancel(refs[0])
        #expect(names(driver.claim()) == ["S3"])
        driver.table.end(refs[3], as: .skipped, reason: .expired, now: driver.now)
        #expect(driver.table.gates.waiting(for: "k") == 0)
        #expect(driver.table.gates.holders(of: "k") == 1)
        driver.table.gates.checkInvariants()
    }

    @Test("the hint of the transaction that frees a place says that something is due")
    func hint() throws {
        let driver = TableDriver()
        let refs = try sequence(3, in: driver)
        #expect(driver.table.earliestQueued == .distantPast)
        driver.table.earliestQueued = nil
        let run = try driver.start("S1")
        driver.cancel(refs[1])
        #expect(driver.table.earliestQueued == nil)
        driver.succeed(run)
        #expect(driver.table.earliestQueued == .distantPast)
        // One that has to wait for its place is no news.
        driver.table.earliestQueued = nil
        try driver.add([PlannedStep("S4").under("k")])
        #expect(driver.table.earliestQueued == nil)
    }

    @Test("put back to waiting by a retry by hand, it gives its place up, between attempts too")
    func rearmed() throws {
        let driver = TableDriver()
        let retry = RetryPolicy.fixed(maxAttempts: 9, every: .seconds(5))
        let refs = try driver.add([
            PlannedStep("Parent"), PlannedStep("Child", after: [.step(0, .onFailure)], retry: retry).under("k"),
            PlannedStep("Queued", due: .after(.seconds(1))).under("k"),
        ])
        driver.fail(try driver.start("Parent"), .never)
        driver.fail(try driver.start("Child"))
        driver.advance(.seconds(1))
        #expect(driver.claim().isEmpty)
        #expect(driver.awaitsPlace(refs[2]))
        #expect(driver.table.retry(refs[0], now: driver.now) == .retried)
        #expect(Set(names(driver.claim())) == ["Parent", "Queued"])
        #expect(driver.table.gates.holders(of: "k") == 1)
    }

    @Test("retried by hand between attempts it keeps its place, after its end it waits for a new one")
    func retriedByHand() throws {
        let driver = TableDriver()
        let refs = try sequence(2, retry: .fixed(maxAttempts: 2, every: .seconds(60)), in: driver)
        driver.fail(try driver.start("S1"))
        #expect(driver.table.retry(refs[0], now: driver.now) == .retried)
        driver.fail(try driver.start("S1"))
        #expect(driver.state(refs[0]) == .failed)
        let second = try driver.start("S2")
        #expect(driver.table.retry(refs[0], now: driver.now) == .retried)
        #expect(driver.claim().isEmpty)
        driver.succeed(second)
        #expect(names(driver.claim()) == ["S1"])
    }

    @Test("a clock that goes back takes the place of one that is not due after all, and holds up nobody behind it")
    func clockGoesBack() throws {
        let driver = TableDriver()
        let due = driver.now.advanced(by: .seconds(60))
        try driver.add([
            PlannedStep("Dated", due: .at(due)).under("k"), PlannedStep("Dated2", due: .at(due)).under("k"),
        ])
        driver.advance(.seconds(61))
        #expect(driver.claim(limit: 0).isEmpty)
        try driver.add([PlannedStep("AtOnce").under("k")])
        driver.advance(.seconds(-3_600))
        // The claim finds out that the first is early; the place then goes to the one that is due.
        #expect(driver.claim().isEmpty)
        let run = try driver.start("AtOnce")
        driver.table.gates.checkInvariants()
        driver.succeed(run)
        #expect(driver.claim().isEmpty)
        #expect(driver.table.gates.holders(of: "k") == 0)
        driver.now = due
        for name in ["Dated", "Dated2"] {
            let runs = driver.claim()
            #expect(names(runs) == [name])
            driver.succeed(runs[0])
        }
    }

    @Test("a clock that goes back between two attempts leaves the place where it is")
    func clockGoesBackBetweenAttempts() throws {
        let driver = TableDriver()
        try sequence(2, retry: .fixed(maxAttempts: 2, every: .seconds(5)), in: driver)
        driver.fail(try driver.start("S1"))
        driver.advance(.seconds(5))
        #expect(driver.claim(limit: 0).isEmpty)
        driver.advance(.seconds(-3))
        #expect(driver.claim().isEmpty)
        driver.advance(.seconds(3))
        #expect(names(driver.claim()) == ["S1"])
    }

    @Test("the latest ticker that is stored sets the places for all, though it is due later")
    func latestSetsTheLimit() throws {
        let driver = TableDriver()
        try sequence(5, in: driver)
        #expect(names(driver.claim()) == ["S1"])
        try driver.add([PlannedStep("Later", due: .after(.seconds(60))).under(LimitKey("k", maxConcurrent: 3))])
        #expect(names(driver.claim()) == ["S2", "S3"])
    }

    @Test("queue names and keys of removed tickers are forgotten")
    func removed() throws {
        let driver = TableDriver()
        for number in 0..<1_000 {
            try driver.add([PlannedStep("Work", queue: "q\(number)").under(LimitKey("k\(number)"))])
            driver.succeed(try driver.start("Work"))
            driver.table.removeEnded(beyond: Retention(age: .seconds(60), count: 10), now: driver.now)
        }
        #expect(driver.table.lanes.count == 10)
        #expect(driver.table.gates.count == 10)
        #expect(driver.table.lanes.capacity <= 11)
        #expect(driver.table.gates.capacity <= 11)
        driver.table.lanes.checkInvariants()
        driver.table.gates.checkInvariants()
    }
}
