import Testing
import Tickers
import TickersTesting

@Suite("Children added to parents that live already")
struct LateChildTests {
    enum Answer: Sendable { case waits, runs, refused }

    /// The columns: `ParentEnding.allCases`. A parent between two attempts has started and not ended.
    // swift-format-ignore
    static let answers: [RunCondition: [Answer]] = [
        //                      succ.     failed    retry.  discard   timeout   canc.b.   canc.r.   skipped
        .onSuccess:            [.runs,    .refused, .waits, .refused, .refused, .refused, .refused, .refused],
        .onFailure:            [.refused, .runs,    .waits, .runs,    .runs,    .refused, .refused, .refused],
        .onCancelled:          [.refused, .refused, .waits, .refused, .refused, .runs,    .runs,    .refused],
        .onFailureOrCancelled: [.refused, .runs,    .waits, .runs,    .runs,    .runs,    .runs,    .refused],
        .onCompletion:         [.runs,    .runs,    .waits, .runs,    .runs,    .runs,    .runs,    .refused],
        .always:               [.runs,    .runs,    .waits, .runs,    .runs,    .runs,    .runs,    .runs],
        .inProgress:           [.runs,    .runs,    .runs,  .runs,    .runs,    .refused, .runs,    .refused],
    ]

    @Test("a late child is judged at once", arguments: RunCondition.allCases, ParentEnding.allCases)
    func judgedAtOnce(_ condition: RunCondition, _ ending: ParentEnding) throws {
        let driver = TableDriver()
        let retry = RetryPolicy.fixed(maxAttempts: 2, every: .seconds(1))
        let refs = try driver.add([
            PlannedStep("Grandparent"),
            PlannedStep("Parent", after: [.step(0)], retry: retry),
        ])
        try ending.happen(to: refs[1], in: driver)
        let parent = driver.id(refs[1])
        let before = driver.table.counts
        let child = [PlannedStep("Child", after: [.stored(parent, condition)]), PlannedStep("Next", after: [.step(0)])]

        let row = try #require(Self.answers[condition])
        let column = try #require(ParentEnding.allCases.firstIndex(of: ending))
        switch row[column] {
        case .waits:
            let added = try driver.add(child)
            #expect(added.map(driver.state) == [.waiting, .waiting])
        case .runs:
            let added = try driver.add(child)
            #expect(added.map(driver.state) == [.scheduled, .waiting])
            #expect(driver[added[0]].releasedAt == driver.now)
        case .refused:
            let error = #expect(throws: TickerError.self) { try driver.add(child) }
            #expect(error?.code == .parentEnded)
            #expect(error?.ticker == parent)
            #expect(error?.status == ending.state.status(due: .distantPast, now: driver.now))
            #expect(error?.message.contains(ending.state.status(due: .distantPast, now: driver.now).rawValue) == true)
            #expect(driver.table.counts == before)
            #expect(driver.claim("Child", "Next").isEmpty)
        }
    }

    @Test("a late child that can still be allowed by others is stored")
    func othersMayAllow() throws {
        let driver = TableDriver()
        let refs = try driver.add([PlannedStep("Broken"), PlannedStep("Open")])
        driver.fail(try driver.start("Broken"))
        let parents = refs.map { PlannedParent.stored(driver.id($0)) }
        let error = #expect(throws: TickerError.self) { try driver.add([PlannedStep("All", after: parents)]) }
        #expect(error?.code == .parentEnded)
        let any = try driver.add([PlannedStep("Any", after: parents, join: .any)])[0]
        #expect(driver.state(any) == .waiting)
        driver.succeed(try driver.start("Open"))
        #expect(driver.state(any) == .scheduled)
    }

    @Test("a failure policy is honoured by a late child too")
    func policies() throws {
        let driver = TableDriver()
        let refs = try driver.add([PlannedStep("Broken"), PlannedStep("Open")])
        let (broken, open) = (driver.id(refs[0]), driver.id(refs[1]))
        driver.fail(try driver.start("Broken"))
        let runNow = try driver.add([
            PlannedStep("RunNow", after: [.stored(open), .stored(broken, policy: .runNow)])
        ])
        #expect(driver.state(runNow[0]) == .scheduled)
        let error = #expect(throws: TickerError.self) {
            try driver.add([PlannedStep("Fail", after: [.stored(open), .stored(broken, .always, policy: .fail)])])
        }
        #expect(error?.code == .parentEnded)
        #expect(error?.status == .failed)
    }

    @Test("an unknown parent is refused by its id, with everything that came along")
    func unknownParent() throws {
        let driver = TableDriver()
        let stranger = TickerID(high: 1, low: 2)
        let error = #expect(throws: TickerError.self) {
            try driver.add([PlannedStep("Fine"), PlannedStep("Lost", after: [.step(0), .stored(stranger)])])
        }
        #expect(error?.code == .unknownTicker)
        #expect(error?.ticker == stranger)
        #expect(driver.table.counts.totals == [0, 0, 0])
        #expect(driver.claim().isEmpty)
    }

    enum Overtaken: CaseIterable, Sendable { case retried, retriedAndRunning, succeeded, cancelled }

    @Test("an attempt that is over adds nothing", arguments: Overtaken.allCases)
    func staleLease(_ overtaken: Overtaken) throws {
        let driver = TableDriver()
        let ref = try driver.add([PlannedStep("Parent", retry: .fixed(maxAttempts: 2, every: .zero))])[0]
        let stale = try driver.start("Parent")
        switch overtaken {
        case .retried:
            driver.fail(stale)
        case .retriedAndRunning:
            driver.fail(stale)
            _ = try driver.start("Parent")
        case .succeeded:
            driver.succeed(stale)
        case .cancelled:
            driver.cancel(ref)
            driver.fail(stale)
        }
        let before = driver.table.counts
        let error = #expect(throws: TickerError.self) {
            try driver.add([PlannedStep("Child", after: [.stored(driver.id(ref), .always)])], addedBy: stale.lease)
        }
        #expect(error?.code == .attemptEnded)
        #expect(error?.ticker == driver.id(ref))
        #expect(driver.table.counts == before)
    }

    @Test("a child that a handler adds beside itself is due at once")
    func besideItsParent() throws {
        let driver = TableDriver()
        let ref = try driver.add([PlannedStep("Parent")])[0]
        let run = try driver.start("Parent")
        let child = [PlannedStep("Beside", after: [.stored(driver.id(ref), .inProgress)])]
        let added = try driver.add(child, addedBy: run.lease)
        #expect(driver.state(added[0]) == .scheduled)
        #expect(try driver.start("Beside").workflowID == run.workflowID)
    }
}
