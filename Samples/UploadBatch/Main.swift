import Foundation
import Tickers

/// The same batch twice: all three servers take the file, then the second one is down and the first is cleaned up.
@main
enum Main {
    static func main() async {
        do {
            let whole = try await upload(FileServers(), ending: [.succeeded, .succeeded, .succeeded, .succeeded])
            try require(whole.count == 3, "the file is not on three servers")
            let broken = FileServers(broken: "server-2")
            let rest = try await upload(broken, ending: [.succeeded, .failed, .cancelled, .failed])
            try require(rest.isEmpty, "something was left on the servers")
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    /// Plays a batch; returns what is on the servers afterwards.
    private static func upload(_ servers: FileServers, ending statuses: [TickerStatus]) async throws -> Set<String> {
        let names = ["server-1", "server-2", "server-3"]
        let scheduler = Scheduler(functions: Uploads.functions(over: servers))
        let handle = try await scheduler.schedule(Uploads.workflow("report.pdf", to: names))
        try await scheduler.start()
        let run = try await scheduler.ended(handle)
        print("# Batch \(run.status)\n")
        print(run.tree())
        print("\nUploads:")
        for ticker in run.tickers(named: Uploads.upload.name) {
            print("- \(ticker.tags.joined()): \(ticker.status)")
        }
        print("Servers:")
        for line in await servers.diary { print("- \(line)") }
        if let batch = handle.handle(of: Uploads.batch), run.status == .succeeded {
            print("Batch:\n- \(try await scheduler.output(of: batch))")
        }
        print()
        await scheduler.shutdown()
        try require(run.tickers.map(\.status) == statuses, "the tickers did not end as \(statuses.map(\.rawValue))")
        return await servers.urls
    }

    private static func require(_ isAsTold: Bool, _ sentence: String) throws {
        guard isAsTold else { throw Otherwise(description: sentence) }
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
