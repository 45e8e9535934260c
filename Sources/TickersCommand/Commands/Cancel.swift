import Tickers

/// `tickers cancel ID…`: cancels tickers that have not ended.
struct Cancel: Command {
    static let name = "cancel"
    static let summary = "Cancels tickers that have not ended"
    static let operands = "ID..."
    static let details = "What is below them is judged at once: it runs, or is skipped, as its conditions say."
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
                changes.append(try await isWhole ? cancelWorkflow(of: ticker, in: store) : cancel(ticker, in: store))
            }
            return changes
        }
        try session.report(changes)
    }

    private func cancel(_ ticker: Ticker, in store: OpenStore) async throws -> Change {
        let name = "\(ticker.function) \(ticker.id.short)"
        let (result, sentence, isDone) =
            switch try await store.scheduler.cancel(ticker.id) {
            case .cancelled: ("cancelled", "\(name) is cancelled.", true)
            // Nothing runs where no scheduler has the file, but what a store says is passed on.
            case .requested: ("requested", "\(name) runs, and has been asked to stop.", true)
            case .alreadyEnded: ("alreadyEnded", "\(name) has ended: \(ticker.status.rawValue).", false)
            }
        return Change(subject: "\(ticker.id)", result: result, sentence: sentence, isDone: isDone)
    }

    private func cancelWorkflow(of ticker: Ticker, in store: OpenStore) async throws -> Change {
        let (cancelled, requested) = try await store.scheduler.cancelWorkflow(ticker.workflowID)
        let count = cancelled + requested
        let name = "the workflow of \(ticker.function) \(ticker.id.short)"
        let sentence =
            count == 0
            ? "\(name) has ended."
            : "\(count.grouped) ticker\(count == 1 ? "" : "s") of \(name) \(count == 1 ? "is" : "are") cancelled."
        let result = count == 0 ? "alreadyEnded" : "cancelled"
        return Change(subject: "\(ticker.workflowID)", result: result, sentence: sentence, isDone: count > 0)
    }
}
