import Testing
import Tickers
import TickersTesting

@Suite("Lists of workflows")
struct WorkflowListingTests {
    private static let functions = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(Plain.fail) { _, _ in throw Broken() }
        $0.register(Plain.note) { _, _ in }
    }

    private static func named(_ name: String, fails: Bool = false, repairs: Bool = false) -> Workflow {
        var graph = Workflow(name)
        let first = fails ? graph.add(Plain.fail, 1) : graph.add(Plain.echo, 1)
        graph.add(Plain.echo, 2, following: first)
        if repairs { graph.add(Plain.note, "x", following: first.when(.onFailure)) }
        return graph
    }

    @Test("status, counts and times without the tickers")
    func overview() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            let good = try await scheduler.schedule(Self.named("good"))
            let bad = try await scheduler.schedule(Self.named("bad", fails: true))
            let repaired = try await scheduler.schedule(Self.named("repaired", fails: true, repairs: true))
            for run in [good, bad, repaired] { try await scheduler.ended(run) }
            let open = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(60)))
            let cancelled = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(60)))
            try await scheduler.cancel(cancelled)
            let page = try await scheduler.workflows()
            #expect(page.workflows.map(\.name) == ["good", "bad", "repaired", "", ""])
            #expect(page.workflows.map(\.status) == [.succeeded, .failed, .recovered, .running, .cancelled])
            #expect(page.workflows.map(\.counts.open) == [0, 0, 0, 1, 0])
            #expect(page.workflows.map(\.counts.skipped) == [0, 1, 1, 0, 0])
            #expect(page.workflows.map(\.counts.ended) == [2, 2, 3, 0, 1])
            #expect(page.workflows.map { $0.endedAt == nil } == [false, false, false, true, false])
            for overview in page.workflows {
                let summary = try #require(try await scheduler.workflow(overview.id))
                #expect(overview.status == summary.status)
                #expect(overview.createdAt == summary.createdAt && overview.endedAt == summary.endedAt)
            }
            #expect(page.workflows[3].id.first == open.id && page.next == nil)
        }
    }

    @Test("by status, name and creation, in both orders and page by page")
    func queries() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            let start = clock.wall
            var runs: [WorkflowHandle] = []
            for number in 0..<6 {
                let plan = Self.named(number % 2 == 0 ? "even" : "odd", fails: number % 3 == 0)
                runs.append(try await scheduler.schedule(plan))
                try await clock.sleep(for: .seconds(1))
            }
            func ids(_ query: WorkflowQuery, order: PageOrder = .oldestFirst) async throws -> [WorkflowID] {
                var ids: [WorkflowID] = []
                for try await overview in scheduler.allWorkflows(matching: query, order: order) {
                    ids.append(overview.id)
                }
                return ids
            }
            #expect(try await ids(.all) == runs.map(\.id))
            #expect(try await ids(.all, order: .newestFirst) == runs.map(\.id).reversed())
            #expect(try await ids(WorkflowQuery(statuses: [.failed])) == [runs[0].id, runs[3].id])
            #expect(try await ids(WorkflowQuery(names: ["odd"])) == [runs[1].id, runs[3].id, runs[5].id])
            #expect(try await ids(WorkflowQuery(statuses: [.succeeded], names: ["odd"])) == [runs[1].id, runs[5].id])
            let early = start..<start.advanced(by: .seconds(2))
            #expect(try await ids(WorkflowQuery(created: early)) == [runs[0].id, runs[1].id])
            let page = try await scheduler.workflows(limit: 2, order: .newestFirst)
            #expect(page.workflows.map(\.id) == [runs[5].id, runs[4].id])
            let next = try await scheduler.workflows(after: page.next, limit: 2, order: .newestFirst)
            #expect(next.workflows.map(\.id) == [runs[3].id, runs[2].id])
        }
    }

    @Test("a status is told anew when the workflow is opened again and ends differently")
    func reopened() throws {
        let driver = TableDriver()
        let refs = try driver.add([PlannedStep("A"), PlannedStep("B", after: [.step(0, .onFailure)])])
        func overview() throws -> WorkflowOverview {
            let page = driver.table.page(WorkflowPageRequest(.all))
            return try #require(page.workflows.first)
        }
        driver.fail(try driver.start("A"))
        driver.fail(try driver.start("B"))
        #expect(try overview().status == .failed)
        #expect(driver.table.retry(refs[1], now: driver.now) == .retried)
        #expect(try overview().status == .running)
        driver.succeed(try driver.start("B"))
        #expect(try overview().status == .recovered)
        _ = try driver.add([PlannedStep("C", after: [.stored(driver.id(refs[1]))])])
        #expect(try overview().status == .running)
        driver.cancel(refs[0] + 2)
        #expect(try overview().status == .cancelled)
        #expect(try overview().counts.totals == [0, 0, 3])
    }
}
