import Foundation
import Tickers

/// The same version twice: it goes live in three regions; then one of them is full, and it is live in none.
@main
enum Main {
    static func main() async {
        do {
            try await deploy(
                regions: [("us-east-1", 20), ("eu-west-1", 60), ("ap-south-1", 100)],
                ending: [.succeeded, .succeeded, .succeeded, .succeeded],
                leaving: "v2.0.0"
            )
            try await deploy(
                regions: [("us-east-1", 20), ("eu-west-1", 150), ("ap-south-1", 60_000)],
                full: "eu-west-1",
                ending: [.succeeded, .failed, .cancelled, .failed, .succeeded],
                leaving: "v1.9.3"
            )
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    /// - Parameters:
    ///   - regions: Each with the milliseconds that a deployment takes there.
    ///   - version: What runs in every region afterwards.
    private static func deploy(
        regions: [(name: String, milliseconds: Int)],
        full: String? = nil,
        ending statuses: [TickerStatus],
        leaving version: String
    ) async throws {
        print("# \(full.map { "\($0) is full" } ?? "Every region has room")\n")
        let durations = regions.map { ($0.name, Duration.milliseconds($0.milliseconds)) }
        let fleet = Fleet(running: "v1.9.3", durations: Dictionary(uniqueKeysWithValues: durations), full: full)
        let scheduler = Scheduler(functions: Deployments.functions(over: fleet))
        try await scheduler.start()
        let handle = try await scheduler.schedule(Deployments.workflow("v2.0.0", in: regions.map(\.name)))
        let run = try await scheduler.ended(handle)
        print("\(run.name) \(run.status):\n\(run.tree())\n")
        if run.status == .succeeded, let goLive = handle.handle(of: Deployments.goLive) {
            print("\(try await scheduler.output(of: goLive))")
        }
        await scheduler.shutdown()

        let versions = await fleet.versions
        for ticker in run.tickers(named: Deployments.deploy.name) {
            let region = ticker.tags.joined()
            print("- \(region): deployment \(ticker.status), now \(versions[region] ?? "nothing")")
        }
        print()
        try require(run.tickers.map(\.status) == statuses, "the tickers did not end as \(statuses.map(\.rawValue))")
        try require(versions.values.allSatisfy { $0 == version }, "\(version) is not what runs everywhere")
    }

    private static func require(_ isAsTold: Bool, _ sentence: String) throws {
        guard isAsTold else { throw Otherwise(description: sentence) }
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
