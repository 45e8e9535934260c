import Testing
import Tickers
import TickersTesting

@Suite("What a child sees of its parents, and does to them")
struct ParentsTests {
    private static let upload = TickerFunction<String, String>("Upload")
    private static let other = TickerFunction<Int, Int>("Other")
    private static let join = TickerFunction<Void, Int>("Join")

    /// Uploads take a second; those called "bad" fail, those called "slow" take an hour.
    private static func functions(
        _ join: @escaping @Sendable (TickerContext) async throws -> Int
    ) -> FunctionRegistry {
        registry {
            $0.register(upload, maxConcurrent: 2) { name, context in
                if name == "bad" { throw Broken(description: "\(name) is broken") }
                try await context.clock.sleep(for: name == "slow" ? .seconds(3_600) : .seconds(1))
                return name + "!"
            }
            $0.register(other) { value, _ in value }
            $0.register(Self.join) { context in try await join(context) }
        }
    }

    @Test("outputs in order, failures by id, counts; by type and by function", arguments: StoreKind.everyday)
    func seen(store: StoreKind) async throws {
        let functions = Self.functions { context in
            let parents = try await context.parents()
            #expect(try parents.outputs(of: Self.upload) == ["a!", "b!"])
            #expect(try await context.output(of: Self.other) == 7)
            #expect(parents.failures.map(\.value) == ["bad is broken"])
            let counts = parents.counts
            #expect([counts.succeeded, counts.failed] == [3, 1])
            #expect([counts.cancelled, counts.skipped, counts.running, counts.notStarted] == [0, 0, 0, 0])
            #expect(parents.tickers.count == 4)
            return parents.counts.succeeded
        }
        try await virtually(functions, stores: [store]) { scheduler, _ in
            var graph = Workflow("uploads")
            let parents: [any WorkflowStepReference] = [
                graph.add(Self.upload, "a"), graph.add(Self.upload, "bad"), graph.add(Self.upload, "b"),
                graph.add(Self.other, 7),
            ]
            let join = graph.add(
                Self.join,
                following: parents.map { step in
                    WorkflowEdge(step.edge, when: .onCompletion)
                }
            )
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == 3)
        }
    }

    @Test("a join released by the first failure cancels what has not started, and the rest is left alone")
    func cancelUnstarted() async throws {
        let seen = Recorder<TickerParents.Counts>()
        let functions = Self.functions { context in
            seen.add(try await context.parents().counts)
            return try await context.cancelUnstartedParents()
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            var graph = Workflow("fail fast")
            let bad = graph.add(Self.upload, "bad", due: .after(.milliseconds(10)))
            let names = ["slow", "c", "d", "e"]
            let rest = names.map { graph.add(Self.upload, $0).when(.onSuccess, onParentFailure: .runNow) }
            let edges: [any WorkflowStepReference] = [bad.when(.onSuccess, onParentFailure: .runNow)] + rest
            let join = graph.add(Self.join, following: edges)
            let run = try await scheduler.schedule(graph)
            // Two at a time: "slow" and "c" run first, "bad" fails when "c" is done, "d" runs by then.
            let cancelled = try await scheduler.output(of: run[join])
            let counts = try #require(seen.values.first)
            #expect(counts.failed == 1 && counts.notStarted == cancelled, "\(counts)")
            #expect(counts.running >= 1)
            _ = clock
            try await scheduler.cancelWorkflow(run)
        }
    }

    @Test("on request running ones are stopped too, and a join may end while others still run")
    func cancelRunning() async throws {
        let functions = Self.functions { context in
            try await context.cancelUnendedParents()
        }
        try await virtually(functions) { scheduler, clock in
            var graph = Workflow("stop all")
            let slow = graph.add(Self.upload, "slow")
            let fast = graph.add(Self.upload, "fast")
            let join = graph.add(Self.join, following: [slow, fast], join: .any)
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == 1)
            #expect(try await scheduler.ended(run[slow]).status == .cancelled)
            #expect(clock.elapsed == .seconds(1))
        }
    }

    @Test("asking for what is not a parent, was skipped, or is of another type: typed errors, and the join goes on")
    func errors() async throws {
        let mistyped = TickerFunction<Int, [String]>("Other")
        let functions = Self.functions { context in
            await expectError(.notAParent) { _ = try await context.output(of: Plain.echo) }
            await expectError(.noOutput) { _ = try await context.output(of: Self.upload) }
            await expectError(.undecodablePayload) { _ = try await context.output(of: mistyped) }
            return 1
        }
        for store in StoreKind.everyday {
            try await virtually(functions, stores: [store]) { scheduler, _ in
                var graph = Workflow("errors")
                let root = graph.add(Self.other, 1)
                let skipped = graph.add(Self.upload, "x", following: root.when(.onFailure))
                let join = graph.add(Self.join, following: [root, skipped.when(.always)])
                let run = try await scheduler.schedule(graph)
                #expect(try await scheduler.output(of: run[join]) == 1)
            }
        }
    }

    @Test("a cancel by a scheduler that only adds reaches the handler in the one that runs it")
    func cancelFromElsewhere() async throws {
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try await context.clock.sleep(for: .seconds(3_600))
                return value
            }
        }
        for seed in UInt64(0)..<10 {
            let clock = VirtualClock(seed: seed)
            try await clock.run {
                let store = MemoryTickerStore(seed: seed)
                var options = SchedulerOptions()
                options.runs = .nothing
                let adder = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: options)
                let runner = Scheduler(functions: functions, store: store, clock: clock)
                try await runner.start()
                let handle = try await adder.schedule(Plain.slow, 1)
                await clock.rest()
                #expect(try await adder.cancel(handle) == .requested)
                #expect(try await adder.ended(handle).status == .cancelled, "seed \(seed)")
                #expect(clock.elapsed == .zero, "seed \(seed)")
                await runner.shutdown()
            }
        }
    }
}
