import Testing
import Tickers
import TickersTesting

@Suite("Graphs")
struct GraphTests {
    private static let number = TickerFunction<Int, Int>("Number")
    private static let sum = TickerFunction<[Int], Int>("Sum")
    private static let broken = TickerFunction<Int, Int>("Broken")
    private static let done = TickerFunction<Void, Void>("Done")

    private static func functions(_ log: Recorder<String> = Recorder()) -> FunctionRegistry {
        registry {
            $0.register(number) { value, context in
                log.add("\(value)")
                return value
            }
            $0.register(sum) { values, _ in values.reduce(0, +) }
            $0.register(broken) { value, _ in
                log.add("broken \(value)")
                throw Broken()
            }
            $0.register(done) { _ in log.add("done") }
        }
    }

    @Test("a diamond with a branch for its failure: order, join, skip")
    func diamond() async throws {
        let log = Recorder<String>()
        try await virtually(seeds: 0..<20, Self.functions(log)) { scheduler, _ in
            var release = Workflow("release")
            let build = release.add(Self.number, 1)
            let test = release.add(Self.number, 2, following: build)
            let docs = release.add(Self.number, 3, following: build, due: .after(.seconds(60)))
            let deploy = release.add(Self.number, 4, following: [test, docs])
            let rollback = release.add(Self.number, 5, following: deploy.when(.onFailure))
            let run = try await scheduler.schedule(release)
            let summary = try await scheduler.ended(run)
            #expect(summary.name == "release")
            #expect(summary.tickers.map(\.status) == [.succeeded, .succeeded, .succeeded, .succeeded, .skipped])
            #expect(try await scheduler.status(of: run[rollback])?.reason == .parentSucceeded(run[deploy].id))
            #expect(try await scheduler.output(of: run[deploy]) == 4)
        }
        #expect(Array(log.values.prefix(4)) == ["1", "2", "3", "4"])
    }

    @Test("any and at least: released as soon as enough have come, skipped as soon as enough cannot")
    func joins() async throws {
        try await virtually(Self.functions()) { scheduler, clock in
            var graph = Workflow("joins")
            let parents = (0..<3).map { graph.add(Self.number, $0, due: .after(.seconds(10 * ($0 + 1)))) }
            let bad = graph.add(Self.broken, 9)
            let first = graph.add(Self.number, 10, following: parents, join: .any)
            let second = graph.add(Self.number, 11, following: parents, join: .atLeast(2))
            let never = graph.add(Self.number, 12, following: [bad, parents[0]], join: .all)
            let still = graph.add(Self.number, 13, following: [bad, parents[2]], join: .any)
            let start = clock.wall
            let run = try await scheduler.schedule(graph)
            _ = try await scheduler.ended(run)
            func started(_ step: WorkflowStep<Int>) async throws -> Duration? {
                try await scheduler.status(of: run[step])?.startedAt?.since(start)
            }
            #expect(try await started(first) == .seconds(10))
            #expect(try await started(second) == .seconds(20))
            #expect(try await started(still) == .seconds(30))
            let skipped = try #require(try await scheduler.status(of: run[never]))
            #expect(skipped.reason == .parentFailed(run[bad].id))
            #expect(skipped.endedAt == start)
        }
    }

    @Test("edge policies: run now, and fail with the parent's failure so that the child's own branch runs")
    func policies() async throws {
        try await virtually(Self.functions()) { scheduler, clock in
            var graph = Workflow("policies")
            let bad = graph.add(Self.broken, 1)
            let late = graph.add(Self.number, 2, due: .after(.seconds(3_600)))
            let now = graph.add(Self.number, 3, following: [bad.when(.onSuccess, onParentFailure: .runNow), late.edge])
            let failed = graph.add(
                Self.number,
                4,
                following: [bad.when(.onSuccess, onParentFailure: .fail), late.edge]
            )
            let repair = graph.add(Self.number, 5, following: failed.when(.onFailure))
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[now]) == 3)
            #expect(try await scheduler.output(of: run[repair]) == 5)
            #expect(clock.elapsed == .zero)
            let ticker = try #require(try await scheduler.status(of: run[failed]))
            #expect(ticker.status == .failed)
            #expect(ticker.failure?.kind == .parentFailed)
            #expect(ticker.failure?.ticker == run[bad].id)
            #expect(ticker.failure?.message == "broken on purpose")
            try await scheduler.cancelWorkflow(run)
        }
    }

    @Test("fan out and join, with branches that go on, and outputs joined as an array", arguments: StoreKind.everyday)
    func fanOut(store: StoreKind) async throws {
        try await virtually(Self.functions(), stores: [store]) { scheduler, _ in
            let nightly = Workflow.begin(with: Self.number, 1)
                .fanOut { $0.child(Self.number, 2).child(Self.number) { $0.then(Self.number, 3) } }
                .join(Self.number, 4)
                .then(Self.done)
                .build(name: "nightly")
            let summary = try await scheduler.ended(scheduler.schedule(nightly))
            #expect(summary.tickers.map(\.status) == Array(repeating: .succeeded, count: 6))
            let join = summary.tickers[4]
            #expect(join.parents.map(\.id) == [summary.tickers[1].id, summary.tickers[3].id])
            var graph = Workflow("sum")
            let parts = (1...10).map { graph.add(Self.number, $0) }
            let total = graph.add(Self.sum, taking: parts)
            let twice = graph.add(Self.number, taking: total)
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[twice]) == 55)
        }
    }

    @Test("parents added later are brought into order, and handles still go by step")
    func reordered() async throws {
        let log = Recorder<String>()
        try await virtually(seeds: 0..<5, Self.functions(log)) { scheduler, _ in
            var graph = Workflow("backwards")
            let last = graph.add(Self.number, 3)
            let middle = graph.add(Self.number, 2)
            let first = graph.add(Self.number, 1)
            graph.add(parent: middle, to: last)
            graph.add(parent: first.when(.onCompletion), to: middle)
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[last]) == 3)
            #expect(run.handle(of: Self.number)?.id == run[last].id)
            #expect(
                try await scheduler.status(of: run[middle])?.parents == [
                    TickerParent(run[first].id, when: .onCompletion)
                ]
            )
        }
        #expect(Array(log.values.prefix(3)) == ["1", "2", "3"])
    }

    @Test("a workflow cancelled, deep and wide, in a graph of a thousand by a thousand edges")
    func manyEdges() throws {
        var graph = Workflow("dense")
        let left = (0..<1_000).map { graph.add(Self.number, $0) }
        for value in 0..<1_000 { graph.add(Self.number, value, following: left) }
        let plan = try graph.plan()
        #expect(plan.request.edges.count == 1_000_000)
        var table = TickerTable(seed: 1)
        _ = try table.add(plan.request, now: .distantPast)
        #expect(table.counts.waiting == 1_000)
        #expect(table.counts.queued == 1_000)
    }
}
