import Foundation
import Tickers

/// Two orders go down the pipeline: one past a gateway that does not answer, one with a card that is refused.
@main
enum Main {
    static func main() async {
        do {
            try await slowGateway()
            try await refusedCard()
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func slowGateway() async throws {
        print("# ord_98: the gateway answers at the second attempt\n")
        let order = Order(id: "ord_98", cents: 5_900, address: "7 Mill Lane", email: "ann@example.com")
        let shop = Shop(gatewayFailures: 1)
        let scheduler = Scheduler(functions: Pipeline.functions(of: shop))
        let run = try await scheduler.schedule(Pipeline.workflow(for: order))
        print("Planned:\n\(try await summary(of: run, in: scheduler).tree())\n")

        try await scheduler.start()
        try await scheduler.ended(run)
        // The payment succeeded a while ago, so what follows it now runs at once.
        let charge = run.tickers[1]
        let invoice = try await scheduler.schedule(Pipeline.invoice, order, following: charge)
        try await scheduler.output(of: invoice)
        try show(try await summary(of: run, in: scheduler), is: .succeeded)
        await scheduler.shutdown()
        try await show(shop)
    }

    private static func refusedCard() async throws {
        print("# ord_99: the card is refused\n")
        let order = Order(id: "ord_99", cents: 14_900, address: "123 Main St", email: "buyer@example.com")
        let shop = Shop(refusedCards: [order.id])
        let scheduler = Scheduler(functions: Pipeline.functions(of: shop))
        try await scheduler.start()
        let run = try await scheduler.schedule(Pipeline.workflow(for: order))
        try show(try await scheduler.ended(run), is: .recovered)

        // Nothing can follow a payment that has failed: the call says so, and stores nothing.
        let charge = run.tickers[1]
        do {
            try await scheduler.schedule(Pipeline.invoice, order, following: charge)
            throw Otherwise(description: "an invoice was taken for a payment that failed")
        } catch let error as TickerError where error.code == .parentEnded {
            print("An invoice now? \(error.code): ChargePayment has \(error.status?.rawValue ?? "no status").\n")
        }

        await shop.acceptCard(of: order)
        try require(try await scheduler.retry(charge) == .retried, "the payment was not retried")
        print("Retried with another card, and all below it:")
        try show(try await scheduler.ended(run), is: .succeeded)
        await scheduler.shutdown()
        try await show(shop)
    }

    private static func summary(of run: WorkflowHandle, in scheduler: Scheduler) async throws -> WorkflowSummary {
        guard let summary = try await scheduler.workflow(run) else { throw Otherwise(description: "the order is gone") }
        return summary
    }

    private static func show(_ run: WorkflowSummary, is status: WorkflowStatus) throws {
        print("\(run.name) \(run.status):\n\(run.tree())\n")
        try require(run.status == status, "\(run.name) is not \(status)")
    }

    private static func show(_ shop: Shop) async throws {
        let diary = await shop.diary
        print("The shop's diary:")
        for line in diary { print("- \(line)") }
        print()
        for deed in ["charged", "shipped", "mailed"] {
            try require(diary.count { $0.hasPrefix(deed) } == 1, "the shop has not \(deed) once")
        }
    }

    private static func require(_ isAsTold: Bool, _ sentence: String) throws {
        guard isAsTold else { throw Otherwise(description: sentence) }
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
