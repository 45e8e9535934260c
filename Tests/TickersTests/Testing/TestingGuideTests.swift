import Testing
import Tickers
import TickersTesting

/// The tests that the guide shows: written to be read without their surroundings.
@Suite("The testing guide")
struct TestingGuideTests {
    typealias Order = CallSites.Order
    typealias Receipt = CallSites.Receipt
    typealias User = CallSites.User
    typealias Orders = CallSites.Orders
    typealias Shop = CallSites.Shop
    typealias Mail = CallSites.Mail

    private let ada = User(name: "Ada")
    private let order = Order(number: 1)
    private let journal = Journal()
    private var functions: FunctionRegistry { CallSites.allFunctions(journal: journal) }

    /// The app's code that a test calls.
    private enum Welcome {
        static func greet(_ user: User, with scheduler: Scheduler) async throws {
            try await scheduler.schedule(Mail.followUp, user, due: .after(.seconds(86_400)))
        }
    }

    // snippet: test-what-was-scheduled
    @Test func aNewUserIsWrittenToAfterADay() async throws {
        let scheduler = Scheduler.recording()  // keeps what it is given and runs nothing
        try await Welcome.greet(ada, with: scheduler)

        let scheduled = try await ScheduledTickers(of: scheduler)
        try scheduled.expect(Mail.followUp, ada, due: .after(.seconds(86_400)))
        try scheduled.expectNone(of: Orders.sweep)
    }
    // end snippet

    @Test func theMismatchIsTheOneThatTheGuidePrints() async throws {
        let scheduler = Scheduler.recording()
        try await Welcome.greet(ada, with: scheduler)
        let scheduled = try await ScheduledTickers(of: scheduler)
        #expect(
            mismatch { try scheduled.expect(Mail.followUp, ada, due: .after(.seconds(3_600))) } == """
                Expected once, found never: FollowUp(User(name: "Ada")), after 3600.0 seconds
                FollowUp was scheduled once:
                  1. FollowUp(User(name: "Ada")), after 86400.0 seconds
                       due  expected   after 3600.0 seconds
                            scheduled  after 86400.0 seconds
                """
        )
    }

    // snippet: test-exact-list
    @Test func theChainIsScheduledAsDrawn() async throws {
        let scheduler = Scheduler.recording()
        try await scheduler.schedule(CallSites.chain(order))

        let charge = ExpectedTicker(Orders.charge, due: .after(.seconds(60)))
        try await ScheduledTickers(of: scheduler).expectExactly([
            ExpectedTicker(Orders.validate, order),
            charge.following(Orders.validate),
            ExpectedTicker(Orders.alarm).following(Orders.charge, when: .onFailure),
            ExpectedTicker(Orders.mail).following(Orders.charge),
        ])
    }
    // end snippet

    // snippet: test-drain
    @Test func everythingIsDoneInTheEnd() async throws {
        let clock = VirtualClock(seed: 7)
        try await clock.run { [functions, order] in
            let scheduler = Scheduler(functions: functions, clock: clock)
            try await scheduler.start()
            try await scheduler.schedule(Shop.process, order)
            try await scheduler.drain()  // retries, delays, and what handlers add
            await scheduler.shutdown()
        }
        #expect(journal.lines.contains { $0.hasPrefix("ShipOrder 1") })
    }
    // end snippet

    // snippet: test-one-handler
    @Test func theSecondAttemptCharges() async throws {
        let first = try await functions.run(Shop.process, order)
        #expect(first.signal == .retry(after: .seconds(30)))

        let second = try await functions.run(Shop.process, order, attempt: 2)
        #expect(second.output == Receipt(order: 1))
        #expect(second.progress.map(\.text) == ["charged"])
        try second.children.expect(Shop.ship, order, due: .after(.seconds(300)))
    }
    // end snippet

    // snippet: test-one-handler-with-parents
    @Test func aJoinCountsWhatFailed() async throws {
        var functions = FunctionRegistry()
        functions.register(Orders.sweep) { context in
            let parents = try await context.parents()
            try await context.report(progress: 1, "\(parents.counts.failed) failed")
        }

        let result = try await functions.run(
            Orders.sweep,
            parents: [.succeeded(Orders.charge, Receipt(order: 1)), .failed(Shop.stock, "nothing in stock")]
        )
        #expect(result.progress.map(\.text) == ["1 failed"])
    }
    // end snippet

    // snippet: test-dry-run
    @Test func aDeclinedCardRaisesTheAlarm() throws {
        let report = try CallSites.chain(order).dryRun(outcomes: [.fails(Orders.charge)])

        try report.expect([
            "ValidateOrder": .succeeded,
            "ProcessPayment": .failed,
            "NotifyPaymentFailure": .succeeded,
            "SendReceipt": .skipped,
        ])
        try report.expect(Orders.charge, .failed, attempts: 5)
        #expect(report.status == .recovered)
    }
    // end snippet

    @Test func theTreeIsTheOneThatTheGuidePrints() throws {
        let report = try CallSites.chain(order).dryRun(outcomes: [.fails(Orders.charge)])
        #expect(
            report.tree() == """
                ValidateOrder succeeded
                └─ ProcessPayment failed, 5 attempts (made to fail)
                   ├─ onFailure: NotifyPaymentFailure succeeded
                   └─ SendReceipt skipped (ProcessPayment failed)
                """
        )
    }
}
