import Tickers

/// `tickers cancel ID…`: cancels tickers that have not ended.
struct Cancel: Command {
    static let name = "cancel"
    static let summary = "Cancels tickers that have not ended"
    static let operands = NamedTickers.operands
    static let details = "What is below them is judged at once: it runs, or is skipped, as its conditions say."
    static let options = [NamedTickers.wholeWorkflow]

    private let tickers: NamedTickers

    init(_ arguments: Arguments) throws {
        tickers = try NamedTickers(arguments)
    }

    func run(_ session: Session) async throws {
        try await tickers.change(in: session) { ticker, name, scheduler in
            switch try await scheduler.cancel(ticker.id) {
            case .cancelled: .done("cancelled", "\(name) is cancelled.")
            // Nothing runs where no scheduler has the file, but what a store says is passed on.
            case .requested: .done("requested", "\(name) runs, and has been asked to stop.")
            case .alreadyEnded: .refused("alreadyEnded", "\(name) has ended: \(ticker.status.rawValue).")
            }
        } whole: { workflow, name, scheduler in
            let (cancelled, requested) = try await scheduler.cancelWorkflow(workflow)
            let count = cancelled + requested
            guard count > 0 else { return .refused("alreadyEnded", "\(name) has ended.") }
            return .done("cancelled", "\(count.tickers) of \(name) \(count == 1 ? "is" : "are") cancelled.")
        }
    }
}
