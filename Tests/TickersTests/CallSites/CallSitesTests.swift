import Foundation
import Testing
import Tickers
import TickersTesting

@Suite struct CallSitesTests {
    typealias Order = CallSites.Order
    typealias Mail = CallSites.Mail

    private let journal = Journal()
    private let clock = VirtualClock(seed: 11)
    private var functions: FunctionRegistry { CallSites.allFunctions(journal: journal) }

    @Test func singleTickersRunWhenTheyAreDue() async throws {
        let (journal, clock, functions) = (journal, clock, functions)
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let start = clock.wall
            let date = start.advanced(by: .seconds(7_200)).date
            let one = try await CallSites.scheduleOne(scheduler, date: date)
            #expect(try await scheduler.output(of: one.order).order == 1)
            #expect(try await scheduler.ended(one.publish).startedAt == start.advanced(by: .seconds(7_200)))
            #expect(try await scheduler.ended(one.later).startedAt == start.advanced(by: .seconds(86_400)))
            #expect(journal.lines.contains("swept"))
            #expect(journal.lines.suffix(2) == ["published On Tides", "wrote to Ada"])
            await scheduler.shutdown()
        }
    }

    @Test func continuationsFollowTheirParents() async throws {
        let (clock, functions) = (clock, functions)
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let start = clock.wall
            let order = try await scheduler.schedule(CallSites.Shop.process, Order(number: 1))
            // Nothing of order 2 is in stock, and the join still closes it: it asked for completion only.
            let next = try await CallSites.scheduleContinuations(
                scheduler,
                after: order,
                order2: Order(number: 2, ships: false)
            )
            #expect(try await scheduler.output(of: next.receipt).order == 2)
            let alarm = try await scheduler.ended(next.alarm)
            #expect(alarm.status == .skipped)
            #expect(alarm.reason == .parentSucceeded(order.id))
            let close = try await scheduler.ended(next.close)
            #expect(close.status == .succeeded)
            #expect(close.startedAt == start.advanced(by: .seconds(60)))
            #expect(close.workflowID == order.workflowID)
            await scheduler.shutdown()
        }
    }

    @Test func chainPipesTheReceiptToTheMail() async throws {
        let (journal, clock, functions) = (journal, clock, functions)
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let run = try await scheduler.schedule(CallSites.chain(Order(number: 3)))
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.status) == [.succeeded, .succeeded, .skipped, .succeeded])
            #expect(clock.monotonic.nanoseconds == 60_000_000_000)
            await scheduler.shutdown()
        }
        #expect(journal.lines == ["mailed 3"])
    }

    @Test func chainRaisesTheAlarmAfterTheLastAttempt() async throws {
        let (journal, clock, functions) = (journal, clock, functions)
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let run = try await scheduler.schedule(CallSites.chain(Order(number: -3)))
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.status) == [.succeeded, .failed, .succeeded, .skipped])
            #expect(summary.tickers[1].attempts == 5)
            await scheduler.shutdown()
        }
        #expect(journal.lines == ["ProcessPayment: card declined"])
    }

    @Test func siblingsRunBesideEachOther() async throws {
        let (journal, clock, functions) = (journal, clock, functions)
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let run = try await scheduler.schedule(CallSites.siblings(Order(number: 4)))
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.function) == run.functionNames)
            #expect(summary.tickers.map(\.status) == [.succeeded, .succeeded, .succeeded, .skipped, .succeeded])
            await scheduler.shutdown()
        }
        #expect(journal.lines.first?.hasPrefix("AuditOrder 4") == true)
        #expect(journal.lines.last == "mailed 4")
    }

    @Test func handlerAddsChildrenReportsAndAsksForAnotherAttempt() async throws {
        let (journal, clock, functions) = (journal, clock, functions)
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let start = clock.wall
            let order = try await scheduler.schedule(CallSites.Shop.process, Order(number: 5))
            #expect(try await scheduler.output(of: order).order == 5)
            let ended = try #require(try await scheduler.status(of: order))
            #expect(ended.progress == TickerProgress(fraction: 0.4, text: "charged"))
            #expect(ended.startedAt == start.advanced(by: .seconds(30)))
            try await clock.sleep(for: .seconds(1_000))
            let summary = try #require(try await scheduler.workflow(order.workflowID))
            // The first attempt's shipping was withdrawn with it; its log had started and stays.
            let shipments = summary.tickers.filter { $0.function == "ShipOrder" }
            #expect(shipments.map(\.status) == [.skipped, .succeeded])
            #expect(shipments[0].reason == .withdrawn(order.id))
            #expect(shipments[1].startedAt == start.advanced(by: .seconds(330)))
            #expect(summary.tickers.count { $0.function == "LogOrder" && $0.status == .succeeded } == 2)
            await scheduler.shutdown()
        }
        let attempts = journal.lines.filter { $0.contains("attempt") }
        #expect(attempts == [#"["shop"] attempt 1 of 2"#, #"["shop"] attempt 2 of 2"#])
    }

    @Test func afterwardsAnswers() async throws {
        let (clock, functions) = (clock, functions)
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let date = clock.wall.advanced(by: .seconds(7_200)).date
            let one = try await CallSites.scheduleOne(scheduler, date: date)
            let run = try await scheduler.schedule(CallSites.chain(Order(number: 6)))
            let answers = try await CallSites.afterwards(scheduler, order: one.order, later: one.later, run: run)
            #expect(answers.receipt == CallSites.Receipt(order: 1))
            #expect(answers.ticker?.status == .succeeded)
            #expect(answers.ticker?.tags == ["shop"])
            #expect(answers.cancelled == .cancelled)
            #expect(answers.lastOfLater == .cancelled)
            #expect(answers.summary?.tickers.map(\.status) == [.succeeded, .scheduled, .waiting, .waiting])
            #expect(answers.rest.cancelled == 3)
            #expect(answers.rest.requested == 0)
            await scheduler.shutdown()
        }
    }

    @Test func blockingHandlersAnswerInVirtualTime() async throws {
        let (clock, functions) = (clock, functions)
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let image = try await scheduler.schedule(CallSites.Images.resize, CallSites.Image(pixels: 4_000))
            #expect(try await scheduler.output(of: image).pixels == 1_000)
            await scheduler.shutdown()
        }
    }

    // snippet: test-with-virtual-clock
    @Test func followUpIsWrittenAfterAMonth() async throws {
        let clock = VirtualClock(seed: 7)  // the same seed, the same run
        let journal = Journal()
        var functions = FunctionRegistry()
        functions.register(Mail.followUp) { user, context in journal.note("wrote to \(user.name)") }

        try await clock.run { [functions] in
            let scheduler = Scheduler(functions: functions, clock: clock)
            try await scheduler.start()
            let month = Duration.seconds(30 * 86_400)
            let ada = CallSites.User(name: "Ada")
            let letter = try await scheduler.schedule(Mail.followUp, ada, due: .after(month))
            try await scheduler.output(of: letter)  // a month later, at once
            await scheduler.shutdown()
        }
        #expect(journal.lines == ["wrote to Ada"])
    }
    // end snippet

    // snippet: test-over-seeds
    @Test(arguments: UInt64(0)..<50)
    func threeVisitorsAreCounted(seed: UInt64) async throws {
        let clock = VirtualClock(seed: seed)  // a failure names its seed; run it alone to see the same order again
        let journal = Journal()
        var functions = FunctionRegistry()
        functions.register(Mail.followUp) { user, context in
            try await context.clock.sleep(for: .seconds(1))
            journal.note(user.name)
        }

        try await clock.run { [functions] in
            let scheduler = Scheduler(functions: functions, store: MemoryTickerStore(seed: seed), clock: clock)
            try await scheduler.start()
            for name in ["Ada", "Grace", "Mary"] {
                try await scheduler.schedule(Mail.followUp, CallSites.User(name: name))
            }
            try await clock.sleep(for: .seconds(1))
            await clock.rest()
            await scheduler.shutdown()
        }
        #expect(journal.lines.sorted() == ["Ada", "Grace", "Mary"])
    }
    // end snippet
}

extension WorkflowHandle {
    /// What the siblings' steps should be, in the order in which they were written.
    fileprivate var functionNames: [String] {
        ["ValidateOrder", "ProcessPayment", "SendReceipt", "NotifyPaymentFailure", "AuditOrder"]
    }
}
