import Tickers

/// `tickers list`: the tickers that meet every filter, in the order in which they were stored.
struct List: Command {
    static let name = "list"
    static let summary = "Lists tickers, all or those that meet every filter"
    static let operands = ""
    static let details = """
        Filters that take several values take them with commas between. The statuses are
        waiting, scheduled, pending, running, retrying, succeeded, failed, cancelled and
        skipped; `open` stands for the first five, `ended` for the others.
        """
    static let options = [status, function, queue, tag, workflow, limit, after, newest, .watch]

    private static let status = CommandOption("--status", .needed("STATUSES"), "in one of these statuses")
    private static let function = CommandOption("--function", .needed("NAMES"), "of one of these functions")
    private static let queue = CommandOption("--queue", .needed("NAMES"), "in one of these queues")
    private static let tag = CommandOption("--tag", .needed("TAGS"), "with all of these tags")
    private static let workflow = CommandOption("--workflow", .needed("ID"), "in the workflow of this ticker")
    private static let limit = CommandOption("--limit", .needed("N"), "how many at most, 1 to 100000 (50)")
    private static let after = CommandOption("--after", .needed("ID"), "only those behind this one: the next page")
    private static let newest = CommandOption("--newest", .none, "what was stored last comes first")

    private var query = TickerQuery()
    private let workflow: String?
    private let limit: Int
    private let after: String?
    private let order: PageOrder
    private let pause: Duration?

    init(_ arguments: Arguments) throws {
        try arguments.noWords()
        query.statuses = try arguments.list(of: Self.status).map(Self.statuses)
        query.functions = try arguments.list(of: Self.function)
        query.queues = try arguments.list(of: Self.queue)
        query.tags = try arguments.list(of: Self.tag)
        workflow = arguments.value(of: Self.workflow)
        limit = try arguments.number(of: Self.limit, in: 1...100_000, standard: 50)
        after = arguments.value(of: Self.after)
        order = arguments.has(Self.newest) ? .newestFirst : .oldestFirst
        pause = try arguments.watch()
    }

    private static func statuses(_ words: Set<String>) throws -> Set<TickerStatus> {
        var statuses: Set<TickerStatus> = []
        for word in words.sorted() {
            switch word {
            case "open": statuses.formUnion(TickerStatus.allCases.filter { !$0.isEnd })
            case "ended": statuses.formUnion(TickerStatus.allCases.filter(\.isEnd))
            case _:
                guard let status = TickerStatus(rawValue: word) else { throw UsageError("\"\(word)\" is no status") }
                statuses.insert(status)
            }
        }
        return statuses
    }

    func run(_ session: Session) async throws {
        try await session.show(every: pause, look)
    }

    private func look(_ store: OpenStore) async throws -> Picture {
        var query = query
        if let workflow { query.workflow = try await store.ticker(workflow).workflowID }
        var page = TickerPage(next: nil)
        if let after { page.next = try await store.id(after) }
        repeat {
            let size = min(limit - page.tickers.count, TickerLimits.pageSize)
            let part = try await store.scheduler.tickers(query, after: page.next, limit: size, order: order)
            page.tickers += part.tickers
            page.next = part.next
        } while page.next != nil && page.tickers.count < limit
        return Picture(lines: lines(of: page, now: store.wall), json: json(of: page))
    }

    private func json(of page: TickerPage) -> JSONText {
        .members([
            "tickers": .list(page.tickers.map(JSONText.ticker)),
            "next": .optional(page.next?.description),
        ])
    }

    private func lines(of page: TickerPage, now: Timestamp) -> [Line] {
        guard !page.tickers.isEmpty else { return [Line("There are no such tickers.", .faint)] }
        var table = Table(["ID", "STATUS", "FUNCTION", "QUEUE", "TRIES", "WHEN", "NOTE"])
        for ticker in page.tickers {
            table.add([
                Table.Cell(ticker.id.short),
                Table.Cell(ticker.status.rawValue, Style(ticker.status)),
                Table.Cell(ticker.function),
                Table.Cell(ticker.queue, .faint),
                Table.Cell(ticker.tries),
                Table.Cell(ticker.when(at: now)),
                Table.Cell(ticker.note, .faint),
            ])
        }
        guard let next = page.next else { return table.lines }
        return table.lines + [Line("There may be more: --after \(next.short)", .faint)]
    }
}
