import Foundation
import Tickers

/// Three orders: a parcel, a download, and a parcel that is not paid.
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
        let scheduler = Scheduler(functions: Orders.functions())
        try await scheduler.start()

        let book = Order(id: "book", address: "123 Main St")
        let parcel = try await process(book, by: scheduler, ["ProcessOrder": .succeeded, "CreateShipment": .succeeded])
        let (paid, shipped) = (parcel.tickers[0].endedAt, parcel.tickers[1].startedAt)
        guard let paid, let shipped, shipped.since(paid) >= Orders.timeToCancel else {
            throw Otherwise(description: "the parcel did not wait")
        }
        print("The parcel waited for the payment, and then until the customer could no longer cancel.\n")

        let song = Order(id: "song", address: nil)
        try await process(song, by: scheduler, ["ProcessOrder": .succeeded, "SendDownloadLink": .succeeded])

        let unpaid = Order(id: "lamp", address: "7 Mill Lane", isPaid: false)
        try await process(unpaid, by: scheduler, ["ProcessOrder": .failed, "CreateShipment": .skipped])
        await scheduler.shutdown()
    }

    /// - Parameter ends: How the functions end that the order needs.
    @discardableResult
    private static func process(
        _ order: Order,
        by scheduler: Scheduler,
        _ ends: [String: TickerStatus]
    ) async throws -> WorkflowSummary {
        let first = try await scheduler.schedule(Orders.process, order)
        let run = try await scheduler.ended(first.workflowID)
        print("# \(order.id): \(run.status)\n\n\(run.tree())\n")
        for said in run.tickers.compactMap(\.progress?.text) { print("- \(said)") }
        print()
        let found = Dictionary(run.tickers.map { ($0.function, $0.status) }, uniquingKeysWith: { $1 })
        guard found == ends else { throw Otherwise(description: "\(order.id) ended as \(found), not as \(ends)") }
        return run
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
