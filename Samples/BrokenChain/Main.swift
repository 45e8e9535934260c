import Foundation
import Tickers

/// Exercise 2: the confirmation fails, so neither the invoice nor the inventory runs. Then the mail server is repaired.
@main
enum Main {
    static func main() async {
        do {
            try await scheduledByHandlers()
            try await plannedBeforehand()
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func scheduledByHandlers() async throws {
        print("# Each handler schedules the next step\n")
        let shop = Shop()
        let scheduler = Scheduler(functions: Steps.chained(shop))
        try await scheduler.start()
        let first = try await scheduler.schedule(Steps.process, "order-1")
        try await breakAndRepair(first.workflowID, in: scheduler, shop, ending: [.succeeded, .failed])
    }

    private static func plannedBeforehand() async throws {
        print("# The same steps, planned beforehand\n")
        let shop = Shop()
        let scheduler = Scheduler(functions: Steps.planned(shop))
        try await scheduler.start()
        let run = try await scheduler.schedule(Steps.plan("order-2"))
        try await breakAndRepair(run.id, in: scheduler, shop, ending: [.succeeded, .failed, .skipped, .skipped])
    }

    private static func breakAndRepair(
        _ id: WorkflowID,
        in scheduler: Scheduler,
        _ shop: Shop,
        ending statuses: [TickerStatus]
    ) async throws {
        let broken = try await scheduler.ended(id)
        print("The mail server is down: \(broken.status)\n\(broken.tree())\n")
        try require(broken.tickers.map(\.status) == statuses, "the tickers did not end as \(statuses.map(\.rawValue))")
        try require(await shop.deeds == ["charged": 1], "more was done than charging")

        await shop.repairMailServer()
        let count = try await scheduler.retryWorkflow(id)
        let repaired = try await scheduler.ended(id)
        print("Repaired, \(count) ticker retried: \(repaired.status)\n\(repaired.tree())\n")
        await scheduler.shutdown()
        let deeds = await shop.deeds
        for (deed, count) in deeds.sorted(by: { $0.key < $1.key }) { print("- \(deed): \(count)") }
        print()
        try require(repaired.status == .succeeded && repaired.tickers.count == 4, "the order was not completed")
        try require(deeds.count == 4 && deeds.values.allSatisfy { $0 == 1 }, "something was not done once")
    }

    private static func require(_ isAsTold: Bool, _ sentence: String) throws {
        guard isAsTold else { throw Otherwise(description: sentence) }
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
