extension Scheduler {
    /// A page of the tickers that a query asks for.
    ///
    /// ```swift
    /// let page = try await scheduler.tickers(TickerQuery(statuses: [.failed]), order: .newestFirst)
    /// let more = try await scheduler.tickers(TickerQuery(statuses: [.failed]), after: page.next, order: .newestFirst)
    /// ```
    ///
    /// A query that meets few tickers looks at many to find them: O(tickers looked at). The store is asked for
    /// ``TickerLimits/rowsPerLook`` rows at a time, so that what is due goes on meanwhile.
    ///
    /// - Parameters:
    ///   - query: Which tickers.
    ///   - cursor: The `next` of the page before; `nil` begins at the first. Any ticker's id will do, whether it is still
    ///     there or not: the page begins beyond it.
    ///   - limit: How many at most, 1 to ``TickerLimits/pageSize``. Fewer come only with the last page.
    ///   - order: By creation, which is the order of the ids.
    /// - Throws: ``TickerError`` with code `invalidArgument` for a limit out of bounds; `CancellationError`.
    public nonisolated func tickers(
        _ query: TickerQuery = .all,
        after cursor: TickerID? = nil,
        limit: Int = 50,
        order: PageOrder = .oldestFirst
    ) async throws -> TickerPage {
        try Self.checkPageSize(limit)
        var page = TickerPage(next: cursor)
        repeat {
            try Task.checkCancellation()
            let room = limit - page.tickers.count
            let request = TickerPageRequest(query, after: page.next, limit: room, order: order)
            let part = try await intake.store.tickers(request, now: intake.clock.wall)
            page.tickers += part.tickers
            page.next = part.next
        } while page.next != nil && page.tickers.count < limit
        return page
    }

    /// A page of the workflows that a query asks for, without their tickers. O(workflows looked at).
    ///
    /// - Parameters:
    ///   - query: Which workflows.
    ///   - cursor: The `next` of the page before; `nil` begins at the first. The page begins beyond it, whether it is still
    ///     there or not.
    ///   - limit: How many at most, 1 to ``TickerLimits/pageSize``. Fewer come only with the last page.
    ///   - order: By creation of their first tickers.
    /// - Throws: ``TickerError`` with code `invalidArgument` for a limit out of bounds; `CancellationError`.
    public nonisolated func workflows(
        _ query: WorkflowQuery = .all,
        after cursor: WorkflowID? = nil,
        limit: Int = 50,
        order: PageOrder = .oldestFirst
    ) async throws -> WorkflowPage {
        try Self.checkPageSize(limit)
        var page = WorkflowPage(next: cursor)
        repeat {
            try Task.checkCancellation()
            let room = limit - page.workflows.count
            let request = WorkflowPageRequest(query, after: page.next, limit: room, order: order)
            let part = try await intake.store.workflows(request)
            page.workflows += part.workflows
            page.next = part.next
        } while page.next != nil && page.workflows.count < limit
        return page
    }

    /// Every ticker that a query asks for, read page by page: `for try await ticker in scheduler.allTickers(matching: …)`.
    public nonisolated func allTickers(
        matching query: TickerQuery = .all,
        order: PageOrder = .oldestFirst
    ) -> PagedResults<Ticker> {
        PagedResults { cursor in
            let page = try await self.tickers(query, after: cursor, limit: TickerLimits.pageSize, order: order)
            return (page.tickers, page.next)
        }
    }

    /// Every workflow that a query asks for, read page by page, without their tickers.
    public nonisolated func allWorkflows(
        matching query: WorkflowQuery = .all,
        order: PageOrder = .oldestFirst
    ) -> PagedResults<WorkflowOverview> {
        PagedResults { cursor in
            let after = cursor.map(WorkflowID.init(first:))
            let page = try await self.workflows(query, after: after, limit: TickerLimits.pageSize, order: order)
            return (page.workflows, page.next?.first)
        }
    }

    private static func checkPageSize(_ limit: Int) throws {
        let bounds = 1...TickerLimits.pageSize
        guard !bounds.contains(limit) else { return }
        throw TickerError.invalidArgument(["a page of \(limit) is not in \(bounds)"])
    }
}
