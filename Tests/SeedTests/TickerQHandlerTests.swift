import Testing
import Tickers
import TickersTesting

@Suite("TickerQ: what a running handler adds and knows")
struct TickerQHandlerTests {
    private struct Order: Codable, Equatable { var id: Int, ships = false, isDeclined = false }
    private struct Shipment: Codable { var order: Int }
    private struct Notice: Codable { var order: Int, error: String }

    private static let process = TickerFunction<Order, Int>("ProcessOrder")
    private static let ship = TickerFunction<Shipment, Int>("CreateShipment")
    private static let pay = TickerFunction<Order, Int>("ProcessPayment")
    private static let notify = TickerFunction<Notice, Int>("NotifyPaymentFailure")

    @Test("T4 A running handler adds a child with a condition, a delay and an input of its own type")
    func addsChild() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Self.process, Order(id: 7))
            try await stage.go(to: 5)
            let child = try #require(try await scheduler.workflow(order.workflowID)?.children(of: order.id).first)
            #expect(child.status == .waiting && child.function == "CreateShipment")
            #expect(child.parents == [TickerParent(order.id, when: .onCompletion)])
            _ = try await scheduler.ended(order.workflowID)
            #expect(stage.journal.times(of: "ship 7") == [.seconds(310)])
        } register: { functions, journal in
            functions.register(Self.process) { order, context in
                let shipment = Shipment(order: order.id)
                try await context.schedule(Self.ship, shipment, when: .onCompletion, due: .after(.seconds(300)))
                try await context.clock.sleep(for: .seconds(10))
                return order.id
            }
            functions.register(Self.ship) { shipment, context in
                journal.note("ship \(shipment.order)", context)
                return shipment.order
            }
        }
    }

    @Test("T5 Children that a running handler adds run beside it; many are added at the same time")
    func beside() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Self.process, Order(id: 1))
            try await stage.go(to: 9)
            #expect(try await stage.status(order) == .running)
            let children = try #require(try await scheduler.workflow(order.workflowID)).children(of: order.id)
            #expect(children.count == 50 && Set(children.map(\.id)).count == 50)
            #expect(children.allSatisfy { $0.status == .succeeded && $0.startedAt == stage.instant(1) })
            #expect(try await scheduler.output(of: order) == 50)
            #expect(Set(stage.journal.lines).count == 50)
        } register: { functions, _ in
            functions.register(Self.process) { _, context in
                try await context.clock.sleep(for: .seconds(1))
                let ids = try await withThrowingTaskGroup(of: TickerID.self) { group in
                    for number in 0..<50 {
                        group.addTask {
                            try await context.schedule(Work.job, Job("\(number)"), when: .inProgress).id
                        }
                    }
                    return try await group.reduce(into: Set<TickerID>()) { $0.insert($1) }
                }
                try await context.clock.sleep(for: .seconds(9))
                return ids.count
            }
        }
    }

    @Test("T6 A catch adds a child on failure that carries the error and rethrows: the parent fails, the child runs")
    func recovery() async {
        await play { scheduler, stage in
            for (declined, expected) in [(true, [TickerStatus.failed, .succeeded]), (false, [.succeeded])] {
                let payment = try await scheduler.schedule(Self.pay, Order(id: 3, isDeclined: declined))
                let summary = try await scheduler.ended(payment.workflowID)
                #expect(summary.tickers.map(\.status) == expected)
                #expect(summary.status == (declined ? .recovered : .succeeded))
            }
            #expect(stage.journal.lines == ["order 3: card declined"])
            #expect(stage.journal.times(of: "order 3: card declined") == [.seconds(60)])
        } register: { functions, journal in
            functions.register(Self.pay) { order, context in
                do {
                    if order.isDeclined { throw Broken("card declined") }
                    return order.id
                } catch {
                    let notice = Notice(order: order.id, error: "\(error)")
                    try await context.schedule(Self.notify, notice, when: .onFailure, due: .after(.seconds(60)))
                    throw error
                }
            }
            functions.register(Self.notify) { notice, context in
                journal.note("order \(notice.order): \(notice.error)", context)
                return notice.order
            }
        }
    }

    @Test("T7 A handler branches by its data")
    func branches() async {
        await play { scheduler, _ in
            for ships in [true, false] {
                let order = try await scheduler.schedule(Self.process, Order(id: 1, ships: ships))
                let summary = try await scheduler.ended(order.workflowID)
                let expected = ["ProcessOrder", ships ? "CreateShipment" : "Job"]
                #expect(summary.tickers.map(\.function) == expected)
                #expect(summary.status == .succeeded)
            }
        } register: { functions, _ in
            functions.register(Self.ship) { shipment, _ in shipment.order }
            functions.register(Self.process) { order, context in
                if order.ships {
                    try await context.schedule(Self.ship, Shipment(order: order.id))
                } else {
                    try await context.schedule(Work.job, "pick up")
                }
                return order.id
            }
        }
    }

    @Test("T8 A handler knows its id, its typed input, and when it has been told to stop")
    func context() async {
        await play { scheduler, stage in
            let order = Order(id: 42, ships: true)
            let tags = TickerOptions(tags: ["vip"])
            let handle = try await scheduler.schedule(Self.process, order, due: .after(.seconds(5)), options: tags)
            try await stage.go(to: 10)
            #expect(
                stage.journal.lines == [
                    "id \(handle.id) of \(handle.workflowID)", "input \(order)", "ProcessOrder, attempt 1, [\"vip\"]",
                    "due \(stage.instant(5)), stopped false",
                ]
            )
            #expect(try await scheduler.cancel(handle) == .requested)
            #expect(try await scheduler.ended(handle).status == .cancelled)
            #expect(stage.journal.lines.last == "stopped true")
            #expect(stage.elapsed == .seconds(10))
        } register: { functions, journal in
            functions.register(Self.process) { order, context in
                journal.note("id \(context.id) of \(context.workflowID)", context)
                journal.note("input \(order)", context)
                journal.note("\(context.function), attempt \(context.attempt), \(context.tags)", context)
                journal.note("due \(context.scheduledFor), stopped \(context.isCancelled)", context)
                do {
                    try await context.clock.sleep(for: .seconds(3_600))
                } catch {
                    journal.note("stopped \(context.isCancelled)", context)
                    try context.checkCancellation()
                }
                return order.id
            }
        }
    }
}
