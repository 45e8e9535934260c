import Foundation
import Tickers

/// The same order twice: once all goes well, once the warehouse is closed, which stops none of the others.
@main
enum Main {
    static func main() async {
        do {
            try await order(isWarehouseOpen: true, endsAs: .succeeded)
            try await order(isWarehouseOpen: false, endsAs: .recovered)
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func order(isWarehouseOpen: Bool, endsAs status: WorkflowStatus) async throws {
        print("# The warehouse is \(isWarehouseOpen ? "open" : "closed")\n")
        let scheduler = Scheduler(functions: Shop.functions(isWarehouseOpen: isWarehouseOpen))
        let purchase = Purchase(
            customer: "cust_1",
            email: "user@example.com",
            items: ["sku_100", "sku_200"],
            cents: 5_999
        )
        // snippet: fan-out
        let order = try await scheduler.schedule(Shop.process, purchase)

        // All three are stored now, and released in one transaction when the order has been processed.
        let letter = Letter(to: purchase.email, text: "thank you")
        let mail = try await scheduler.schedule(Shop.confirm, letter, following: order, options: Shop.mail)
        let stock = try await scheduler.schedule(Shop.restock, purchase.items, following: order)
        let sale = Sale(customer: purchase.customer, cents: purchase.cents)
        let event = try await scheduler.schedule(Shop.track, sale, following: order)

        // And the fan comes together again, whatever became of its parts.
        let close = try await scheduler.schedule(
            Shop.close,
            following: [mail, stock, event].map { $0.when(.onCompletion) }
        )
        // end snippet
        if let planned = try await scheduler.workflow(order.workflowID) { print("Planned:\n\(planned.tree())\n") }

        try await scheduler.start()
        let run = try await scheduler.ended(order.workflowID)
        print("Ended, \(run.status):\n\(run.tree())\n")
        try require(run.status == status, "the order is not \(status)")

        try require(haveOverlapped(run.children(of: order.id)), "the three were not at work at the same time")
        print("All three were at work at the same time.")
        for handle in [order, mail, stock, event, close] {
            guard try await scheduler.ended(handle).status == .succeeded else { continue }
            print("- \(try await scheduler.output(of: handle))")
        }
        print()
        await scheduler.shutdown()
    }

    /// Whether the last of them started before the first of them ended.
    private static func haveOverlapped(_ tickers: [Ticker]) -> Bool {
        guard let start = tickers.compactMap(\.startedAt).max() else { return false }
        guard let end = tickers.compactMap(\.endedAt).min() else { return false }
        return start < end
    }

    private static func require(_ isAsTold: Bool, _ sentence: String) throws {
        guard isAsTold else { throw Otherwise(description: sentence) }
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
