import Tickers

extension CallSites {
    /// What a look at the store found.
    struct Sightings: Sendable {
        var failed: [Ticker] = []
        var numberOfOpen = 0
        var overviews: [WorkflowOverview] = []
        var words: String?
        var openParents: [String] = []
        var lines: [String] = []
        var handles: [TickerHandle<Receipt>] = []
    }

    static func look(_ scheduler: Scheduler, since yesterday: Timestamp, until now: Timestamp) async throws -> Sightings
    {
        var seen = Sightings()
        // snippet: query-tickers
        let query = TickerQuery(
            statuses: [.failed, .retrying],
            functions: ["ProcessPayment"],
            tags: ["eu"],  // all of them
            created: yesterday..<now
        )
        var page = try await scheduler.tickers(query, limit: 50, order: .newestFirst)
        var found = page.tickers
        while let cursor = page.next {  // say, when the next page is asked for
            page = try await scheduler.tickers(query, after: cursor, limit: 50, order: .newestFirst)
            found += page.tickers
        }
        // end snippet
        seen.failed = found
        var numberOfOpen = 0
        // snippet: query-all
        for try await ticker in scheduler.allTickers(matching: TickerQuery(queues: ["default"])) {
            if !ticker.status.isEnd { numberOfOpen += 1 }
        }
        // end snippet
        seen.numberOfOpen = numberOfOpen
        // snippet: query-workflows
        let troubled = WorkflowQuery(statuses: [.failed, .recovered], names: ["order"])
        for overview in try await scheduler.workflows(troubled).workflows {
            seen.overviews.append(overview)  // id, name, times, status, counts; not the tickers
        }
        // end snippet
        return seen
    }

    static func explain(
        _ scheduler: Scheduler,
        ship: TickerID,
        charge: TickerID
    ) async throws -> Sightings {
        var seen = Sightings()
        // snippet: explain
        if let why = try await scheduler.explain(ship) {
            seen.words = why.description  // sentences for people
            for edge in why.openEdges {  // and as values
                seen.openParents.append("\(edge.function) is \(edge.status), must say \(edge.condition)")
            }
        }
        // end snippet
        var lines: [String] = []
        // snippet: history
        for attempt in try await scheduler.status(of: charge)?.history ?? [] {
            let length = (attempt.endedAt ?? attempt.startedAt).since(attempt.startedAt)
            switch attempt.outcome {
            case .failed(let failure): lines.append("\(attempt.number): \(failure.message), after \(length)")
            case .running: lines.append("\(attempt.number): runs")
            case .succeeded, .snoozed, .givenBack, .crashed, .cancelled:
                lines.append("\(attempt.number): \(attempt.outcome)")
            }
        }
        // end snippet
        seen.lines = lines
        return seen
    }

    static func scheduleMany(_ scheduler: Scheduler, orders: [Order]) async throws -> Sightings {
        var seen = Sightings()
        // snippet: schedule-many
        let handles = try await scheduler.schedule(Shop.process, inputs: orders)  // one transaction, all or none
        // end snippet
        seen.handles = handles
        return seen
    }
}
