package import Tickers

/// Which rows of the file come into question for a page of tickers; the query's own `matches` has the last word.
///
/// What is queued or runs is found by the partial indexes that claims and openings need anyway, where there is little enough of it
/// for one look: then it costs nothing how much has ended. Everything else is looked at in the order of the ids, a stretch at a time.
package struct PageSelection: Sendable {
    /// What stands behind `FROM tickers`.
    package let sql: String
    private let numbers: [Int64]
    private let texts: [String]

    /// Rows between two serials, both included.
    package static func stretch(_ serials: ClosedRange<Int64>, for request: TickerPageRequest) -> PageSelection {
        PageSelection(
            "serial BETWEEN ? AND ?",
            numbers: [serials.lowerBound, serials.upperBound],
            statuses: request.query.statuses?.words,
            request
        )
    }

    /// All rows beyond the request's cursor that are queued or run, of which there are few.
    ///
    /// - Parameter words: The words in the file that the statuses asked for may have.
    /// - Returns: `nil` where no index has all of them.
    package static func open(_ words: Set<String>, for request: TickerPageRequest) -> PageSelection? {
        var sources: [String] = []
        if words.contains("running") {
            sources.append("SELECT serial FROM tickers INDEXED BY tickers_running WHERE status = 'running'")
        }
        if !words.isDisjoint(with: queued) {
            sources.append(
                "SELECT serial FROM tickers INDEXED BY tickers_due WHERE status IN ('scheduled', 'retrying')"
            )
        }
        guard !sources.isEmpty, words.isSubset(of: queued.union(["running"])) else { return nil }
        let isForward = request.order == .oldestFirst
        return PageSelection(
            "serial IN (\(sources.joined(separator: " UNION ALL "))) AND serial \(isForward ? ">" : "<") ?",
            numbers: [request.after?.serial ?? (isForward ? -1 : .max)],
            statuses: words,
            request
        )
    }

    static let queued: Set<String> = ["scheduled", "retrying"]

    private init(_ place: String, numbers: [Int64], statuses: Set<String>?, _ request: TickerPageRequest) {
        var conditions = [place, TickerFile.isComplete]
        var (numbers, texts) = (numbers, [String]())
        if let workflow = request.query.workflow {
            conditions.append("workflow = ?")
            numbers.append(workflow.first.serial)
        }
        for (column, values) in [
            ("status", statuses), ("function", request.query.functions), ("queue", request.query.queues),
        ] {
            guard let values else { continue }
            conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
            texts += values
        }
        let order = request.order == .oldestFirst ? "ASC" : "DESC"
        sql = "WHERE \(conditions.joined(separator: " AND ")) ORDER BY serial \(order)"
        (self.numbers, self.texts) = (numbers, texts)
    }

    func bind(to statement: SQLiteStatement) throws {
        var next = Binder(statement)
        for number in numbers { try next.integer(number) }
        for text in texts { try next.text(text) }
    }
}

extension TickerFile {
    /// How one look for a page begins.
    enum Look {
        /// There are no such tickers.
        case nothing
        /// All of those that come into question.
        case rows(PageSelection)
        /// Those that come into question in a stretch, of which the last row looked at is named when there are more behind it.
        case part(PageSelection, last: Int64?)
    }

    /// Where to look for what a request asks for. O(log n), and O(``TickerLimits/rowsPerLook``) for a stretch.
    func look(for request: TickerPageRequest) throws -> Look {
        if let words = request.query.statuses?.words {
            let totals = try totals()
            let there = TickerState.allCases.filter { words.contains($0.text) && totals[$0] > 0 }
            guard !there.isEmpty else { return .nothing }
            // An add that is under way has rows that are not counted yet.
            if there.reduce(0, { $0 + totals[$1] }) <= TickerLimits.rowsPerLook, try unfinishedAdds() == 0,
                let selection = PageSelection.open(Set(there.map(\.text)), for: request)
            {
                return .rows(selection)
            }
        }
        guard let stretch = try stretch(beyond: request.after?.serial, request.order) else { return .nothing }
        let selection = PageSelection.stretch(stretch.lowest...stretch.highest, for: request)
        return .part(selection, last: stretch.hasMore ? stretch.last : nil)
    }
}

extension Set<TickerStatus> {
    /// The words in the file that these statuses may have.
    fileprivate var words: Set<String> {
        var words: Set<String> = []
        for status in self {
            switch status {
            case .waiting: words.insert("waiting")
            case .scheduled: words.insert("scheduled")
            case .pending: words.formUnion(["scheduled", "retrying"])
            case .running: words.insert("running")
            case .retrying: words.insert("retrying")
            case .succeeded: words.insert("succeeded")
            case .failed: words.insert("failed")
            case .cancelled: words.insert("cancelled")
            case .skipped: words.insert("skipped")
            }
        }
        return words
    }
}
