import Foundation
import Testing
import Tickers
import TickersTesting

@Suite("When a ticker is due")
struct DueTests {
    struct Row: Sendable {
        /// Seconds after the start of the test, or `nil`.
        let instant: Int?
        let delay: Int?
        let release: Int
        let due: Int
    }

    /// The latest of the own instant, the release, and the release plus the delay.
    static let rows: [Row] = [
        Row(instant: nil, delay: nil, release: 10, due: 10),
        Row(instant: nil, delay: 0, release: 10, due: 10),
        Row(instant: nil, delay: 5, release: 10, due: 15),
        Row(instant: 3, delay: nil, release: 10, due: 10),
        Row(instant: 30, delay: nil, release: 10, due: 30),
        Row(instant: 12, delay: 5, release: 10, due: 15),
        Row(instant: 15, delay: 5, release: 10, due: 15),
        Row(instant: 40, delay: 5, release: 10, due: 40),
        Row(instant: -5, delay: 5, release: 0, due: 5),
    ]

    static func due(_ row: Row, from start: Timestamp) -> TickerDue {
        var due = TickerDue.now
        if let instant = row.instant { due = .at(start.advanced(by: .seconds(instant))) }
        if let delay = row.delay { due = due.after(.seconds(delay)) }
        return due
    }

    @Test("what a claim takes in the transaction that released it is no news; what it leaves is, and what is due later")
    func taken() throws {
        let driver = TableDriver()
        try driver.add([PlannedStep("A"), PlannedStep("B", after: [.step(0)]), PlannedStep("C", after: [.step(0)])])
        let run = try driver.start("A")
        driver.table.earliestQueued = nil
        driver.succeed(run)
        #expect(driver.table.earliestQueued == .distantPast)
        #expect(driver.claim(limit: 1).count == 1)
        #expect(driver.table.earliestQueued == .distantPast)
        #expect(driver.claim().count == 1)
        #expect(driver.table.earliestQueued == nil)

        let later = driver.now.advanced(by: .seconds(5))
        try driver.add([PlannedStep("D"), PlannedStep("E", due: .at(later))])
        #expect(driver.claim().count == 1)
        #expect(driver.table.earliestQueued == later)
    }

    @Test("a child is due at the latest of its instant, its release, and its release plus its delay", arguments: rows)
    func child(_ row: Row) throws {
        let driver = TableDriver()
        let start = driver.now
        let refs = try driver.add([
            PlannedStep("Parent"),
            PlannedStep("Child", after: [.step(0)], due: Self.due(row, from: start)),
        ])
        let run = try driver.start("Parent")
        driver.advance(.seconds(row.release))
        driver.succeed(run)
        let due = start.advanced(by: .seconds(row.due))
        #expect(driver.table.snapshot(of: refs[1], now: driver.now).due == due)
        try expectStart(of: "Child", at: due, in: driver)
    }

    @Test("a root is due at the latest of its instant and its creation plus its delay", arguments: rows)
    func root(_ row: Row) throws {
        let driver = TableDriver()
        let start = driver.now
        driver.advance(.seconds(row.release))
        try driver.add([PlannedStep("Root", due: Self.due(row, from: start))])
        try expectStart(of: "Root", at: start.advanced(by: .seconds(row.due)), in: driver)
    }

    /// Not a microsecond before `due`, and then at once.
    private func expectStart(of name: String, at due: Timestamp, in driver: TableDriver) throws {
        if due > driver.now {
            driver.now = due.advanced(by: .microseconds(-1))
            #expect(driver.claim(name).isEmpty)
            driver.now = due
        }
        let run = try driver.start(name)
        #expect(run.scheduledFor == due)
    }

    @Test("a part of a microsecond is rounded up, so that nothing is early")
    func roundsUp() throws {
        let driver = TableDriver()
        let ref = try driver.add([PlannedStep("Root", due: .after(.nanoseconds(1)))])[0]
        #expect(driver[ref].due == driver.now.advanced(by: .microseconds(1)))
        #expect(Timestamp(microseconds: 0).advanced(by: .nanoseconds(1_001)).microseconds == 2)
        #expect(Timestamp(microseconds: 0).advanced(by: .nanoseconds(-1_999)).microseconds == -1)
    }

    @Test("a date is due at the microsecond at or before it")
    func dates() {
        let due = TickerDue.at(Date(timeIntervalSince1970: 1.000_000_5))
        #expect(due.instant == Timestamp(microseconds: 1_000_000))
        #expect(TickerDue.at(Date(timeIntervalSince1970: -1.5)).instant == Timestamp(microseconds: -1_500_000))
    }

    @Test("sums stop at the ends of time instead of overflowing")
    func saturates() throws {
        let late = Timestamp(microseconds: .max - 5)
        let early = Timestamp(microseconds: .min + 5)
        #expect(late.advanced(by: .seconds(1)) == .distantFuture)
        #expect(early.advanced(by: .seconds(-1)) == .distantPast)
        #expect(late.advanced(by: .seconds(Int64.max)) == .distantFuture)
        #expect(early.advanced(by: .seconds(Int64.min)) == .distantPast)
        #expect(Timestamp.distantFuture.since(.distantPast) == .microseconds(Int64.max))
        #expect(Timestamp.distantPast.since(.distantFuture) == .microseconds(Int64.min))

        let driver = TableDriver()
        let ref = try driver.add([PlannedStep("Never", due: .after(.seconds(Int64.max)))])[0]
        #expect(driver[ref].due == .distantFuture)
        driver.advance(.seconds(86_400 * 365 * 1_000))
        #expect(driver.claim().isEmpty)
    }

    @Test("the year 1 has passed, and the year 100,000 is waited for")
    func farYears() throws {
        let firstYear = Timestamp(microseconds: -62_135_596_800_000_000)
        let farYear = Timestamp(microseconds: 3_093_527_980_800_000_000)
        #expect("\(firstYear)" == "0001-01-01T00:00:00.000000Z")
        #expect("\(farYear)" == "100000-01-01T00:00:00.000000Z")
        #expect(Timestamp(Date(timeIntervalSince1970: -62_135_596_800)) == firstYear)
        #expect(Timestamp(Date(timeIntervalSince1970: 3_093_527_980_800)) == farYear)

        let driver = TableDriver()
        let refs = try driver.add([
            PlannedStep("Past", due: .at(firstYear)),
            PlannedStep("Future", due: .at(farYear)),
        ])
        #expect(driver.table.snapshot(of: refs[0], now: driver.now).status == .pending)
        #expect(driver.table.snapshot(of: refs[1], now: driver.now).status == .scheduled)
        #expect(driver.claim().map(\.spec.function) == ["Past"])
        try expectStart(of: "Future", at: farYear, in: driver)
    }

    @Test("dates outside the range move to its nearer end")
    func outsideTheRange() {
        #expect(Timestamp(Date(timeIntervalSince1970: 1e300)) == .distantFuture)
        #expect(Timestamp(Date(timeIntervalSince1970: -1e300)) == .distantPast)
        #expect(Timestamp(Date(timeIntervalSince1970: .infinity)) == .distantFuture)
        #expect(Timestamp(Date(timeIntervalSince1970: -.infinity)) == .distantPast)
        #expect(Timestamp(Date.distantPast) > .distantPast)
        #expect(Timestamp(Date.distantFuture) < .distantFuture)
    }

    @Test("negative delays and dates that are not numbers are problems, and all are named")
    func problems() {
        #expect(TickerDue.now.problems.isEmpty)
        #expect(TickerDue.after(.zero).problems.isEmpty)
        #expect(TickerDue.at(Timestamp.distantPast).problems.isEmpty)
        #expect(TickerDue.after(.nanoseconds(-1)).problems.count == 1)
        #expect(TickerDue.at(Date(timeIntervalSince1970: .nan)).problems.count == 1)
        #expect(TickerDue.at(Date(timeIntervalSince1970: .nan)).after(.seconds(-1)).problems.count == 2)
    }

    @Test("a date that is not a number runs at no time, should it get past its refusal")
    func notANumber() {
        #expect(TickerDue.at(Date(timeIntervalSince1970: .nan)).instant == .distantFuture)
    }

    @Test("a snooze and a retry move the due time to their own, whatever the instant was")
    func movesOn() throws {
        let driver = TableDriver()
        let retry = RetryPolicy.fixed(maxAttempts: 2, every: .seconds(4))
        let ref = try driver.add([PlannedStep("Work", due: .after(.seconds(1)), retry: retry)])[0]
        driver.advance()
        let first = try driver.start("Work")
        driver.finish(first.finished(.snoozed(.seconds(9))))
        #expect(driver[ref].due == driver.now.advanced(by: .seconds(9)))
        try expectStartAndFail(at: .seconds(9), in: driver)
        #expect(driver[ref].due == driver.now.advanced(by: .seconds(4)))
        try expectStartAndFail(at: .seconds(4), in: driver)
        #expect(driver.state(ref) == .failed)
    }

    private func expectStartAndFail(at wait: Duration, in driver: TableDriver) throws {
        driver.advance(wait - .microseconds(1))
        #expect(driver.claim().isEmpty)
        driver.advance(.microseconds(1))
        driver.fail(try driver.start("Work"))
    }
}
