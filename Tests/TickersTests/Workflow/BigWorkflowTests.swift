import Synchronization
import Testing
import Tickers
import TickersTesting

/// Workflows that are wide or deep beyond reason are built, run, cancelled and dropped like small ones.
@Suite(.serialized) struct BigWorkflowTests {
    private static let wide = 100_000
    private static let deep = 10_000

    private let stage = Stage(seed: 5)

    private static func wideWorkflow(_ children: Int) -> Workflow {
        var chain = Workflow.begin(with: Stage.seven)
        for number in 0..<children { chain = chain.child(Stage.plusOne, number) }
        return chain.build()
    }

    private static func deepWorkflow(_ steps: Int) -> Workflow {
        var chain = Workflow.begin(with: Stage.plusOne, 0)
        for _ in 1..<steps { chain = chain.then(Stage.plusOne) }
        return chain.build()
    }

    /// One closure inside the other, `depth` of them.
    private static func nest(_ chain: WorkflowChain<Int>, depth: Int) -> any WorkflowBranch {
        guard depth > 0 else { return chain }
        return chain.child(Stage.plusOne) { nest($0, depth: depth - 1) }
    }

    private static func nestedWorkflow(_ depth: Int) -> Workflow {
        let root = Workflow.begin(with: Stage.plusOne, 0)
        return root.child(Stage.plusOne) { nest($0, depth: depth - 1) }.build()
    }

    /// The best of three, so that a busy machine does not count.
    private static func timeToBuild(_ children: Int) -> Duration {
        (0..<3).map { _ in threadTime { _ = wideWorkflow(children) } }.min() ?? .zero
    }

    @Test func buildsInLinearTime() {
        let small = Self.timeToBuild(Self.wide / 10)
        let large = Self.timeToBuild(Self.wide)
        #expect(large < small * 30, "\(Self.wide / 10) took \(small), \(Self.wide) took \(large)")
    }

    private static func timeToAdd(_ steps: Int) -> Duration {
        (0..<3).map { _ in
            threadTime {
                var graph = Workflow("wide")
                let root = graph.add(Stage.plusOne, 0)
                for number in 1..<steps { graph.add(Stage.plusOne, number, following: root) }
            }
        }.min() ?? .zero
    }

    @Test func addsStepsInLinearTime() {
        let small = Self.timeToAdd(Self.wide / 10)
        let large = Self.timeToAdd(Self.wide)
        #expect(large < small * 30, "\(Self.wide / 10) took \(small), \(Self.wide) took \(large)")
    }

    /// Handlers that write nothing down, so that what is measured is the engine.
    private static func counting(_ count: Counter) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(Stage.seven) { _ in 7 }
        functions.register(Stage.plusOne) { number, _ in
            count.increase()
            return number + 1
        }
        return functions
    }

    private func play(_ body: @escaping @Sendable (Scheduler) async throws -> Void) async throws -> Int {
        let count = Counter()
        let (clock, functions) = (stage.clock, Self.counting(count))
        try await clock.run {
            let store = MemoryTickerStore(seed: 5)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            try await scheduler.start()
            try await body(scheduler)
            await scheduler.shutdown()
        }
        return count.value
    }

    @Test func aHundredThousandChildrenRun() async throws {
        let ran = try await play { scheduler in
            let run = try await scheduler.schedule(Self.wideWorkflow(Self.wide))
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.allSatisfy { $0.status == .succeeded })
            #expect(summary.tickers.count == Self.wide + 1)
        }
        #expect(ran == Self.wide)
    }

    @Test func aHundredThousandChildrenAreCancelled() async throws {
        let ran = try await play { scheduler in
            var chain = Workflow.begin(with: Stage.seven, due: .after(.seconds(60)))
            for number in 0..<Self.wide { chain = chain.child(Stage.plusOne, number) }
            let run = try await scheduler.schedule(chain.build())
            let answer = try await scheduler.cancelWorkflow(run.id)
            #expect(answer.cancelled == Self.wide + 1)
            #expect(answer.requested == 0)
            let counts = try await scheduler.counts()
            #expect(counts.open == 0)
        }
        #expect(ran == 0)
    }

    @Test func tenThousandStepsDeepRun() async throws {
        let workflow = await onStack(ofKiB: 512) { Self.deepWorkflow(Self.deep) }
        let ran = try await play { scheduler in
            let run = try await scheduler.schedule(workflow)
            let last = try #require(run.handles(of: Stage.plusOne).last)
            #expect(try await scheduler.output(of: last) == Self.deep)
        }
        #expect(ran == Self.deep)
    }

    @Test func tenThousandStepsDeepAreCancelledAndSkipped() async throws {
        let workflow = await onStack(ofKiB: 512) { Self.deepWorkflow(Self.deep) }
        let ran = try await play { scheduler in
            // Children first: the whole chain is cancelled. Root first: the rest is skipped, in a cascade as deep.
            let whole = try await scheduler.schedule(workflow)
            let answer = try await scheduler.cancelWorkflow(whole.id)
            #expect(answer.cancelled + answer.requested >= Self.deep - 1)
            let later = try await scheduler.schedule(
                Stage.plusOne,
                0,
                due: .after(.seconds(60))
            )
            var ids = [later.id]
            for _ in 0..<1_000 {
                ids.append(try await scheduler.schedule(Stage.plusOne, 0, following: ids[ids.count - 1]).id)
            }
            #expect(try await scheduler.cancel(later) == .cancelled)
            let last = try #require(try await scheduler.status(of: ids[1_000]))
            #expect(last.status == .skipped)
            #expect(last.reason == .parentSkipped(ids[999]))
        }
        #expect(ran <= 1)
    }

    /// Closures in closures are the caller's recursion: each takes 1.5 KiB of stack in a debug build while it is being
    /// built, whatever the package does. What comes out is flat.
    @Test(arguments: [(250, 512), (1_000, 4_096)])
    func closuresInClosuresRun(depth: Int, stack: Int) async throws {
        let workflow = await onStack(ofKiB: stack) { Self.nestedWorkflow(depth) }
        #expect(workflow.count == depth + 1)
        let ran = try await play { scheduler in
            let run = try await scheduler.schedule(workflow)
            let last = try #require(run.handles(of: Stage.plusOne).last)
            #expect(try await scheduler.output(of: last) == depth + 1)
            let again = try await scheduler.schedule(workflow)
            let answer = try await scheduler.cancelWorkflow(again.id)
            #expect(answer.cancelled + answer.requested >= depth)
        }
        #expect(ran <= depth + 2)
    }

    @Test func deepOnesAreDroppedOnASmallStack() async {
        let nested = Handover(await onStack(ofKiB: 4_096) { Self.nestedWorkflow(1_000) })
        let counts = await onStack(ofKiB: 512) {
            var chain: WorkflowChain<Int>? = Workflow.begin(with: Stage.plusOne, 0)
            for _ in 1..<Self.wide { chain = chain?.then(Stage.plusOne) }
            var deep = chain?.build()
            chain = nil
            let count = deep?.count
            deep = nil
            return [count, nested.take()?.count]
        }
        #expect(counts == [Self.wide, 1_001])
    }
}

/// Hands the only reference to a workflow to another thread, so that it is dropped there.
private final class Handover: Sendable {
    private let workflow: Mutex<Workflow?>

    init(_ workflow: Workflow) { self.workflow = Mutex(workflow) }

    func take() -> Workflow? { workflow.withLock { $0.take() } }
}

/// A number that handlers raise.
private final class Counter: Sendable {
    private let state = Atomic(0)

    var value: Int { state.load(ordering: .acquiring) }

    func increase() { state.add(1, ordering: .relaxed) }
}
