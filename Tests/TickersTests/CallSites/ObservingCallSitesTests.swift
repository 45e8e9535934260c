import Testing
import Tickers
import TickersTesting

@Suite("Call sites of the guide to observing")
struct ObservingCallSitesTests {
    private typealias Orders = CallSites.Orders
    private typealias Shop = CallSites.Shop

    private static func order(_ number: Int) -> Workflow {
        let order = CallSites.Order(number: number)
        let eu = TickerOptions(tags: ["eu", "card"])
        var graph = Workflow("order")
        let charge = graph.add(Orders.charge, order, options: eu)
        let stock = graph.add(Shop.stock, order)
        graph.add(Shop.ship, order, following: [charge, stock])
        return graph
    }

    @Test("what the guide asks is answered as the guide says")
    func answers() async throws {
        let clock = VirtualClock(seed: 11)
        let functions = CallSites.allFunctions(journal: Journal())
        try await clock.run {
            let scheduler = try await CallSites.start(functions, clock: clock)
            let start = clock.wall
            let good = try await scheduler.schedule(Self.order(1))
            try await scheduler.ended(good)
            let bad = try await scheduler.schedule(Self.order(-1))
            try await scheduler.ended(bad)
            let open = try await scheduler.schedule(Self.order(-2))
            await clock.rest()
            let now = clock.wall.advanced(by: .seconds(1))
            let seen = try await CallSites.look(scheduler, since: start, until: now)
            #expect(seen.failed.map(\.status) == [.retrying, .failed])
            #expect(seen.numberOfOpen == 2)
            #expect(seen.overviews.map(\.id) == [bad.id])

            let charge = try #require(seen.failed.first)
            let graph = try #require(try await scheduler.workflow(open)).tickers
            let due = try #require(charge.due).since(clock.wall)
            let told = try await CallSites.explain(scheduler, ship: graph[2].id, charge: charge.id)
            #expect(
                told.words == """
                    ShipOrder waits for its parents: one more of them has to say yes.
                    - waits for ProcessPayment to succeed; it is retrying, next attempt in \(due.inWords)
                    """
            )
            #expect(told.openParents == ["ProcessPayment is retrying, must say onSuccess"])
            #expect(told.lines == ["1: card declined, after 0.0 seconds"])

            let orders = (1...3).map { CallSites.Order(number: $0, ships: false) }
            let many = try await CallSites.scheduleMany(scheduler, orders: orders)
            for (handle, order) in zip(many.handles, orders) {
                #expect(try await scheduler.output(of: handle).order == order.number)
            }
            await scheduler.shutdown()
        }
    }
}
