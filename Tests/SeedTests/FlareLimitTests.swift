import Testing
import Tickers
import TickersTesting

@Suite("Flare: the limits it states, lifted")
struct FlareLimitTests {
    @Test("L1 Fan-in: a child waits for several parents, for all, any or some of them")
    func fanIn() async {
        await play { scheduler, stage in
            var parents: [TickerHandle<String>] = []
            for second in [10, 20, 30] {
                parents.append(try await scheduler.schedule(Work.job, Job("\(second)", seconds: second)))
            }
            let all = try await scheduler.schedule(Work.job, "all", following: parents)
            let any = try await scheduler.schedule(Work.job, "any", following: parents, join: .any)
            let two = try await scheduler.schedule(Work.job, "two", following: parents, join: .atLeast(2))
            for child in [all, any, two] { _ = try await scheduler.output(of: child) }
            #expect(try await stage.started(all) == .seconds(30))
            #expect(try await stage.started(any) == .seconds(10))
            #expect(try await stage.started(two) == .seconds(20))
        }
    }

    @Test("L2 A child runs on failure, on cancellation, or on any end of its parent")
    func conditions() async {
        await play { scheduler, stage in
            let failing = try await scheduler.schedule(Work.job, Job("failing", seconds: 5, failures: Job.always))
            let cancelled = try await scheduler.schedule(Work.job, Job("cancelled", seconds: 60))
            let good = try await scheduler.schedule(Work.job, Job("good", seconds: 5))
            for (name, parent) in [("failing", failing), ("cancelled", cancelled), ("good", good)] {
                for condition in [RunCondition.onFailure, .onCancelled, .onCompletion] {
                    let text = "\(name) \(condition)"
                    try await scheduler.schedule(Work.note, text, following: parent.when(condition))
                }
            }
            try await stage.go(to: 5)
            try await scheduler.cancel(cancelled)
            try await stage.go(to: 6)
            let notes = stage.journal.lines.filter { $0.contains(" ") }
            #expect(
                notes.sorted() == [
                    "cancelled onCancelled", "cancelled onCompletion", "failing onCompletion", "failing onFailure",
                    "good onCompletion",
                ]
            )
        }
    }

    @Test("L3 Skipped descendants come back when the parent is retried, and run once it succeeds")
    func restored() async {
        await play { scheduler, stage in
            let workflow = Workflow.begin(with: Work.job, Job("charge", failures: Job.always))
                .then(Work.job, "ship")
                .then(Work.job, "notify")
                .build()
            let run = try await scheduler.schedule(workflow)
            #expect(try await scheduler.ended(run).tickers.map(\.status) == [.failed, .skipped, .skipped])
            stage.journal.repair()
            #expect(try await scheduler.retry(run.tickers[0]) == .retried)
            let again = try await scheduler.ended(run)
            #expect(again.tickers.map(\.status) == [.succeeded, .succeeded, .succeeded])
            #expect(again.tickers.allSatisfy { $0.reason == nil })
            #expect(stage.journal.lines == ["charge", "charge", "ship", "notify"])
        }
    }

    private static let count = TickerFunction<String, Int>("Count")
    private static let total = TickerFunction<[Int], Int>("Total")

    @Test("L4 The parent's output is the child's input, or can be read by it")
    func output() async {
        await play { scheduler, _ in
            let chain = Workflow.begin(with: Work.job, "a name").then(Self.count).then(Work.join).build()
            let run = try await scheduler.schedule(chain)
            let (count, join) = try (#require(run.handle(of: Self.count)), #require(run.handle(of: Work.join)))
            #expect(try await scheduler.output(of: count) == 6)
            #expect(try await scheduler.output(of: join) == "read 6")
            var graph = Workflow("sum")
            let parts = ["a", "bb", "ccc"].map { graph.add(Self.count, $0) }
            let total = graph.add(Self.total, taking: parts)
            let sum = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: sum[total]) == 6)
        } register: { functions, journal in
            functions.register(Self.count) { text, _ in text.count }
            functions.register(Self.total) { numbers, _ in numbers.reduce(0, +) }
            functions.register(Work.join) { context in
                let count = try await context.output(of: Self.count)
                return "read \(count)"
            }
        }
    }

    @Test("L5 A running ticker can be cancelled: its handler is told to stop")
    func cancelRunning() async {
        await play { scheduler, stage in
            let long = try await scheduler.schedule(Work.job, Job("long", seconds: 3_600))
            let child = try await scheduler.schedule(Work.job, "child", following: long)
            try await stage.go(to: 10)
            #expect(try await stage.status(long) == .running)
            #expect(try await scheduler.cancel(long) == .requested)
            let ticker = try await scheduler.ended(long)
            #expect(ticker.status == .cancelled && ticker.reason == .byRequest)
            #expect(ticker.endedAt == stage.instant(10))
            #expect(try await stage.status(child) == .skipped)
        }
    }

    @Test("L6 A continuation has a delay of its own, counted from its release")
    func delay() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10))
            let survey = try await scheduler.schedule(
                Work.job,
                "survey",
                following: order,
                due: .after(.seconds(3_600))
            )
            try await stage.go(to: 10)
            #expect(try await stage.status(survey) == .scheduled)
            _ = try await scheduler.output(of: survey)
            #expect(try await stage.started(survey) == .seconds(3_610))
        }
    }

    @Test("L6 Continuations share a workflow id, by which all of them are found")
    func workflowID() async {
        await play { scheduler, _ in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10))
            let receipt = try await scheduler.schedule(Work.note, "receipt", following: order)
            try await scheduler.schedule(Work.job, "another workflow")
            #expect(receipt.workflowID == order.workflowID)
            let summary = try #require(try await scheduler.workflow(order.workflowID))
            #expect(summary.tickers.map(\.id) == [order.id, receipt.id])
            #expect(summary.status == .running)
            #expect(try await scheduler.ended(order.workflowID).status == .succeeded)
        }
    }

    @Test("L6 A workflow is created whole or not at all")
    func atomic() async {
        await play { scheduler, stage in
            let broken = Workflow.begin(with: Work.job, "a").then(Work.job, "b").then(Work.unheardOf, "c").build()
            await expectError(.unregisteredFunction) { try await scheduler.schedule(broken) }
            var circle = Workflow("circle")
            let first = circle.add(Work.job, "first")
            let second = circle.add(Work.job, "second", following: first)
            circle.add(parent: second, to: first)
            await expectError(.invalidWorkflow) { try await scheduler.schedule(circle) }
            try await stage.go(to: 10)
            let counts = try await scheduler.counts()
            #expect(counts.open + counts.ended == 0)
            #expect(stage.journal.lines == [])
        }
    }
}
