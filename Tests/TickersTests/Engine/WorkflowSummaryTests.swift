import Testing
import Tickers
import TickersTesting

@Suite("A workflow as a whole")
struct WorkflowSummaryTests {
    private static let functions = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(Plain.fail) { _, _ in throw Broken() }
        $0.register(Plain.note) { _, _ in }
        $0.register(Plain.slow) { value, context in
            try await context.clock.sleep(for: .seconds(60))
            return value
        }
    }

    private static let plans: [(plan: Workflow, status: WorkflowStatus)] = [
        (Workflow.begin(with: Plain.echo, 1).then(Plain.echo).build(), .succeeded),
        (Workflow.begin(with: Plain.echo, 1).then(Plain.fail).build(), .failed),
        (Workflow.begin(with: Plain.fail, 1).onFailure(Plain.note, "x").build(), .recovered),
        (Workflow.begin(with: Plain.fail, 1).onCompletion(Plain.note, "x").build(), .recovered),
        (Workflow.begin(with: Plain.fail, 1).inProgress(Plain.note, "x").build(), .failed),
        (Workflow.begin(with: Plain.fail, 1).onFailure(Plain.fail, 2).build(), .failed),
        (
            Workflow.begin(with: Plain.fail, 1).onFailure(Plain.fail, 2) { $0.onFailure(Plain.note, "y") }.build(),
            .recovered
        ),
    ]

    @Test("the status: succeeded, recovered when a failure branch handled it, failed, cancelled, running")
    func status() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            for (index, (plan, status)) in Self.plans.enumerated() {
                let summary = try await scheduler.ended(scheduler.schedule(plan))
                #expect(summary.status == status, "plan \(index)")
            }
            let slow = Workflow.begin(with: Plain.slow, 1).then(Plain.echo).build()
            let run = try await scheduler.schedule(slow)
            await clock.rest()
            #expect(try await scheduler.workflow(run)?.status == .running)
            try await scheduler.cancelWorkflow(run)
            #expect(try await scheduler.ended(run).status == .cancelled)
        }
    }

    @Test("drawn as a tree and as a flowchart")
    func drawings() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(1)))
            var graph = Workflow("drawn")
            let root = graph.add(Plain.echo, 1)
            let left = graph.add(Plain.fail, 2, following: root, options: retry)
            let right = graph.add(Plain.echo, 3, following: root)
            graph.add(Plain.note, "repair", following: left.when(.onFailure))
            graph.add(Plain.echo, 4, following: [left, right])
            let summary = try await scheduler.ended(scheduler.schedule(graph))
            #expect(
                summary.tree() == """
                    Echo succeeded
                    ├─ Fail failed, 2 attempts (broken on purpose)
                    │  ├─ onFailure: Note succeeded
                    │  └─ Echo skipped (Fail failed) (also after Echo)
                    └─ Echo succeeded
                    """
            )
            #expect(
                summary.mermaid() == """
                    flowchart TD
                        t0["Echo<br/>succeeded"]
                        t1["Fail<br/>failed, 2 attempts"]
                        t2["Echo<br/>succeeded"]
                        t3["Note<br/>succeeded"]
                        t4["Echo<br/>skipped"]
                        t0 --> t1
                        t0 --> t2
                        t1 -->|onFailure| t3
                        t1 --> t4
                        t2 --> t4
                    """
            )
        }
    }

    @Test("a chain of 2,000 is drawn without a stack of its depth")
    func deep() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            var chain = Workflow.begin(with: Plain.echo, 1, due: .after(.seconds(1)))
            for _ in 0..<2_000 { chain = chain.then(Plain.echo) }
            let run = try await scheduler.schedule(chain.build())
            let summary = try #require(try await scheduler.workflow(run))
            #expect(summary.tree().split(separator: "\n").count == 2_001)
            try await scheduler.cancelWorkflow(run)
        }
    }
}
