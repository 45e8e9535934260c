import Tickers

/// `tickers retry ID…`: runs tickers again that failed, were cancelled or were skipped.
struct Retry: Command {
    static let name = "retry"
    static let summary = "Runs tickers again that are retrying, failed, cancelled or skipped"
    static let operands = "ID..."
    static let details = """
        They run when a scheduler next has the file. What is below them waits anew. With
        --workflow, whatever failed or was cancelled in it runs again, and what succeeded
        is kept.
        """
    static let options: [CommandOption] = [.wholeWorkflow]

    private let ids: [String]
    private let isWhole: Bool

    init(_ arguments: Arguments) throws {
        ids = try arguments.someWords("ID")
        isWhole = arguments.has(.wholeWorkflow)
    }

    func run(_ session: Session) async throws {
        let changes = try await session.changing { store in
            var changes: [Change] = []
            for id in ids {
                let ticker = try await store.ticker(id)
                changes.append(try await isWhole ? retryWorkflow(of: ticker, in: store) : retry(ticker, in: store))
            }
            return changes
        }
        try session.report(changes)
    }

    private func retry(_ ticker: Ticker, in store: OpenStore) async throws -> Change {
        let name = "\(ticker.function) \(ticker.id.short)"
        let (result, sentence, isDone) =
            switch try await store.scheduler.retry(ticker.id) {
            case .retried: ("retried", "\(name) will run again.", true)
            case .refused(let status): ("refused", "\(name) is \(status.rawValue), and cannot be run again.", false)
            case .descendantRunning:
                ("descendantRunning", "a ticker below \(name) is running; cancel that first.", false)
            }
        return Change(subject: "\(ticker.id)", result: result, sentence: sentence, isDone: isDone)
    }

    private func retryWorkflow(of ticker: Ticker, in store: OpenStore) async throws -> Change {
        let count = try await store.scheduler.retryWorkflow(ticker.workflowID)
        let name = "the workflow of \(ticker.function) \(ticker.id.short)"
        let sentence =
            count == 0
            ? "nothing in \(name) failed or was cancelled."
            : "\(count.grouped) ticker\(count == 1 ? "" : "s") of \(name) will run again."
        let result = count == 0 ? "refused" : "retried"
        return Change(subject: "\(ticker.workflowID)", result: result, sentence: sentence, isDone: count > 0)
    }
}
