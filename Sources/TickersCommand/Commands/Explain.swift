import Tickers
import TickersSQLite

/// `tickers explain ID`: why a ticker is not running, or how it came to its end.
struct Explain: Command {
    static let name = "explain"
    static let summary = "Says why a ticker is not running, or how it came to its end"
    static let operands = "ID"
    static let details = """
        The file knows of parents, times, paused queues and limit keys. Whether the
        scheduler that has it is full, or lacks the handler, only that process can tell.
        """
    static let options: [CommandOption] = [.watch]

    private let id: String
    private let pause: Duration?

    init(_ arguments: Arguments) throws {
        id = try arguments.oneWord("ID")
        pause = try arguments.watch()
    }

    func run(_ session: Session) async throws {
        try await session.show(every: pause, look)
    }

    private func look(_ store: OpenStore) async throws -> Picture {
        let id = try await store.id(id)
        // Asked of the store: the scheduler that stands here runs nothing, and would say so.
        guard let explanation = try await store.store.explanation(of: id, now: store.wall) else {
            throw TickerError.unknownTicker(id)
        }
        var lines = explanation.description.split(separator: "\n").map { Line(String($0)) }
        if case .waitsForPlace(let reasons) = explanation.answer, reasons.isEmpty {
            lines.append(
                Line(
                    "Whether its scheduler runs, has a handler and has room for it, only that process can tell.",
                    .faint
                )
            )
        }
        return Picture(lines: lines, json: json(of: explanation))
    }

    private func json(of explanation: TickerExplanation) -> JSONText {
        .members([
            "id": .string("\(explanation.ticker.id)"),
            "function": .string(explanation.ticker.function),
            "status": .string(explanation.ticker.status.rawValue),
            "answer": .string(explanation.answer.word),
            "text": .string(explanation.description),
            "edges": .list(explanation.edges.map(json)),
        ])
    }

    private func json(of edge: TickerExplanation.Edge) -> JSONText {
        .members([
            "parent": .string("\(edge.parent)"),
            "function": .string(edge.function),
            "status": .string(edge.status.rawValue),
            "condition": .string("\(edge.condition)"),
            "word": .string(edge.word.rawValue),
        ])
    }
}

extension TickerExplanation.Answer {
    fileprivate var word: String {
        switch self {
        case .waitsForParents: "waitsForParents"
        case .waitsForDue: "waitsForDue"
        case .waitsForPlace: "waitsForPlace"
        case .runs: "runs"
        case .ended: "ended"
        }
    }
}
