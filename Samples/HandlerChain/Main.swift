import Foundation
import Tickers

/// Exercise 1: run the order workflow and verify that each step runs after the one before it.
@main
enum Main {
    static func main() async {
        do {
            try await tell()
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func tell() async throws {
        let scheduler = Scheduler(functions: Steps.functions())
        let orders = [
            Order(id: "order-1", email: "ann@example.com", items: ["tea", "cup"]),
            Order(id: "order-2", email: "ben@example.com", items: ["pot"]),
        ]
        // Two at the same time: what their handlers schedule goes into the workflow of the one or the other.
        var workflows: [WorkflowID] = []
        for order in orders { workflows.append(try await scheduler.schedule(Steps.process, order).workflowID) }

        try await scheduler.start()
        for (order, workflow) in zip(orders, workflows) {
            let run = try await scheduler.ended(workflow)
            print("# \(order.id) \(run.status)\n")
            print(run.tree())
            print("\nIn the order of creation:")
            for ticker in run.tickers {
                let attempts = "\(ticker.attempts) attempt\(ticker.attempts == 1 ? "" : "s")"
                print("- \(ticker.function) \(ticker.status), \(attempts): \(ticker.progress?.text ?? "nothing said")")
            }
            print()
            try check(run)
        }
        await scheduler.shutdown()
        print("Each step started when the one above it had ended.")
    }

    /// Four steps that succeeded, none of which started before its parent had ended.
    private static func check(_ run: WorkflowSummary) throws {
        let names = ["ProcessOrder", "SendOrderConfirmation", "GenerateInvoice", "SyncInventory"]
        try require(run.tickers.map(\.function) == names, "the steps are not \(names)")
        try require(run.status == .succeeded, "the order is \(run.status)")
        for ticker in run.tickers {
            for child in run.children(of: ticker.id) {
                guard let end = ticker.endedAt, let start = child.startedAt, end <= start else {
                    throw Otherwise(description: "\(child.function) did not wait for \(ticker.function)")
                }
            }
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
