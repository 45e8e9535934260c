import Tickers

/// Answers from the file alone, for what is not held.
extension TickerFile {
    /// A ticker with its output; `nil` for an unknown one.
    func snapshot(of id: TickerID, now: Timestamp) throws -> (ticker: Ticker, output: Payload)? {
        guard var record = try ticker(id.serial), record.image.row.id == id, try isComplete(id.serial) else {
            return nil
        }
        guard let first = try tickerID(of: record.image.workflow) else { return nil }
        record = try withLog(record)
        return (try snapshot(record, workflow: WorkflowID(first: first), now: now), record.image.output)
    }

    /// One look at tickers, in the order of their ids.
    func page(_ request: TickerPageRequest, now: Timestamp) throws -> TickerPage {
        switch try look(for: request) {
        case .nothing: return TickerPage()
        case .rows(let selection): return try page(request, of: selection, now: now)
        case .part(let selection, let last):
            var page = try page(request, of: selection, now: now)
            if page.next == nil, let last { page.next = try tickerID(of: last) }
            return page
        }
    }

    private func page(_ request: TickerPageRequest, of rows: PageSelection, now: Timestamp) throws -> TickerPage {
        var page = TickerPage()
        let statement = try tickers(rows.sql)
        try rows.bind(to: statement)
        defer { statement.reset() }
        while try statement.step() {
            var record = try record(statement)
            guard request.query.matches(record.image.row, now: now), let first = try tickerID(of: record.image.workflow)
            else {
                continue
            }
            guard page.tickers.count < request.limit else {
                page.next = page.tickers.last?.id
                return page
            }
            record = try withLog(record)
            page.tickers.append(try snapshot(record, workflow: WorkflowID(first: first), now: now))
        }
        return page
    }

    /// The rows that one look goes over.
    struct Stretch {
        /// Serials, both included.
        var lowest: Int64
        var highest: Int64
        /// The one looked at last.
        var last: Int64
        var hasMore: Bool
    }

    /// The next ``TickerLimits/rowsPerLook`` rows beyond a serial; `nil` when there are none.
    func stretch(beyond serial: Int64?, _ order: PageOrder) throws -> Stretch? {
        let isForward = order == .oldestFirst
        let start = serial ?? (isForward ? -1 : .max)
        let (comparison, direction) = isForward ? (">", "ASC") : ("<", "DESC")
        let sql =
            "SELECT serial FROM tickers WHERE serial \(comparison) ? ORDER BY serial \(direction) LIMIT 1 OFFSET ?"
        guard let first = try serials(sql, start, 0).first else { return nil }
        let end = try serials(sql, start, Int64(TickerLimits.rowsPerLook - 1)).first
        let last = try end ?? connection.single("SELECT \(isForward ? "max" : "min")(serial) FROM tickers") ?? first
        let hasMore = try end.flatMap { try serials(sql, $0, 0).first } != nil
        return Stretch(lowest: min(first, last), highest: max(first, last), last: last, hasMore: hasMore)
    }

    /// What belongs to no add that is under way.
    static let isComplete =
        "NOT EXISTS (SELECT 1 FROM unfinished_adds u WHERE tickers.serial BETWEEN u.first AND u.last)"

    private func snapshot(_ record: TickerRecord, workflow: WorkflowID, now: Timestamp) throws -> Ticker {
        var ticker = Ticker(record.image.row, workflowID: workflow, now: now)
        ticker.metadata = record.image.metadata ?? [:]
        guard !record.isAlone else { return ticker }
        let statement = try connection.statement(
            """
            SELECT p.serial, p.random, e.condition, e.on_parent_failure FROM edges e JOIN tickers p ON p.serial = e.parent
            WHERE e.workflow = ? AND e.child = ? ORDER BY e.position
            """
        )
        try statement.bind(1, record.image.workflow)
        try statement.bind(2, record.image.row.id.serial)
        defer { statement.reset() }
        while try statement.step() {
            var next = Reader(statement)
            let id = TickerID(serial: next.integer(), low: UInt64(bitPattern: next.integer()))
            guard let condition = RunCondition(text: next.text()), let policy = ParentFailurePolicy(text: next.text())
            else { throw damaged("an edge to \(ticker.id) cannot be read") }
            ticker.parents.append(TickerParent(id, when: condition, onParentFailure: policy))
        }
        return ticker
    }

    /// The id of a ticker by its serial; `nil` for one that is not there, as the first of a workflow that is being removed.
    func tickerID(of serial: Int64) throws -> TickerID? {
        try serials("SELECT random FROM tickers WHERE serial = ?", serial).first.map { random in
            TickerID(serial: serial, low: UInt64(bitPattern: random))
        }
    }

    /// What belongs to no workflow that is being removed.
    static let isKept = "EXISTS (SELECT 1 FROM tickers f WHERE f.serial = tickers.workflow)"

    /// Looks at one state of the file, whoever writes it meanwhile.
    func lookedAt<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.execute("BEGIN")
        defer { connection.rollback() }
        return try body()
    }
}

extension WorkingSet {
    /// One look at workflows, in the order of their ids.
    func page(_ request: WorkflowPageRequest, now: Timestamp) throws -> WorkflowPage {
        var page = WorkflowPage()
        let after = request.after?.first.serial
        guard let stretch = try file.stretch(beyond: after, request.order) else { return page }
        let firsts = try file.serials(
            """
            SELECT serial FROM tickers WHERE serial BETWEEN ? AND ? AND workflow = serial AND \(TickerFile.isComplete)
            ORDER BY serial \(request.order == .oldestFirst ? "ASC" : "DESC")
            """,
            stretch.lowest,
            stretch.highest
        )
        for serial in firsts {
            guard let overview = try overview(of: serial, if: request.query, now: now) else { continue }
            guard page.workflows.count < request.limit else {
                page.next = page.workflows.last?.id
                return page
            }
            page.workflows.append(overview)
        }
        if stretch.hasMore { page.next = try file.tickerID(of: stretch.last).map { WorkflowID(first: $0) } }
        return page
    }

    /// A workflow for a list, if it is asked for.
    private func overview(
        of serial: Int64,
        if query: WorkflowQuery,
        now: Timestamp
    ) throws -> WorkflowOverview? {
        guard let first = try file.ticker(serial) else { return nil }
        let row = try file.workflow(serial)
        let createdAt = row?.createdAt ?? first.image.row.createdAt
        if let created = query.created, !created.contains(createdAt) { return nil }
        if let names = query.names, !names.contains(row?.name ?? "") { return nil }
        try read(serial, now: now)
        guard let workflow = heldWorkflow(serial) else { return nil }
        var looks = 0
        let overview = table.overview(of: workflow, looks: &looks)
        if let statuses = query.statuses, !statuses.contains(overview.status) { return nil }
        return overview
    }
}
