import Tickers

/// The tickers that a command is to change, each by itself or with its whole workflow.
struct NamedTickers: Sendable {
    static let operands = "ID..."
    static let wholeWorkflow = CommandOption("--workflow", .none, "the whole workflow of each of them")

    private let ids: [String]
    private let isWhole: Bool

    init(_ arguments: Arguments) throws {
        ids = try arguments.someWords("ID")
        isWhole = arguments.has(Self.wholeWorkflow)
    }

    /// Changes one after the other, and prints what became of each.
    ///
    /// - Parameters:
    ///   - one: Changes a ticker, called so in sentences.
    ///   - whole: Changes a workflow, called so in sentences.
    func change(
        in session: Session,
        one: (Ticker, _ name: String, Scheduler) async throws -> Change.Outcome,
        whole: (WorkflowID, _ name: String, Scheduler) async throws -> Change.Outcome
    ) async throws {
        try await session.change(ids) { id, store in
            let ticker = try await store.ticker(id)
            let name = "\(ticker.function) \(ticker.id.short)"
            guard isWhole else { return Change("\(ticker.id)", try await one(ticker, name, store.scheduler)) }
            let outcome = try await whole(ticker.workflowID, "the workflow of \(name)", store.scheduler)
            return Change("\(ticker.workflowID)", outcome)
        }
    }
}
