import Foundation
import Tickers

/// Three runs: everything passes, a suite fails that is not critical, and the critical one fails.
@main
enum Main {
    static func main() async {
        do {
            try await test("Everything passes", [:], ending: .succeeded)
            try await test("The interface is broken", ["ApiTests": .failed], ending: .recovered)
            let aborted: [String: TickerStatus] = ["AuthTests": .failed, "SearchTests": .cancelled]
            try await test("Nobody can log in", aborted, ending: .cancelled)
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    /// - Parameters:
    ///   - ends: How suites end that do not succeed.
    ///   - status: How the run ends as a whole.
    private static func test(
        _ title: String,
        _ ends: [String: TickerStatus],
        ending status: WorkflowStatus
    ) async throws {
        print("# \(title)\n")
        let broken = Set(ends.filter { $0.value == .failed }.keys)
        let scheduler = Scheduler(functions: Suites.functions(broken: broken), options: Suites.options)
        try await scheduler.start()
        let (workflow, step) = Suites.workflow()
        let handle = try await scheduler.schedule(workflow)
        let report = try await scheduler.output(of: handle[step])
        print("Report: \(report.verdict)")
        print("- passed: \(report.passed.isEmpty ? "none" : report.passed.joined(separator: ", "))")
        for failure in report.failures { print("- \(failure)") }
        if report.verdict == "aborted" {
            print("- \(report.stopped) stopped before it began, \(report.stillRunning) still running")
        }
        let run = try await scheduler.ended(handle)
        print("\nIn the end, \(run.status):\n\(run.tree())\n")
        await scheduler.shutdown()

        try require(run.status == status, "the run is not \(status)")
        for ticker in run.tickers {
            let end = ends[ticker.function, default: .succeeded]
            try require(ticker.status == end, "\(ticker.function) is \(ticker.status), not \(end)")
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
