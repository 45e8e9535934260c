import Tickers
import TickersSQLite

/// `tickers show ID`: everything that is known of one ticker.
struct Show: Command {
    static let name = "show"
    static let summary = "Shows one ticker: times, input and output, failures, parents, attempts"
    static let operands = "ID"
    static let details = ""
    static let options: [CommandOption] = [.watch]

    private static let parentsShown = 20

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
        let ticker = try await store.ticker(id)
        guard let payloads = try await store.store.payloads(of: ticker.id) else {
            throw TickerError.unknownTicker(ticker.id)
        }
        let workflow = try await store.overview(of: ticker.workflowID)
        var parents: [(TickerParent, Ticker?)] = []
        for parent in ticker.parents.prefix(Self.parentsShown) {
            parents.append((parent, try await store.scheduler.status(of: parent.id)))
        }
        let json = JSONText.ticker(ticker)
            .with("input", payloads.input.map { .stored($0) } ?? .null)
            .with("output", payloads.output.map { .stored($0) } ?? .null)
            .with("history", .list(ticker.history.map(JSONText.attempt)))
        return Picture(lines: lines(of: ticker, payloads, workflow, parents, now: store.wall), json: json)
    }

    private func lines(
        of ticker: Ticker,
        _ payloads: StoredPayloads,
        _ workflow: WorkflowOverview?,
        _ parents: [(TickerParent, Ticker?)],
        now: Timestamp
    ) -> [Line] {
        var title = Line(ticker.function, .strong)
        title.add("  ")
        title.add(ticker.status.rawValue, Style(ticker.status))
        var facts = Facts()
        facts.add("id", "\(ticker.id)")
        facts.add("workflow", "\(ticker.workflowID)" + (workflow.map(describe) ?? ""))
        facts.add("queue", "\(ticker.queue), \(ticker.priority) priority")
        facts.add("attempts", "\(ticker.attempts) of \(ticker.maxAttempts)")
        facts.add("stored", ticker.createdAt.toldWhole(at: now))
        facts.add("due", ticker.status.isEnd ? nil : ticker.due?.toldWhole(at: now))
        facts.add("started", ticker.startedAt?.toldWhole(at: now))
        facts.add("ended", ticker.endedAt?.toldWhole(at: now))
        facts.add("reason", ticker.reason?.description)
        facts.add("failure", ticker.failure.map { "\($0.message) (\($0.kind.rawValue))" })
        facts.add("progress", ticker.progress.map { "\(Int($0.fraction * 100)) % \($0.text)" })
        facts.add("tags", ticker.tags.isEmpty ? nil : ticker.tags.joined(separator: ", "))
        for (key, value) in ticker.metadata.sorted(by: { $0.key < $1.key }) {
            facts.add("metadata", "\(key) = \(value)")
        }
        for (parent, known) in parents { facts.add("parent", describe(parent, known)) }
        if ticker.parents.count > parents.count {
            facts.add("parent", "and \((ticker.parents.count - parents.count).grouped) more")
        }
        facts.add("input", payloads.input)
        facts.add("output", payloads.output)
        return [title] + facts.lines + history(of: ticker, now: now)
    }

    private func describe(_ workflow: WorkflowOverview) -> String {
        let count = workflow.counts.open + workflow.counts.ended
        guard count > 1 || !workflow.name.isEmpty else { return "" }
        let name = workflow.name.isEmpty ? "" : "\(workflow.name), "
        return ", \(name)\(count.tickers), \(workflow.status.rawValue)"
    }

    private func describe(_ parent: TickerParent, _ known: Ticker?) -> String {
        let what = known.map { "\($0.function) \($0.id.short), \($0.status.rawValue)" } ?? "\(parent.id)"
        return parent.condition == .onSuccess ? what : "\(parent.condition): \(what)"
    }

    private func history(of ticker: Ticker, now: Timestamp) -> [Line] {
        var table = Table(["ATTEMPT", "STARTED", "TOOK", "OUTCOME", "FAILURE"], onTheRight: [0])
        for attempt in ticker.history {
            table.add([
                Table.Cell("\(attempt.number)"),
                Table.Cell("\(attempt.startedAt)"),
                Table.Cell((attempt.endedAt ?? now).since(attempt.startedAt).inWords),
                Table.Cell(attempt.outcome.word, attempt.outcome.style),
                Table.Cell(attempt.outcome.failure?.message ?? "", .faint),
            ])
        }
        guard !table.lines.isEmpty else { return [] }
        let dropped = ticker.attemptsDropped
        let earlier = dropped == 0 ? [] : [Line("\(dropped.grouped) earlier attempts are no longer kept.", .faint)]
        return [Line()] + earlier + table.lines
    }
}

extension TickerAttempt.Outcome {
    var word: String {
        switch self {
        case .running: "running"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .snoozed: "snoozed"
        case .givenBack: "givenBack"
        case .crashed: "crashed"
        case .cancelled: "cancelled"
        }
    }

    var style: Style {
        switch self {
        case .running: .busy
        case .succeeded: .good
        case .failed, .crashed: .bad
        case .snoozed, .givenBack, .cancelled: .faint
        }
    }

    var failure: TickerFailure? { if case .failed(let failure) = self { failure } else { nil } }
}
