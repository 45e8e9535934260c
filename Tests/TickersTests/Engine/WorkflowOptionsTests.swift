import Testing
import Tickers
import TickersTesting

@Suite("Workflow options")
struct WorkflowOptionsTests {
    private enum Work {
        static let quick = TickerFunction<Int, Int>("Quick")
        static let slow = TickerFunction<Int, Int>("Slow")
        static let broken = TickerFunction<Int, Int>("Broken")
        static let repair = TickerFunction<Int, Int>("Repair")
    }

    private static let functions = registry {
        $0.register(Work.quick) { value, _ in value }
        $0.register(Work.repair) { value, _ in value }
        $0.register(Work.slow) { value, context in
            try await context.clock.sleep(for: .seconds(value))
            return value
        }
        $0.register(Work.broken) { value, context in
            try await context.clock.sleep(for: .seconds(value))
            throw Broken()
        }
    }

    /// One fails after 10 s; beside it one runs, one is due later, one waits; a repair and a join follow the failed one.
    private func plan(_ policy: WorkflowOptions.FailurePolicy) -> (Workflow, [String: WorkflowStep<Int>]) {
        var plan = Workflow("release", options: WorkflowOptions(onFailure: policy))
        let broken = plan.add(Work.broken, 10)
        let running = plan.add(Work.slow, 100)
        let later = plan.add(Work.quick, 1, due: .after(.seconds(50)))
        let below = plan.add(Work.quick, 2, following: running)
        let repair = plan.add(Work.repair, 3, following: broken.when(.onFailure))
        let after = plan.add(Work.repair, 4, following: repair)
        return (
            plan, ["running": running, "later": later, "below": below, "repair": repair, "after": after]
        )
    }

    private func ends(_ policy: WorkflowOptions.FailurePolicy) async throws -> ([String: TickerStatus], WorkflowStatus)
    {
        let seen = Recorder<([String: TickerStatus], WorkflowStatus)>()
        try await virtually(Self.functions) { scheduler, _ in
            let (plan, steps) = plan(policy)
            let handle = try await scheduler.schedule(plan)
            let summary = try await scheduler.ended(handle)
            var ends: [String: TickerStatus] = [:]
            for (name, step) in steps {
                let ticker = summary.tickers.first { $0.id == handle[step].id }
                ends[name] = ticker?.status
                if ticker?.status == .cancelled { #expect(ticker?.reason == .workflowFailed(summary.tickers[0].id)) }
            }
            seen.add((ends, summary.status))
        }
        let first = try #require(seen.values.first)
        #expect(seen.values.allSatisfy { $0 == first })
        return first
    }

    @Test("by default a failure leaves the others alone")
    func letRun() async throws {
        let (ends, status) = try await ends(.letRun)
        let all: [String: TickerStatus] = [
            "running": .succeeded, "later": .succeeded, "below": .succeeded, "repair": .succeeded, "after": .succeeded,
        ]
        #expect(ends == all)
        #expect(status == .recovered)
    }

    @Test("a failure cancels what has not started, but neither what runs nor the branch that repairs")
    func cancelUnstarted() async throws {
        let (ends, status) = try await ends(.cancelUnstarted)
        let expected: [String: TickerStatus] = [
            "running": .succeeded, "later": .cancelled, "below": .cancelled, "repair": .succeeded, "after": .succeeded,
        ]
        #expect(ends == expected)
        #expect(status == .recovered)
    }

    @Test("a failure cancels what runs, too, but not the branch that repairs")
    func cancelAll() async throws {
        let (ends, status) = try await ends(.cancelAll)
        let expected: [String: TickerStatus] = [
            "running": .cancelled, "later": .cancelled, "below": .cancelled, "repair": .succeeded, "after": .succeeded,
        ]
        #expect(ends == expected)
        #expect(status == .recovered)
    }

    @Test("a failure without a repair makes the workflow failed, whatever was cancelled because of it")
    func unhandled() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            var plan = Workflow("p", options: WorkflowOptions(onFailure: .cancelAll))
            plan.add(Work.broken, 10)
            plan.add(Work.slow, 1_000)
            let summary = try await scheduler.ended(scheduler.schedule(plan))
            #expect(summary.status == .failed)
            #expect(clock.elapsed == .seconds(10))
        }
    }

    @Test("a failure that will be retried stops nothing")
    func retrying() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            var plan = Workflow("p", options: WorkflowOptions(onFailure: .cancelAll))
            plan.add(Work.broken, 1, options: TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(100))))
            let other = plan.add(Work.slow, 50)
            let handle = try await scheduler.schedule(plan)
            #expect(try await scheduler.output(of: handle[other]) == 50)
            _ = try await scheduler.ended(handle)
        }
    }

    @Test("at its deadline whatever has not ended is cancelled, though every place is taken")
    func deadline() async throws {
        try await virtually(Self.functions, options: SchedulerOptions(maxConcurrent: 1)) { scheduler, clock in
            let options = WorkflowOptions(deadline: .after(.seconds(30)))
            let plan = Workflow.begin(with: Work.quick, 1).then(Work.slow, 100).then(Work.quick, 2)
                .build(name: "late", options: options)
            let handle = try await scheduler.schedule(plan)
            let summary = try await scheduler.ended(handle)
            #expect(clock.elapsed == .seconds(30))
            #expect(summary.status == .cancelled)
            #expect(summary.tickers.map(\.status) == [.succeeded, .cancelled, .cancelled])
            #expect(summary.tickers.map(\.reason) == [nil, .workflowDeadline, .workflowDeadline])
            #expect(summary.deadline == summary.createdAt.advanced(by: .seconds(30)))
        }
    }

    @Test("a deadline that is met changes nothing, and one that has passed ends what is retried no more")
    func deadlineMet() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let options = WorkflowOptions(deadline: .at(clock.wall.advanced(by: .seconds(30))))
            let plan = Workflow.begin(with: Work.broken, 10).then(Work.quick, 2).build(options: options)
            let handle = try await scheduler.schedule(plan)
            let summary = try await scheduler.ended(handle)
            #expect(summary.tickers.map(\.status) == [.failed, .skipped])
            try await clock.sleep(for: .seconds(100))
            #expect(try await scheduler.retryWorkflow(handle.id) == 1)
            let again = try await scheduler.ended(handle)
            #expect(again.tickers.map(\.status) == [.failed, .skipped])
        }
    }

    @Test("a workflow's key in use answers with the workflow that holds it, step by step")
    func existing() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            func plan() -> (Workflow, WorkflowStep<Int>) {
                var plan = Workflow("nightly", options: WorkflowOptions(unique: "nightly"))
                let last = plan.add(Work.quick, 2)
                let first = plan.add(Work.slow, 100)
                plan.add(parent: first, to: last)
                return (plan, last)
            }
            let (one, lastOfOne) = plan()
            let (two, lastOfTwo) = plan()
            let first = try await scheduler.schedule(one)
            let second = try await scheduler.schedule(two)
            #expect(second == first)
            #expect(!first.isExisting && second.isExisting)
            #expect(second[lastOfTwo] == first[lastOfOne])
            #expect(try await scheduler.output(of: second[lastOfTwo]) == 2)
            _ = try await scheduler.ended(first)
            let third = try await scheduler.schedule(one)
            #expect(third != first)
        }
    }

    @Test("an unstarted workflow is replaced as a whole, a started one is not")
    func replaced() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            func plan(_ seconds: Int) -> Workflow {
                Workflow.begin(with: Work.slow, 100, due: .after(.seconds(seconds))).then(Work.quick, 1)
                    .build(options: WorkflowOptions(unique: UniqueKey("n", onConflict: .replace)))
            }
            let first = try await scheduler.schedule(plan(10))
            let second = try await scheduler.schedule(plan(20))
            let old = try await scheduler.ended(first)
            #expect(old.tickers.map(\.status) == [.cancelled, .cancelled])
            #expect(old.tickers.map(\.reason).allSatisfy { $0 == .replaced(by: second.tickers[0]) })
            try await clock.sleep(for: .seconds(25))
            await expectError(.uniqueKeyInUse) { try await scheduler.schedule(plan(0)) }
            let rejecting = WorkflowOptions(unique: UniqueKey("n", onConflict: .reject))
            let third = Workflow.begin(with: Work.quick, 1).build(options: rejecting)
            await expectError(.uniqueKeyInUse) { try await scheduler.schedule(third) }
            let summary = try await scheduler.ended(second)
            #expect(summary.status == .succeeded)
        }
    }

    @Test("options out of bounds are refused with the rest of what is wrong")
    func problems() async throws {
        let options = WorkflowOptions(deadline: .after(.zero), unique: UniqueKey(""))
        let plan = Workflow("p", options: options)
        do {
            try plan.validate()
            Issue.record("nothing was thrown")
        } catch let error as TickerError {
            #expect(error.code == .invalidWorkflow)
            #expect(error.message.split(separator: ";").count == 3, "\(error.message)")
        }
    }
}
