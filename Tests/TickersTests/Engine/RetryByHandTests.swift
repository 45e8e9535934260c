import Synchronization
import Testing
import Tickers
import TickersTesting

@Suite("Retry by hand")
struct RetryByHandTests {
    private static let step = TickerFunction<String, String>("Step")

    /// Steps whose name is in `broken` fail.
    private final class Plant: Sendable {
        let broken = Mutex<Set<String>>([])
        let log = Recorder<String>()

        var functions: FunctionRegistry {
            registry {
                $0.register(step) { name, context in
                    self.log.add(name)
                    if name == "slow" { try await context.clock.sleep(for: .seconds(60)) }
                    if self.broken.withLock({ $0.contains(name) }) { throw Broken() }
                    return name
                }
            }
        }

        init(broken: Set<String>) { self.broken.withLock { $0 = broken } }

        func repair() { broken.withLock { $0 = [] } }
    }

    @Test("a failed ticker runs again with one more attempt, and everything below it is judged anew")
    func descendants() async throws {
        let plant = Plant(broken: ["b"])
        try await virtually(seeds: 0..<1, plant.functions) { scheduler, _ in
            var graph = Workflow("retry")
            let a = graph.add(Self.step, "a")
            let b = graph.add(Self.step, "b", following: a)
            let c = graph.add(Self.step, "c", following: b)
            let d = graph.add(Self.step, "d", following: c)
            let alarm = graph.add(Self.step, "alarm", following: b.when(.onFailure))
            let join = graph.add(Self.step, "join", following: [a, d])
            let run = try await scheduler.schedule(graph)
            let first = try await scheduler.ended(run)
            #expect(first.tickers.map(\.status) == [.succeeded, .failed, .skipped, .skipped, .succeeded, .skipped])
            plant.repair()
            #expect(try await scheduler.retry(run[b]) == .retried)
            let again = try await scheduler.ended(run)
            #expect(
                again.tickers.map(\.status) == [
                    .succeeded, .succeeded, .succeeded, .succeeded, .skipped, .succeeded,
                ]
            )
            #expect(try await scheduler.status(of: run[b])?.attempts == 2)
            #expect(try await scheduler.status(of: run[b])?.maxAttempts == 2)
            #expect(try await scheduler.status(of: run[alarm])?.reason == .parentSucceeded(run[b].id))
            #expect(try await scheduler.output(of: run[join]) == "join")
            #expect(plant.log.values == ["a", "b", "alarm", "b", "c", "d", "join"])
            #expect(again.endedAt != nil)
        }
    }

    @Test("a whole workflow from its failed steps, keeping what succeeded")
    func workflow() async throws {
        let plant = Plant(broken: ["left", "right"])
        try await virtually(seeds: 0..<1, plant.functions) { scheduler, _ in
            let plan = Workflow.begin(with: Self.step, "root")
                .fanOut { $0.child(Self.step, "left").child(Self.step, "middle").child(Self.step, "right") }
                .join(Self.step, "join")
                .build()
            let run = try await scheduler.schedule(plan)
            #expect(
                try await scheduler.ended(run).tickers.map(\.status) == [
                    .succeeded, .failed, .succeeded, .failed, .skipped,
                ]
            )
            plant.repair()
            #expect(try await scheduler.retryWorkflow(run.id) == 2)
            #expect(try await scheduler.ended(run).tickers.map(\.status) == Array(repeating: .succeeded, count: 5))
            #expect(plant.log.values.sorted() == ["join", "left", "left", "middle", "right", "right", "root"])
            #expect(try await scheduler.retryWorkflow(run.id) == 0)
        }
    }

    @Test("cancelled, skipped and retrying tickers; refused are waiting, scheduled, running and succeeded ones")
    func states() async throws {
        let plant = Plant(broken: ["flaky"])
        try await virtually(seeds: 0..<1, plant.functions) { scheduler, clock in
            let later = try await scheduler.schedule(Self.step, "later", due: .after(.seconds(600)))
            #expect(try await scheduler.retry(later) == .refused(.scheduled))
            let child = try await scheduler.schedule(Self.step, "child", following: later)
            #expect(try await scheduler.retry(child) == .refused(.waiting))
            try await scheduler.cancel(later)
            #expect(try await scheduler.status(of: child)?.status == .skipped)
            #expect(try await scheduler.retry(child) == .retried)
            #expect(try await scheduler.output(of: child) == "child")
            #expect(try await scheduler.retry(child) == .refused(.succeeded))
            #expect(try await scheduler.retry(later) == .retried)
            #expect(try await scheduler.output(of: later) == "later")
            let slow = try await scheduler.schedule(Self.step, "slow")
            await clock.rest()
            #expect(try await scheduler.retry(slow) == .refused(.running))
            let options = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(1_000)))
            let flaky = try await scheduler.schedule(Self.step, "flaky", options: options)
            await clock.rest()
            #expect(try await scheduler.status(of: flaky)?.status == .retrying)
            plant.repair()
            #expect(try await scheduler.retry(flaky) == .retried)
            #expect(try await scheduler.ended(flaky).attempts == 2)
            #expect(clock.elapsed == .zero)
            await expectError(.unknownTicker) {
                try await scheduler.retry(try #require(TickerID("0190d6a5-0000-7000-8000-000000000000")))
            }
        }
    }

    @Test("refused while a descendant runs; children beside the first run come again with the next")
    func runningDescendant() async throws {
        let plant = Plant(broken: ["a"])
        try await virtually(plant.functions) { scheduler, clock in
            plant.broken.withLock { $0 = ["a"] }
            var graph = Workflow("below")
            let a = graph.add(Self.step, "a")
            let slow = graph.add(Self.step, "slow", following: a.when(.onFailure))
            let beside = graph.add(Self.step, "beside", following: a.when(.inProgress))
            let run = try await scheduler.schedule(graph)
            await clock.rest()
            #expect(try await scheduler.status(of: run[slow])?.status == .running)
            #expect(try await scheduler.retry(run[a]) == .descendantRunning)
            try await scheduler.cancel(run[slow])
            _ = try await scheduler.ended(run)
            let before = plant.log.values.count { $0 == "beside" }
            plant.repair()
            #expect(try await scheduler.retry(run[a]) == .retried)
            _ = try await scheduler.ended(run)
            #expect(plant.log.values.count { $0 == "beside" } == before + 1)
            #expect(try await scheduler.status(of: run[beside])?.attempts == 1)
        }
    }
}
