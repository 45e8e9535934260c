import Foundation
import Tickers

/// Exercise 3: a failed mail does not block the invoice. Nor does a failed invoice block the inventory, but a failed
/// payment blocks everything.
@main
enum Main {
    static func main() async {
        do {
            try await order(without: Steps.confirm, ends: [.succeeded, .failed, .succeeded, .succeeded], .recovered)
            try await order(without: Steps.invoice, ends: [.succeeded, .succeeded, .failed, .succeeded], .failed)
            try await order(without: Steps.process, ends: [.failed, .skipped, .skipped, .skipped], .failed)
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func order(
        without broken: TickerFunction<String, Void>,
        ends statuses: [TickerStatus],
        _ status: WorkflowStatus
    ) async throws {
        let scheduler = Scheduler(functions: Steps.functions(broken: broken.name))
        try await scheduler.start()
        let run = try await scheduler.ended(scheduler.schedule(Steps.workflow(for: "order-1")))
        await scheduler.shutdown()
        print("# Without \(broken.name): \(run.status)\n\n\(run.tree())\n")

        // Not hidden in a catch: the failure stands in the workflow, whatever went on after it.
        let failed = run.tickers.filter { $0.status == .failed }
        for ticker in failed { print("To be looked at: \(ticker.failure.map { "\($0)" } ?? "nothing known")\n") }
        try require(failed.map(\.function) == [broken.name], "it was not only \(broken.name) that failed")
        try require(run.tickers.map(\.status) == statuses, "the steps did not end as \(statuses.map(\.rawValue))")
        try require(run.status == status, "the order is \(run.status), not \(status)")
    }

    private static func require(_ isAsTold: Bool, _ sentence: String) throws {
        guard isAsTold else { throw Otherwise(description: sentence) }
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
