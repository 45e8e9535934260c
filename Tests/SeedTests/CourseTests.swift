import Testing
import Tickers
import TickersTesting

@Suite("The chaining course")
struct CourseTests {
    private static let names = ["ProcessOrder", "SendOrderConfirmation", "GenerateInvoice", "SyncInventory"]

    private static func broken(_ function: String) -> Shop.Order { Shop.Order(failures: [function: Job.always]) }

    @Test("C1 A handler schedules what comes next, which starts when the handler has succeeded")
    func next() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Shop.process, Shop.Order())
            try await stage.go(to: 1)
            #expect(stage.journal.lines == ["ProcessOrder", "SendOrderConfirmation"])
            #expect(stage.journal.times(of: "SendOrderConfirmation") == [.seconds(1)])
            let next = try #require(try await scheduler.workflow(order.workflowID)?.children(of: order.id).first)
            #expect(next.function == "SendOrderConfirmation" && next.workflowID == order.workflowID)
            #expect(next.parents == [TickerParent(order.id)])
        } register: {
            Shop.registerChain(in: &$0, $1)
        }
    }

    @Test("C2 A handler schedules several at once, which run side by side")
    func several() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Shop.process, Shop.Order())
            let summary = try await scheduler.ended(order.workflowID)
            #expect(summary.tickers.map(\.function).sorted() == Self.names.sorted())
            for leaf in ["GenerateInvoice", "SyncInventory"] {
                #expect(stage.journal.times(of: leaf) == [.seconds(2)])
            }
            #expect(stage.elapsed == .seconds(3))
        } register: {
            Shop.registerChain(in: &$0, $1)
        }
    }

    @Test("C3 The priority is given per call, and the higher one goes first")
    func priority() async {
        let opener = TickerFunction<Void, Void>("Opener")
        await play(options: SchedulerOptions(maxConcurrent: 1)) { scheduler, stage in
            let first = try await scheduler.schedule(opener)
            _ = try await scheduler.ended(first.workflowID)
            #expect(stage.journal.lines == ["critical", "high", "normal", "low"])
        } register: { functions, _ in
            functions.register(opener) { context in
                for priority in [TickerPriority.low, .critical, .normal, .high] {
                    let options = TickerOptions(priority: priority)
                    try await context.schedule(Work.job, Job("\(priority)", seconds: 1), options: options)
                }
            }
        }
    }

    @Test("C4 Below a step that fails for good nothing runs, scheduled by handlers or planned")
    func nothingBelow() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Shop.process, Self.broken("ProcessOrder"))
            let chain = try await scheduler.ended(order.workflowID)
            #expect(chain.tickers.map(\.status) == [.failed])
            #expect(stage.journal.lines == ["ProcessOrder"])
        } register: {
            Shop.registerChain(in: &$0, $1)
        }
        await play { scheduler, stage in
            let run = try await scheduler.schedule(Shop.plan(Self.broken("ProcessOrder")))
            let planned = try await scheduler.ended(run)
            #expect(planned.tickers.map(\.status) == [.failed, .skipped, .skipped, .skipped])
            #expect(stage.journal.lines == ["ProcessOrder"])
        } register: {
            Shop.registerSteps(in: &$0, $1)
        }
    }

    @Test("C5 A failing step retries first, by its own policy, and the chain goes on when it succeeds")
    func retriesFirst() async {
        await play { scheduler, stage in
            let order = Shop.Order(failures: ["SendOrderConfirmation": 2])
            let first = try await scheduler.schedule(Shop.process, order)
            let summary = try await scheduler.ended(first.workflowID)
            #expect(summary.status == .succeeded)
            #expect(stage.journal.times(of: "ProcessOrder") == [.zero])
            let attempts: [Duration] = [.seconds(1), .seconds(62), .seconds(123)]
            #expect(stage.journal.times(of: "SendOrderConfirmation") == attempts)
            #expect(stage.journal.times(of: "GenerateInvoice") == [.seconds(124)])
        } register: {
            Shop.registerChain(in: &$0, $1)
        }
    }

    @Test("C6 Then it is failed, with its error kept, and the workflow shows it")
    func failed() async {
        await play { scheduler, _ in
            let first = try await scheduler.schedule(Shop.process, Self.broken("SendOrderConfirmation"))
            let summary = try await scheduler.ended(first.workflowID)
            #expect(summary.status == .failed)
            let letter = try #require(summary.tickers(named: "SendOrderConfirmation").first)
            #expect(letter.status == .failed && letter.attempts == 3)
            #expect(letter.failure?.message == "SendOrderConfirmation of order-1 failed")
            #expect(summary.tickers.count == 2)
        } register: {
            Shop.registerChain(in: &$0, $1)
        }
    }

    @Test("C7 A nice-to-have step may fail and the chain goes on, with the failure in sight")
    func niceToHave() async {
        await play { scheduler, stage in
            let plan = Shop.plan(Self.broken("SendOrderConfirmation"), confirmationIsOptional: true)
            let summary = try await scheduler.ended(scheduler.schedule(plan))
            #expect(summary.tickers.map(\.status) == [.succeeded, .failed, .succeeded, .succeeded])
            #expect(summary.status == .recovered)
            #expect(summary.tickers[1].failure?.message == "SendOrderConfirmation of order-1 failed")
            #expect(stage.journal.times(of: "GenerateInvoice") == [.seconds(124)])
        } register: {
            Shop.registerSteps(in: &$0, $1)
        }
    }

    @Test("C8 Payment fails: no confirmation. Invoice fails: inventory still syncs")
    func branches() async {
        await play { scheduler, stage in
            let unpaid = try await scheduler.ended(scheduler.schedule(Shop.plan(Self.broken("ProcessOrder"))))
            #expect(unpaid.tickers(named: "SendOrderConfirmation").map(\.status) == [.skipped])
            #expect(stage.journal.lines == ["ProcessOrder"])
            let unbilled = try await scheduler.ended(scheduler.schedule(Shop.plan(Self.broken("GenerateInvoice"))))
            #expect(unbilled.tickers.map(\.status) == [.succeeded, .succeeded, .failed, .succeeded])
            #expect(unbilled.status == .failed)
        } register: {
            Shop.registerSteps(in: &$0, $1)
        }
    }

    @Test("C9 A workflow id groups tickers; they are listed in creation order with function, status, attempts and end")
    func grouped() async {
        await play { scheduler, stage in
            let order = Shop.Order(failures: ["SendOrderConfirmation": 1, "SyncInventory": Job.always])
            let first = try await scheduler.schedule(Shop.process, order)
            let other = try await scheduler.schedule(Shop.process, Shop.Order(id: "order-2"))
            _ = try await scheduler.ended(first.workflowID)
            #expect(other.workflowID != first.workflowID)
            let summary = try #require(try await scheduler.workflow(first.workflowID))
            let rows = summary.tickers.map { ticker in
                let end = ticker.endedAt?.since(stage.start).components.seconds ?? -1
                return "\(ticker.function) \(ticker.status.rawValue) \(ticker.attempts) \(end)"
            }
            #expect(
                rows == [
                    "ProcessOrder succeeded 1 1", "SendOrderConfirmation succeeded 2 63",
                    "GenerateInvoice succeeded 1 64", "SyncInventory failed 1 64",
                ]
            )
            #expect(summary.tickers.map(\.createdAt) == summary.tickers.map(\.createdAt).sorted())
            #expect(WorkflowID("\(first.workflowID)") == first.workflowID)
        } register: {
            Shop.registerChain(in: &$0, $1)
        }
    }

    @Test("C10 Exercise 1: the order workflow runs each step in sequence")
    func exercise1() async {
        await play { scheduler, stage in
            let first = try await scheduler.schedule(Shop.process, Shop.Order())
            #expect(try await scheduler.ended(first.workflowID).status == .succeeded)
            #expect(stage.journal.lines.prefix(2) == ["ProcessOrder", "SendOrderConfirmation"])
            for (name, second) in zip(Self.names, [0, 1, 2, 2]) {
                #expect(stage.journal.times(of: name) == [.seconds(second)])
            }
        } register: {
            Shop.registerChain(in: &$0, $1)
        }
    }

    @Test("C10 Exercise 2: the confirmation fails, so neither the invoice nor the inventory runs")
    func exercise2() async {
        await play { scheduler, stage in
            let first = try await scheduler.schedule(Shop.process, Self.broken("SendOrderConfirmation"))
            _ = try await scheduler.ended(first.workflowID)
            #expect(Set(stage.journal.lines) == ["ProcessOrder", "SendOrderConfirmation"])
        } register: {
            Shop.registerChain(in: &$0, $1)
        }
    }

    @Test("C10 Exercise 3: a failed mail does not block the invoice, also when the handlers schedule the steps")
    func exercise3() async {
        await play { scheduler, stage in
            let first = try await scheduler.schedule(Shop.process, Self.broken("SendOrderConfirmation"))
            let summary = try await scheduler.ended(first.workflowID)
            #expect(summary.tickers(named: "SendOrderConfirmation").map(\.status) == [.failed])
            for leaf in ["GenerateInvoice", "SyncInventory"] {
                // Those of the two attempts that were repeated have been withdrawn.
                let statuses = summary.tickers(named: leaf).map(\.status)
                #expect(statuses == [.skipped, .skipped, .succeeded])
                #expect(stage.journal.times(of: leaf) == [.seconds(124)])
            }
            #expect(summary.status == .recovered)
        } register: {
            Shop.registerForgivingChain(in: &$0, $1)
        }
    }
}
