import Testing
import Tickers
import TickersTesting

@Suite("The guide for those who come from another system")
struct ComingFromGuideTests {
    typealias Order = ComingFromGuide.Order
    typealias Orders = ComingFromGuide.Orders
    typealias Flow = ComingFromGuide.Flow

    private let journal = Journal()

    /// Mails are not sent, and orders called "bad" not processed; children of a flow fail after so many seconds, if at all.
    private func functions(failing: [Int: Int] = [:]) -> FunctionRegistry {
        var functions = FunctionRegistry()
        let journal = journal
        functions.register(Orders.validate) { order, _ in order }
        functions.register(Orders.process) { order, _ in
            guard order.id != "bad" else { throw Broken() }
            return order
        }
        for function in [Orders.pay, Orders.receipt, Orders.invoice, Orders.sync] {
            functions.register(function) { order, context in journal.note("\(context.function) \(order.id)") }
        }
        functions.register(Orders.confirm) { order, _ in
            if order.id == "unmailed" { throw Broken() }
        }
        functions.register(Flow.child) { number, context in
            if let seconds = failing[number] {
                try await context.clock.sleep(for: .seconds(seconds))
                throw Broken()
            }
            try await context.clock.sleep(for: .seconds(100))
            return "\(number)"
        }
        ComingFromGuide.registerRoot(in: &functions)
        return functions
    }

    @Test("TickerQ: children of one root, each at its time after its release, and below them as far as one likes")
    func tickerQ() async throws {
        try await virtually(functions()) { scheduler, clock in
            let start = clock.wall
            let run = try await scheduler.schedule(ComingFromGuide.tickerQ(Order(id: "1")))
            let summary = try await scheduler.ended(run)
            #expect(
                summary.tickers.map { $0.startedAt?.since(start) } == [
                    .zero, .seconds(60), .seconds(120), .seconds(120), .seconds(120),
                ]
            )
        }
    }

    private func ends(failing: [Int: Int]) async throws -> (root: Ticker, at: Duration, output: String?) {
        let seen = Recorder<(Ticker, Duration, String?)>()
        try await virtually(seeds: 0..<1, functions(failing: failing)) { scheduler, clock in
            let run = try await scheduler.schedule(ComingFromGuide.bullMQ())
            let root = try #require(run.handle(of: Flow.root))
            let ended = try await scheduler.ended(root)
            let output = ended.status == .succeeded ? try await scheduler.output(of: root) : nil
            seen.add((ended, clock.elapsed, output))
            _ = try await scheduler.ended(run)
        }
        return try #require(seen.values.first)
    }

    @Test("BullMQ: what each option of a child becomes on the edge")
    func bullMQ() async throws {
        let good = try await ends(failing: [:])
        #expect(good.at == .seconds(100))
        let continued = try await ends(failing: [0: 5])
        #expect(continued.at == .seconds(5))
        #expect(continued.output == "went on though 1 failed")
        let ignored = try await ends(failing: [1: 5])
        #expect(ignored.at == .seconds(100))
        #expect(ignored.output == "went on though 1 failed")
        let failed = try await ends(failing: [2: 5])
        #expect(failed.at == .seconds(5))
        #expect(failed.root.status == .failed)
        #expect(failed.root.failure?.message == "broken on purpose")
    }

    @Test("BullMQ: without an option, a failed parent skips the join at once, and a retry brings it back")
    func bullMQDefault() async throws {
        try await virtually(seeds: 0..<1, functions(failing: [0: 5])) { scheduler, clock in
            var flow = Workflow("default")
            let children = (0..<2).map { flow.add(Flow.child, $0) }
            let root = flow.add(Flow.root, following: children)
            let run = try await scheduler.schedule(flow)
            #expect(try await scheduler.ended(run[root]).reason == .parentFailed(run[children[0]].id))
            #expect(clock.elapsed == .seconds(5))
            #expect(try await scheduler.retry(run[children[0]]) == .retried)
            #expect(try await scheduler.status(of: run[root])?.status == .waiting)
            try await scheduler.cancelWorkflow(run)
        }
    }

    @Test("Flare: a continuation with options; a late one of a parent that failed throws")
    func flare() async throws {
        let journal = journal
        try await virtually(seeds: 0..<1, functions()) { scheduler, _ in
            let (parent, child) = try await ComingFromGuide.flare(scheduler, Order(id: "1"))
            #expect(try await scheduler.status(of: child)?.queue == "email")
            #expect(try await scheduler.ended(child).status == .succeeded)
            try await ComingFromGuide.lateFlare(scheduler, Order(id: "1"), after: parent, journal: journal)
            _ = try await scheduler.ended(parent.workflowID)
            let bad = try await ComingFromGuide.flare(scheduler, Order(id: "bad"))
            #expect(try await scheduler.ended(bad.child).reason == .parentFailed(bad.parent.id))
            try await ComingFromGuide.lateFlare(scheduler, Order(id: "bad"), after: bad.parent, journal: journal)
            let tickers = try await scheduler.workflow(bad.parent.workflowID)?.tickers
            #expect(tickers?.map(\.status) == [.failed, .skipped])
        }
        #expect(journal.lines == ["SendReceipt 1", "GenerateInvoice 1", "no invoice: the order is failed"])
    }

    @Test("the course: a mail that fails stops neither the invoice nor the inventory")
    func course() async throws {
        try await virtually(seeds: 0..<1, functions()) { scheduler, _ in
            let run = try await scheduler.schedule(ComingFromGuide.course(Order(id: "unmailed")))
            #expect(try await scheduler.ended(run).status == .recovered)
            let bad = try await scheduler.schedule(ComingFromGuide.course(Order(id: "bad")))
            let summary = try await scheduler.ended(bad)
            #expect(summary.tickers.map(\.status) == [.failed, .skipped, .skipped, .skipped])
        }
        #expect(journal.lines.sorted() == ["GenerateInvoice unmailed", "SyncInventory unmailed"])
    }
}
