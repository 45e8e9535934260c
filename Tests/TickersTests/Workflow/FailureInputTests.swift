import Testing
import Tickers
import TickersTesting

@Suite("Failures as input, outputs by id")
struct FailureInputTests {
    private static let alarm = TickerFunction<TickerFailure, String>("Alarm")

    private static let functions = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(Plain.fail) { _, _ in throw Broken() }
        $0.register(alarm) { failure, _ in "\(failure)" }
    }

    @Test("a step of a graph takes the failure of the step that it follows")
    func takingFailure() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            var plan = Workflow("plan")
            let good = plan.add(Plain.echo, 1)
            let bad = plan.add(Plain.fail, 1)
            let quiet = plan.add(Self.alarm, takingFailureOf: good)
            let loud = plan.add(Self.alarm, takingFailureOf: bad, due: .after(.seconds(5)))
            let handle = try await scheduler.schedule(plan)
            #expect(try await scheduler.output(of: handle[loud]) == "Fail failed after 1 attempt: broken on purpose")
            #expect(try await scheduler.ended(handle[quiet]).status == .skipped)
        }
    }

    @Test("an output is typed by the function when only the id is at hand, and by no other")
    func outputAs() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            let handle = try await scheduler.schedule(Plain.echo, 7)
            #expect(try await scheduler.output(of: handle.id, as: Plain.echo) == 7)
            await expectError(.undecodablePayload) { _ = try await scheduler.output(of: handle.id, as: Self.alarm) }
            let failed = try await scheduler.schedule(Plain.fail, 7)
            await expectError(.tickerFailed) { _ = try await scheduler.output(of: failed.id, as: Plain.fail) }
        }
    }

    @Test("tags tell steps of one function apart in the drawings")
    func tags() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            var plan = Workflow("plan")
            let first = plan.add(Plain.echo, 1, options: TickerOptions(tags: ["a"]))
            let second = plan.add(Plain.fail, 2, options: TickerOptions(tags: ["b", "c"]))
            plan.add(Plain.echo, 3, following: [first, second])
            let summary = try await scheduler.ended(scheduler.schedule(plan))
            let tree = """
                Echo [a] succeeded
                └─ Echo skipped (Fail [b, c] failed) (also after Fail [b, c])
                Fail [b, c] failed (broken on purpose)
                """
            #expect(summary.tree() == tree)
            #expect(summary.mermaid().contains("t1[\"Fail [b, c]<br/>failed\"]"))
        }
    }
}
