import Tickers

/// `tickers tree ID`: the workflow of a ticker, every ticker below its first parent.
struct Tree: Command {
    static let name = "tree"
    static let summary = "Draws the workflow of a ticker as a tree"
    static let operands = "ID"
    static let details = ""
    static let options = [mermaid, .watch]

    private static let mermaid = CommandOption("--mermaid", .none, "as a Mermaid flowchart instead")

    private let id: String
    private let isMermaid: Bool
    private let pause: Duration?

    init(_ arguments: Arguments) throws {
        id = try arguments.oneWord("ID")
        isMermaid = arguments.has(Self.mermaid)
        pause = try arguments.watch()
    }

    func run(_ session: Session) async throws {
        try await session.show(every: pause, look)
    }

    private func look(_ store: OpenStore) async throws -> Picture {
        let ticker = try await store.ticker(id)
        guard let workflow = try await store.scheduler.workflow(ticker.workflowID) else {
            throw TickerError.unknownTicker(ticker.id)
        }
        let drawing = isMermaid ? workflow.mermaid() : workflow.tree()
        let lines = drawing.split(separator: "\n", omittingEmptySubsequences: false).map { Line(String($0)) }
        return Picture(
            lines: isMermaid ? lines : title(of: workflow, now: store.wall) + lines,
            json: json(of: workflow)
        )
    }

    private func title(of workflow: WorkflowSummary, now: Timestamp) -> [Line] {
        var title = Line(workflow.name.isEmpty ? "\(workflow.id)" : workflow.name, .strong)
        title.add("  ")
        title.add(workflow.status.rawValue, Style(workflow.status))
        let count = workflow.tickers.count
        var rest = [count.tickers, "stored \(workflow.createdAt.told(at: now))"]
        if let ended = workflow.endedAt { rest.append("ended \(ended.told(at: now))") }
        if workflow.endedAt == nil, let deadline = workflow.deadline {
            rest.append("deadline \(deadline.told(at: now))")
        }
        title.add("  " + rest.joined(separator: ", "), .faint)
        return [title]
    }

    private func json(of workflow: WorkflowSummary) -> JSONText {
        .members([
            "id": .string("\(workflow.id)"),
            "name": .string(workflow.name),
            "status": .string(workflow.status.rawValue),
            "createdAt": .time(workflow.createdAt),
            "endedAt": .time(workflow.endedAt),
            "deadline": .time(workflow.deadline),
            "tickers": .list(workflow.tickers.map(JSONText.ticker)),
        ])
    }
}

extension Style {
    fileprivate init(_ status: WorkflowStatus) {
        switch status {
        case .running: self = .busy
        case .succeeded, .recovered: self = .good
        case .failed: self = .bad
        case .cancelled: self = .faint
        }
    }
}
