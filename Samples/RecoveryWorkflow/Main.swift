import Foundation
import Tickers

/// Three payments: one that works at the second attempt, one with a declined card, one whose bank never answers.
@main
enum Main {
    static func main() async {
        do {
            try await pay("order-1", outages: 1, ending: .succeeded, with: "released order-1")
            try await pay(
                "order-2",
                card: "declined",
                ending: .recovered,
                with: "told the customer of order-2: the card was declined"
            )
            try await pay(
                "order-3",
                outages: 3,
                ending: .recovered,
                with: "told the customer of order-3: the bank does not answer"
            )
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    /// - Parameters:
    ///   - outages: How many calls of the bank get no answer.
    ///   - line: The last one in the book afterwards.
    private static func pay(
        _ order: String,
        card: String = "good",
        outages: Int = 0,
        ending status: WorkflowStatus,
        with line: String
    ) async throws {
        let bank = Bank(outages: outages)
        let scheduler = Scheduler(functions: Payments.functions(of: bank))
        try await scheduler.start()
        let payment = try await scheduler.schedule(Payments.process, Payment(order: order, card: card))
        let run = try await scheduler.ended(payment.workflowID)
        await scheduler.shutdown()
        print("# \(order): \(run.status)\n\n\(run.tree())\n")
        let book = await bank.book
        for line in book { print("- \(line)") }
        print()

        try require(run.status == status, "\(order) is not \(status)")
        try require(book.last == line, "the last line is not \"\(line)\"")
        for notice in run.tickers(named: Payments.notify.name) where notice.status == .succeeded {
            guard let failed = run.tickers[0].endedAt, let told = notice.startedAt,
                told.since(failed) >= Payments.delay
            else { throw Otherwise(description: "the customer of \(order) was told too early") }
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
