package import Tickers

/// What checks read from the store.
extension StoreStage {
    /// A ticker, which has to be there.
    package func ticker(_ id: TickerID, fileID: String = #fileID, line: Int = #line) async throws -> Ticker {
        try unwrap("ticker \(id)", await store.ticker(id, now: time), fileID: fileID, line: line)
    }

    /// The workflow that begins with this ticker, which has to be there.
    package func workflow(of id: TickerID, fileID: String = #fileID, line: Int = #line) async throws -> WorkflowSummary
    {
        let workflow = WorkflowID(first: id)
        return try unwrap("workflow \(id)", await store.workflow(workflow, now: time), fileID: fileID, line: line)
    }

    /// Where tickers stand.
    package func statuses(_ ids: [TickerID]) async throws -> [TickerStatus] {
        var found: [TickerStatus] = []
        for id in ids { found.append(try await ticker(id).status) }
        return found
    }

    /// Why a ticker is not running.
    package func answer(
        _ id: TickerID,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> TickerExplanation.Answer {
        let explanation = try await store.explanation(of: id, now: time)
        return try unwrap("the explanation of \(id)", explanation, fileID: fileID, line: line).answer
    }

    /// Checks where a ticker stands.
    package func check(
        _ id: TickerID,
        is status: TickerStatus,
        _ what: String,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        let found = try await ticker(id, fileID: fileID, line: line).status
        try expect("the status of \(what)", found, is: status, fileID: fileID, line: line)
    }

    /// Checks that a ticker ended this way, for this reason, at this instant.
    package func check(
        _ id: TickerID,
        ended status: TickerStatus,
        _ reason: EndReason?,
        at instant: Timestamp? = nil,
        _ what: String,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        let found = try await ticker(id, fileID: fileID, line: line)
        try expect("the status of \(what)", found.status, is: status, fileID: fileID, line: line)
        try expect("the reason of \(what)", found.reason, is: reason, fileID: fileID, line: line)
        let end = instant ?? found.endedAt
        try expect("the end time of \(what)", found.endedAt, is: end, fileID: fileID, line: line)
    }

    /// Checks that `body` is refused with this code, and that nothing has been stored or changed.
    @discardableResult
    package mutating func expectRefused(
        _ code: TickerError.Code,
        _ what: String,
        fileID: String = #fileID,
        line: Int = #line,
        _ body: (inout StoreStage) async throws -> Void
    ) async throws -> TickerError {
        let (counts, tickers) = (try await store.counts(), try await everything())
        let error = try await expectError(code, what, fileID: fileID, line: line) { try await body(&self) }
        let (later, rest) = (try await store.counts(), try await everything())
        try expect("the counts after \(what)", later, is: counts, fileID: fileID, line: line)
        try expect("the tickers after \(what)", rest, is: tickers, fileID: fileID, line: line)
        return error
    }

    /// Every ticker, page by page.
    package func everything(
        _ query: TickerQuery = .all,
        _ order: PageOrder = .oldestFirst,
        limit: Int = TickerLimits.pageSize
    ) async throws -> [Ticker] {
        try await pageByPage { after in
            let request = TickerPageRequest(query, after: after, limit: limit, order: order)
            let page = try await store.tickers(request, now: time)
            return (page.tickers, page.next)
        }
    }

    /// Every workflow, page by page.
    package func everyWorkflow(
        _ query: WorkflowQuery = .all,
        _ order: PageOrder = .oldestFirst,
        limit: Int = TickerLimits.pageSize
    ) async throws -> [WorkflowOverview] {
        try await pageByPage { after in
            let request = WorkflowPageRequest(query, after: after, limit: limit, order: order)
            let page = try await store.workflows(request)
            return (page.workflows, page.next)
        }
    }

    /// More pages than any check fills.
    private static let mostPages = 10_000

    /// What is on all pages, each of which says where the next one begins.
    private func pageByPage<Element, Cursor>(
        _ page: (Cursor?) async throws -> ([Element], next: Cursor?)
    ) async throws -> [Element] {
        var found: [Element] = []
        var after: Cursor?
        var pages = 0
        repeat {
            pages += 1
            try expect("whether pages come to an end", pages < Self.mostPages, is: true)
            let (elements, next) = try await page(after)
            found += elements
            after = next
        } while after != nil
        return found
    }
}

extension Payload {
    /// The text that was stored; `nil` when nothing was.
    package var storedText: String? {
        get throws {
            if case .nothing = content { return nil }
            return try PayloadCoder<String>.codable.value(self)
        }
    }
}
