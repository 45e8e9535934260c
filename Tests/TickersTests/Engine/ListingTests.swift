import Testing
import Tickers
import TickersTesting

@Suite("Pages of tickers and workflows")
struct ListingTests {
    private static let functions = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(Plain.fail) { _, _ in throw Broken() }
        $0.register(Plain.note) { _, _ in }
    }

    /// Inputs are due in an hour, so nothing runs unless it is meant to.
    private static func later(_ scheduler: Scheduler, _ count: Int) async throws -> [TickerID] {
        try await scheduler.schedule(Plain.echo, inputs: Array(0..<count), due: .after(.seconds(3_600))).map(\.id)
    }

    private static func ids(
        _ scheduler: Scheduler,
        _ query: TickerQuery,
        order: PageOrder = .oldestFirst
    ) async throws -> [TickerID] {
        var ids: [TickerID] = []
        for try await ticker in scheduler.allTickers(matching: query, order: order) { ids.append(ticker.id) }
        return ids
    }

    @Test("page by page in both orders, each ticker once")
    func pages() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            let all = try await Self.later(scheduler, 25)
            for order in PageOrder.allCases {
                var seen: [TickerID] = []
                var sizes: [Int] = []
                var cursor: TickerID?
                repeat {
                    let page = try await scheduler.tickers(after: cursor, limit: 10, order: order)
                    seen += page.tickers.map(\.id)
                    sizes.append(page.tickers.count)
                    cursor = page.next
                } while cursor != nil
                #expect(seen == (order == .oldestFirst ? all : all.reversed()))
                #expect(sizes == [10, 10, 5])
            }
            let exact = try await scheduler.tickers(limit: 25)
            #expect(exact.next == nil, "nothing lies behind the last one")
        }
    }

    @Test("a cursor whose ticker has been removed goes on with the next id")
    func removedCursor() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let store = MemoryTickerStore(retention: Retention(age: .seconds(1_000), count: 0), seed: 1)
            let scheduler = Scheduler(functions: Self.functions, store: store, clock: clock)
            let all = try await Self.later(scheduler, 9)
            let page = try await scheduler.tickers(limit: 4)
            #expect(page.next == all[3])
            for gone in [2, 3, 4, 7] { try await scheduler.cancel(all[gone]) }
            #expect(try await scheduler.status(of: all[3]) == nil)
            #expect(try await scheduler.tickers(after: page.next).tickers.map(\.id) == [all[5], all[6], all[8]])
            let back = try await scheduler.tickers(after: all[7], order: .newestFirst)
            #expect(back.tickers.map(\.id) == [all[6], all[5], all[1], all[0]])
            let workflows = try await scheduler.workflows(after: WorkflowID(first: all[4]))
            #expect(workflows.workflows.map(\.id.first) == [all[5], all[6], all[8]])
            await scheduler.shutdown()
        }
    }

    @Test("pending follows from the due time and the clock, and so do scheduled and retrying")
    func derivedStatus() async throws {
        // Nothing is started, so what is due stays pending.
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let scheduler = Scheduler(functions: Self.functions, store: MemoryTickerStore(seed: 1), clock: clock)
            let now = try await scheduler.schedule(Plain.echo, 1)
            let soon = try await scheduler.schedule(Plain.echo, 2, due: .after(.seconds(5)))
            let child = try await scheduler.schedule(Plain.echo, 3, following: soon)
            #expect(try await Self.ids(scheduler, TickerQuery(statuses: [.pending])) == [now.id])
            #expect(try await Self.ids(scheduler, TickerQuery(statuses: [.scheduled])) == [soon.id])
            #expect(try await Self.ids(scheduler, TickerQuery(statuses: [.waiting, .pending])) == [now.id, child.id])
            try await clock.sleep(for: .seconds(5))
            #expect(try await Self.ids(scheduler, TickerQuery(statuses: [.pending])) == [now.id, soon.id])
            #expect(try await Self.ids(scheduler, TickerQuery(statuses: [.scheduled])) == [])
            await scheduler.shutdown()
        }
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(60)))
            let flaky = try await scheduler.schedule(Plain.fail, 1, options: retry)
            await clock.rest()
            #expect(try await Self.ids(scheduler, TickerQuery(statuses: [.retrying])) == [flaky.id])
            #expect(try await Self.ids(scheduler, TickerQuery(statuses: [.pending, .scheduled])) == [])
        }
    }

    @Test("a page is 1 to 200, whatever is asked for")
    func bounds() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            for limit in [0, -1, 201, .max] {
                await expectError(.invalidArgument) { _ = try await scheduler.tickers(limit: limit) }
                await expectError(.invalidArgument) { _ = try await scheduler.workflows(limit: limit) }
            }
            _ = try await Self.later(scheduler, 201)
            let page = try await scheduler.tickers(limit: 200)
            #expect(page.tickers.count == 200)
            #expect(try await scheduler.tickers(after: page.next, limit: 200).tickers.count == 1)
        }
    }

    @Test("one look is bounded, however few are found; the scheduler goes on to the end")
    func boundedLook() async throws {
        let count = TickerLimits.rowsPerLook * 5 / 2
        let store = MemoryTickerStore(seed: 1)
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let scheduler = Scheduler(functions: Self.functions, store: store, clock: clock)
            let all = try await Self.later(scheduler, count)
            let last = try await scheduler.schedule(Plain.note, "rare")
            let query = TickerQuery(functions: ["Note"])
            let look = await store.tickers(TickerPageRequest(query), now: clock.wall)
            #expect(look.tickers.isEmpty)
            #expect(look.next == all[TickerLimits.rowsPerLook - 1])
            #expect(try await scheduler.tickers(query).tickers.map(\.id) == [last.id])
            #expect(try await scheduler.tickers(query).next == nil)
            let workflows = await store.workflows(WorkflowPageRequest(WorkflowQuery(names: ["none"])))
            #expect(workflows == WorkflowPage(next: WorkflowID(first: all[TickerLimits.rowsPerLook - 1])))
            let found = try await scheduler.workflows(WorkflowQuery(names: ["none"]), order: .newestFirst)
            #expect(found == WorkflowPage())
            await scheduler.shutdown()
        }
    }

    @Test("wide joins count with their parents, so a page of them is bounded too")
    func wideJoins() async throws {
        let driver = TableDriver()
        let width = TickerLimits.rowsPerLook
        var steps = (0..<width).map { _ in PlannedStep("Parent") }
        let parents = (0..<width).map { PlannedParent.step($0) }
        steps += (0..<3).map { _ in PlannedStep("Join", after: parents) }
        let refs = try driver.add(steps)
        let request = TickerPageRequest(TickerQuery(functions: ["Join"]), order: .newestFirst)
        let page = driver.table.page(request, now: driver.now)
        #expect(page.tickers.map(\.id) == [driver.id(refs[width + 2])])
        #expect(page.next == page.tickers.last?.id)
    }

    @Test("iterating sees each once, what is added meanwhile too, and stops when the task is cancelled")
    func iterating() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            var expected = try await Self.later(scheduler, 450)
            var seen: [TickerID] = []
            for try await ticker in scheduler.allTickers() {
                seen.append(ticker.id)
                if seen.count == 100 { expected += try await Self.later(scheduler, 1) }
            }
            #expect(seen == expected)
            let count = try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    var count = 0
                    do {
                        for try await _ in scheduler.allTickers() {
                            count += 1
                            if count == 150 { withUnsafeCurrentTask { $0?.cancel() } }
                        }
                    } catch is CancellationError {
                        return count
                    }
                    return -1
                }
                return try await group.next()
            }
            #expect(count == 200, "the page that was read is given out, the next one is not read")
        }
    }
}
