import Tickers

/// `tickers retry ID…`: runs tickers again that failed, were cancelled or were skipped.
struct Retry: Command {
    static let name = "retry"
    static let summary = "Runs tickers again that are retrying, failed, cancelled or skipped"
    static let operands = NamedTickers.operands
    static let details = """
        They run when a scheduler next has the file. What is below them waits anew. With
        --workflow, whatever failed or was cancelled in it runs again, and what succeeded
        is kept.
        """
    static let options = [NamedTickers.wholeWorkflow]

    private let tickers: NamedTickers

    init(_ arguments: Arguments) throws {
        tickers = try NamedTickers(arguments)
    }

    func run(_ session: Session) async throws {
        try await tickers.change(in: session) { ticker, name, scheduler in
            switch try await scheduler.retry(ticker.id) {
            case .retried: .done("retried", "\(name) will run again.")
            case .refused(let status): .refused("refused", "\(name) is \(status.rawValue), and cannot be run again.")
            case .descendantRunning:
                .refused("descendantRunning", "a ticker below \(name) is running; cancel that first.")
            }
        } whole: { workflow, name, scheduler in
            let count = try await scheduler.retryWorkflow(workflow)
            guard count > 0 else { return .refused("refused", "nothing in \(name) failed or was cancelled.") }
            return .done("retried", "\(count.tickers) of \(name) will run again.")
        }
    }
}
