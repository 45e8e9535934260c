import Testing
import Tickers
import TickersTesting

@Suite("What queries ask")
struct QueryTests {
    /// A store with tickers that differ in everything a query can ask about, some ended, some not.
    private struct Zoo {
        var driver: TableDriver
        var refs: [Int32] = []
        static let tags = ["red", "green", "blue"]

        init(seed: UInt64) throws {
            driver = TableDriver(seed: seed)
            var random = SeededGenerator(seed: seed)
            for _ in 0..<Int.random(in: 5...25, using: &random) {
                driver.advance(.seconds(Int.random(in: 0...3, using: &random)))
                refs += try driver.add(Self.steps(&random))
                if Bool.random(using: &random) { try work(&random) }
            }
        }

        private static func steps(_ random: inout SeededGenerator) -> [PlannedStep] {
            (0..<Int.random(in: 1...4, using: &random)).map { position in
                let isChild = position > 0 && Bool.random(using: &random)
                var step = PlannedStep(
                    ["A", "B", "C"].randomElement(using: &random) ?? "A",
                    after: isChild ? [.step(position - 1, .random(&random))] : [],
                    due: Bool.random(using: &random) ? .now : .after(.seconds(Int.random(in: 1...9, using: &random))),
                    retry: .fixed(maxAttempts: 2, every: .seconds(2)),
                    queue: ["q", "r"].randomElement(using: &random)
                )
                step.options.tags = tags.filter { _ in Bool.random(using: &random) }
                return step
            }
        }

        private mutating func work(_ random: inout SeededGenerator) throws {
            for run in driver.claim(limit: 2) {
                switch Int.random(in: 0..<5, using: &random) {
                case 0: driver.fail(run)
                case 1: driver.fail(run, .never)
                case 2: driver.finish(run.finished(.snoozed(.seconds(3))))
                case 3: break
                default: driver.succeed(run)
                }
            }
            if Int.random(in: 0..<4, using: &random) == 0, let ref = refs.randomElement(using: &random) {
                driver.cancel(ref)
            }
        }

        func query(_ random: inout SeededGenerator) -> TickerQuery {
            var query = TickerQuery()
            let start = Timestamp(microseconds: 1_800_000_000_000_000)
            func range() -> Range<Timestamp> {
                let first = start.advanced(by: .seconds(Int.random(in: 0...30, using: &random)))
                return first..<first.advanced(by: .seconds(Int.random(in: 0...20, using: &random)))
            }
            if Bool.random(using: &random) {
                query.statuses = Set(TickerStatus.allCases.filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
            }
            if Int.random(in: 0..<3, using: &random) == 0 { query.functions = ["A", "B"] }
            if Int.random(in: 0..<3, using: &random) == 0 { query.queues = ["q"] }
            if Int.random(in: 0..<3, using: &random) == 0 { query.tags = ["red", "blue"] }
            if Int.random(in: 0..<3, using: &random) == 0 { query.created = range() }
            if Int.random(in: 0..<3, using: &random) == 0 { query.due = range() }
            if Int.random(in: 0..<4, using: &random) == 0, let ref = refs.randomElement(using: &random) {
                query.workflow = driver.table.snapshot(of: ref, now: driver.now).workflowID
            }
            return query
        }
    }

    /// The same questions, asked of a snapshot.
    private func meets(_ ticker: Ticker, _ query: TickerQuery) -> Bool {
        query.statuses.map { $0.contains(ticker.status) } != false
            && query.functions.map { $0.contains(ticker.function) } != false
            && query.queues.map { $0.contains(ticker.queue) } != false
            && query.tags.map { $0.isSubset(of: ticker.tags) } != false
            && query.workflow.map { $0 == ticker.workflowID } != false
            && query.created.map { $0.contains(ticker.createdAt) } != false
            && query.due.map { range in ticker.due.map { range.contains($0) } ?? false } != false
    }

    @Test("random queries bring exactly the tickers whose snapshots meet them", arguments: UInt64(0)..<100)
    func random(seed: UInt64) throws {
        let zoo = try Zoo(seed: seed)
        var random = SeededGenerator(seed: seed)
        let snapshots = zoo.refs.map { zoo.driver.table.snapshot(of: $0, now: zoo.driver.now) }
        var found = 0
        for _ in 0..<20 {
            let query = zoo.query(&random)
            let expected = snapshots.filter { meets($0, query) }
            found += expected.count
            for order in PageOrder.allCases {
                var request = TickerPageRequest(query, limit: Int.random(in: 1...5, using: &random), order: order)
                var brought: [Ticker] = []
                repeat {
                    let page = zoo.driver.table.page(request, now: zoo.driver.now)
                    #expect(page.tickers.count <= request.limit)
                    brought += page.tickers
                    request.after = page.next
                } while request.after != nil
                #expect(brought == (order == .oldestFirst ? expected : expected.reversed()), "seed \(seed), \(query)")
            }
        }
        #expect(found > 0, "seed \(seed) asked for nothing that was there")
    }

    @Test("a workflow's tickers, wherever the cursor stands", arguments: PageOrder.allCases)
    func workflow(order: PageOrder) throws {
        let driver = TableDriver()
        let before = try driver.add([PlannedStep("A")])
        let first = try driver.add([PlannedStep("A"), PlannedStep("B", after: [.step(0)])])
        let between = try driver.add([PlannedStep("A")])
        let late = try driver.add([PlannedStep("C", after: [.stored(driver.id(first[0]))])])
        let after = try driver.add([PlannedStep("A")])
        let all = (before + first + between + late + after).map { driver.id($0) }
        let members = (first + late).map { driver.id($0) }
        let query = TickerQuery(workflow: WorkflowID(first: members[0]))
        for cursor in [nil] + all {
            let request = TickerPageRequest(query, after: cursor, order: order)
            let brought = driver.table.page(request, now: driver.now).tickers.map(\.id)
            let expected = members.filter { id in
                cursor.map { order == .oldestFirst ? id > $0 : id < $0 } ?? true
            }
            #expect(brought == (order == .oldestFirst ? expected : expected.reversed()))
        }
        let unknown = TickerQuery(workflow: WorkflowID(first: members[1]))
        #expect(driver.table.page(TickerPageRequest(unknown), now: driver.now) == TickerPage())
    }
}
