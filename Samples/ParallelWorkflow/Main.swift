import Foundation
import Tickers

/// Two orders: one handler adds what runs beside it; the other one is planned, and has to try twice.
@main
enum Main {
    static func main() async {
        do {
            try await added()
            try await planned()
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func added() async throws {
        print("# order-1: its handler adds the rest\n")
        let shop = Shop(failures: 0)
        let scheduler = Scheduler(functions: Orders.added(by: shop))
        try await scheduler.start()
        let order = try await scheduler.schedule(Orders.process, "order-1")
        try await show(try await scheduler.ended(order.workflowID), shop, attempts: 1)
        await scheduler.shutdown()
    }

    private static func planned() async throws {
        print("# order-2: planned, and the printer is jammed at first\n")
        let shop = Shop(failures: 1)
        let scheduler = Scheduler(functions: Orders.planned(shop))
        let order = try await scheduler.schedule(Orders.plan("order-2"))
        if let plan = try await scheduler.workflow(order) { print("Planned:\n\(plan.tree())\n") }
        try await scheduler.start()
        try await show(try await scheduler.ended(order), shop, attempts: 2)
        await scheduler.shutdown()
    }

    /// - Parameter attempts: How often the order itself was processed; what ran beside it did so once.
    private static func show(_ run: WorkflowSummary, _ shop: Shop, attempts: Int) async throws {
        print("Ended, \(run.status):\n\(run.tree())\n")
        let (order, beside) = (run.tickers[0], run.tickers.dropFirst())
        guard run.status == .succeeded, order.attempts == attempts, beside.count == 3 else {
            throw Otherwise(description: "the order did not succeed after \(attempts) attempts")
        }
        for ticker in beside {
            guard let end = ticker.endedAt, let orderEnd = order.endedAt, end < orderEnd else {
                throw Otherwise(description: "\(ticker.function) waited for the order")
            }
        }
        print("All three had ended before the order had.")
        for (deed, count) in await shop.deeds.sorted(by: { $0.key < $1.key }) {
            print("- \(deed): \(count)")
            let expected = deed.hasPrefix("ProcessOrder") ? attempts : 1
            guard count == expected else { throw Otherwise(description: "\(deed) was done \(count) times") }
        }
        print()
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
