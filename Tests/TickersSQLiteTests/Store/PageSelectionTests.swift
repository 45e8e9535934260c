import Testing
import Tickers
import TickersSQLite
import TickersTesting

/// Pages of what is open cost what is open, however much has ended.
@Suite("Pages by status", .serialized)
struct PageSelectionTests {
    private static let running = "SCAN tickers USING INDEX tickers_running"
    private static let queued = "SCAN tickers USING INDEX tickers_due"
    private static let plans: [(words: Set<String>, indexes: [String])] = [
        (["running"], [running]),
        (["scheduled", "retrying"], [queued]),
        (["retrying"], [queued]),
        (["scheduled", "running"], [running, queued]),
    ]

    @Test(
        "what is queued or runs is found by its index, in order and without looking at the others",
        arguments: plans,
        PageOrder.allCases
    )
    func plan(of expected: (words: Set<String>, indexes: [String]), order: PageOrder) throws {
        let scratch = try Scratch()
        let query = TickerQuery(functions: ["Work", "Rest"], queues: ["default"], workflow: WorkflowID(first: .some))
        let request = TickerPageRequest(query, after: .some, order: order)
        let selection = try #require(PageSelection.open(expected.words, for: request))
        _ = try SQLiteTickerStore(path: scratch.path())
        let plan = try scratch.plan(of: "SELECT * FROM tickers \(selection.sql)")
        #expect(plan.first == "SEARCH tickers USING INTEGER PRIMARY KEY (rowid=?)", "\(plan)")
        #expect(plan.filter { $0.hasPrefix("SCAN") } == expected.indexes, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test(
        "what waits or has ended has no index",
        arguments: ["waiting", "succeeded", "failed", "cancelled", "skipped"]
    )
    func noIndex(word: String) {
        #expect(PageSelection.open([word, "running"], for: TickerPageRequest(.all)) == nil)
        #expect(PageSelection.open([], for: TickerPageRequest(.all)) == nil)
    }

    @Test("a stretch is a range of rows, whatever is asked for", arguments: PageOrder.allCases)
    func stretch(order: PageOrder) throws {
        let scratch = try Scratch()
        let request = TickerPageRequest(TickerQuery(statuses: [.waiting, .failed], functions: ["Work"]), order: order)
        _ = try SQLiteTickerStore(path: scratch.path())
        let plan = try scratch.plan(of: "SELECT * FROM tickers \(PageSelection.stretch(1...9, for: request).sql)")
        #expect(plan.first == "SEARCH tickers USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test("one look finds all that is open among more ended ones than it looks at", arguments: PageOrder.allCases)
    func oneLook(order: PageOrder) async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        var stage = StoreStage(store: store)
        var first = try await stage.addEach([PlannedStep("Run"), PlannedStep("Later", due: .after(.seconds(60)))])
        let ended = try await stage.add(
            NewWorkflow(steps: Array(repeating: PlannedStep("End"), count: TickerLimits.rowsPerLook + 10))
        )
        _ = try await store.cancelWorkflow(ended.id, now: stage.time)
        first += try await stage.addEach([PlannedStep("Run"), PlannedStep("Due")])
        _ = try await stage.claim("Run")
        let ids = order == .oldestFirst ? first.map(\.id) : first.map(\.id).reversed()
        let cases: [(Set<TickerStatus>, [TickerID])] = [
            ([.running], ids.filter { $0 == first[0].id || $0 == first[2].id }),
            ([.pending], [first[3].id]),
            ([.scheduled], [first[1].id]),
            ([.running, .pending, .scheduled, .waiting, .retrying], ids),
            ([.succeeded, .waiting], []),
        ]
        for (statuses, expected) in cases {
            let query = TickerQuery(statuses: statuses)
            let page = try await store.tickers(TickerPageRequest(query, order: order), now: stage.time)
            #expect(page.tickers.map(\.id) == expected, "\(statuses)")
            #expect(page.next == nil, "\(statuses)")
        }
        let open = TickerQuery(statuses: [.running, .pending, .scheduled])
        #expect(try await stage.everything(open, order, limit: 1).map(\.id) == ids)
        let some = try await store.tickers(TickerPageRequest(.all, order: order), now: stage.time)
        #expect(some.next != nil)
        try await store.close()
    }
}

extension TickerID {
    /// One that has nothing to do with the clock.
    fileprivate static let some = TickerID(high: 0x019b_76da_afd0_7001, low: 0x8000_0000_0000_0001)
}

extension Scratch {
    /// What SQLite says of how it would find the rows.
    fileprivate func plan(of sql: String) throws -> [String] {
        let reader = try reader()
        let statement = try reader.statement("EXPLAIN QUERY PLAN \(sql)")
        defer { statement.reset() }
        var plan: [String] = []
        while try statement.step() { plan.append(statement.text(3)) }
        return plan
    }
}
