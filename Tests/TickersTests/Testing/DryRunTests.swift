import Testing
import Tickers
import TickersTesting

@Suite("Dry runs")
struct DryRunTests {
    typealias Orders = CallSites.Orders

    enum Steps {
        static let build = TickerFunction<Int, Int>("Build")
        static let test = TickerFunction<Int, Int>(
            "Test",
            options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(10)), timeout: .seconds(30))
        )
        static let docs = TickerFunction<Int, Void>("Docs")
        static let deploy = TickerFunction<Int, Void>("Deploy")
        static let rollback = TickerFunction<Void, Void>("Rollback")
    }

    /// The names are those of the call sites' chain: validate, then charge (on failure: alarm), then mail.
    private let chain = CallSites.chain(CallSites.Order(number: 1))

    private func steps(of report: DryRunReport) -> [TickerStatus] { report.steps.map(\.status) }

    @Test("without outcomes every step succeeds, piped inputs or not, and delays count")
    func succeeds() throws {
        let report = try chain.dryRun()
        try report.expect([
            "ValidateOrder": .succeeded, "ProcessPayment": .succeeded, "NotifyPaymentFailure": .skipped,
            "SendReceipt": .succeeded,
        ])
        #expect(report.status == .succeeded)
        #expect(report.steps.map(\.startOrder) == [1, 2, nil, 3])
        #expect(report.steps.map(\.startedAfter) == [.zero, .seconds(60), nil, .seconds(60)])
        #expect(report.steps.map(\.endedAfter) == [.zero, .seconds(60), .seconds(60), .seconds(60)])
        #expect(report.steps.map(\.why) == [nil, nil, "ProcessPayment succeeded", nil])
    }

    @Test("a step that fails for good is retried by its policy, and the failure branch runs")
    func fails() throws {
        let report = try chain.dryRun(outcomes: [.fails(Orders.charge, with: CallSites.CardDeclined())], seed: 4)
        try report.expect(Orders.charge, .failed, attempts: 5)
        try report.expect(Orders.alarm, .succeeded)
        try report.expect(Orders.mail, .skipped)
        #expect(report.status == .recovered)
        #expect(
            report.tree() == """
                ValidateOrder succeeded
                └─ ProcessPayment failed, 5 attempts (card declined)
                   ├─ onFailure: NotifyPaymentFailure succeeded
                   └─ SendReceipt skipped (ProcessPayment failed)
                """
        )
        let charge = try #require(report["ProcessPayment"])
        let ended = try #require(charge.endedAfter)
        // Full jitter: between no delay at all and 1 + 2 + 4 + 8 seconds after the minute.
        #expect(ended > .seconds(60) && ended < .seconds(75))
        #expect(try chain.dryRun(outcomes: [.fails(Orders.charge)], seed: 4)["ProcessPayment"]?.endedAfter == ended)
        #expect(try chain.dryRun(outcomes: [.fails(Orders.charge)], seed: 5)["ProcessPayment"]?.endedAfter != ended)
    }

    @Test("some attempts fail and the next one succeeds")
    func failsSomeTimes() throws {
        let workflow = Workflow.begin(with: Steps.test, 1).then(Steps.deploy, 1).build()
        let report = try workflow.dryRun(outcomes: [.fails(Steps.test, times: 2)])
        try report.expect(Steps.test, .succeeded, attempts: 3)
        #expect(report["Test"]?.startedAfter == .zero)
        #expect(report["Deploy"]?.startedAfter == .seconds(20))
        let given = try workflow.dryRun(outcomes: [.fails(Steps.test, times: 3)])
        try given.expect(Steps.test, .failed, attempts: 3)
    }

    @Test("signals and timeouts are understood as a scheduler does")
    func signalsAndTimeouts() throws {
        let workflow = Workflow.begin(with: Steps.test, 1).then(Steps.deploy, 1).build()
        let discarded = try workflow.dryRun(outcomes: [.fails(Steps.test, with: TickerSignal.discard("pointless"))])
        try discarded.expect(Steps.test, .failed, attempts: 1)
        #expect(discarded["Test"]?.why == "pointless")
        let snoozed = TickerSignal.snooze(.seconds(100))
        let later = try workflow.dryRun(outcomes: [.fails(Steps.test, times: 4, with: snoozed)])
        try later.expect(Steps.test, .succeeded, attempts: 1)
        #expect(later["Deploy"]?.startedAfter == .seconds(400))
        let slow = try workflow.dryRun(outcomes: [.takes(Steps.test, .seconds(31))])
        try slow.expect(Steps.test, .failed, attempts: 3)
        #expect(slow["Test"]?.endedAfter == .seconds(110))
        #expect(slow["Test"]?.why == "The attempt took longer than 30.0 seconds.")
        let inTime = try workflow.dryRun(outcomes: [.takes(Steps.test, .seconds(30))])
        #expect(inTime["Test"]?.endedAfter == .seconds(30))
        #expect(inTime.status == .succeeded)
    }

    @Test("a failure policy stops running steps at once, and a deadline whatever is left")
    func stopsWorkflow() throws {
        var workflow = Workflow("release", options: WorkflowOptions(onFailure: .cancelAll))
        let build = workflow.add(Steps.build, 1)
        let docs = workflow.add(Steps.docs, 1)
        workflow.add(Steps.deploy, 1, following: docs)
        let outcomes: [StepOutcome] = [
            .fails(build), .takes(build, .seconds(2)), .takes(docs, .seconds(60)),
        ]
        let report = try workflow.dryRun(outcomes: outcomes)
        try report.expect(["Build": .failed, "Docs": .cancelled, "Deploy": .cancelled])
        #expect(report[docs].endedAfter == .seconds(2))
        #expect(report[docs].why == "the workflow stops because Build failed")

        workflow.options = WorkflowOptions(deadline: .after(.seconds(30)))
        let late = try workflow.dryRun(outcomes: outcomes)
        try late.expect(["Build": .failed, "Docs": .cancelled, "Deploy": .cancelled])
        #expect(late[docs].endedAfter == .seconds(30))
        #expect(late[docs].why == "the workflow's deadline passed")
    }

    @Test("a step that has not started by its expiry is skipped then")
    func expires() throws {
        var workflow = Workflow("release")
        let build = workflow.add(Steps.build, 1)
        let expiry = TickerExpiry.at(Timestamp(microseconds: 1_767_225_600_000_000).advanced(by: .seconds(5)))
        let docs = workflow.add(Steps.docs, 1, following: build, options: TickerOptions(expiry: expiry))
        let report = try workflow.dryRun(outcomes: [.takes(build, .seconds(6))])
        #expect(report[docs].status == .skipped)
        #expect(report[docs].endedAfter == .seconds(5))
        #expect(try workflow.dryRun(outcomes: [.takes(build, .seconds(4))])[docs].status == .succeeded)
    }

    @Test("a step that snoozes for ever is given up with a sentence")
    func endless() async {
        let workflow = Workflow.begin(with: Steps.build, 1).build()
        await expectError(.invalidArgument) {
            _ = try workflow.dryRun(outcomes: [.fails(Steps.build, with: TickerSignal.snooze(.zero))])
        }
    }

    @Test("cancelled before it starts and while it runs, each has its own children")
    func cancelled() throws {
        let workflow = Workflow.begin(with: Steps.build, 1)
            .then(Steps.test, 1)
            .inProgress(Steps.docs, 1)
            .onCancelled(Steps.rollback)
            .build()
        let before = try workflow.dryRun(outcomes: [.takes(Steps.build, .seconds(5)), .isCancelled(Steps.test)])
        try before.expect(["Build": .succeeded, "Test": .cancelled, "Docs": .skipped, "Rollback": .succeeded])
        #expect(before["Test"]?.endedAfter == .seconds(5))
        #expect(before["Test"]?.startOrder == nil)
        #expect(before["Test"]?.why == "by request")
        #expect(before.status == .cancelled)
        let outcomes: [StepOutcome] = [.isCancelled(Steps.test, whileRunning: true), .takes(Steps.test, .seconds(3))]
        let during = try workflow.dryRun(outcomes: outcomes)
        try during.expect(["Build": .succeeded, "Test": .cancelled, "Docs": .succeeded, "Rollback": .succeeded])
        #expect(during["Test"]?.endedAfter == .seconds(3))
        #expect(during["Docs"]?.startedAfter == .zero)
        #expect(during.steps.map(\.startOrder) == [1, 2, 3, 4])
    }

    @Test("one of several steps of a function can be meant, which counts more than the function")
    func oneStep() throws {
        var workflow = Workflow("release")
        let first = workflow.add(Steps.test, 1)
        let second = workflow.add(Steps.test, 2)
        let third = workflow.add(Steps.test, 3)
        let deploy = workflow.add(Steps.deploy, 1, following: [first, second, third], join: .atLeast(2))
        let report = try workflow.dryRun(
            outcomes: [.fails(second), .takes(Steps.test, .seconds(1)), .fails(third, times: 1)]
        )
        #expect(steps(of: report) == [.succeeded, .failed, .succeeded, .succeeded])
        #expect(report[deploy].startedAfter == .seconds(12))
        #expect(report[second].attempts == 3)
        #expect(report.steps(of: Steps.test).map(\.endedAfter) == [.seconds(1), .seconds(23), .seconds(12)])
        #expect(report.status == .failed)
        let all = try workflow.dryRun(outcomes: [.fails(first, times: 0), .fails(Steps.test)])
        #expect(steps(of: all) == [.succeeded, .failed, .failed, .skipped])
    }

    @Test("a graph that is not in order is told in the order in which its steps were added")
    func reordered() throws {
        var workflow = Workflow("backwards")
        let deploy = workflow.add(Steps.deploy, 1)
        let docs = workflow.add(Steps.docs, 1)
        let build = workflow.add(Steps.build, 1)
        workflow.add(parent: build, to: docs)
        workflow.add(parent: docs, to: deploy)
        let report = try workflow.dryRun(outcomes: [.takes(docs, .seconds(2))])
        #expect(report.steps.map(\.function) == ["Deploy", "Docs", "Build"])
        #expect(report.steps.map(\.startOrder) == [3, 2, 1])
        #expect(report[deploy].startedAfter == .seconds(2))
        #expect(report[docs].status == .succeeded)
    }

    @Test("what the handlers of a scheduler do in virtual time, the dry run tells beforehand")
    func likeTheEngine() async throws {
        for seed in UInt64(0)..<20 {
            let workflow = Self.randomWorkflow(seed: seed)
            let report = try workflow.dryRun(outcomes: [.fails(Steps.test), .takes(Steps.build, .seconds(7))])
            let functions = registry { functions in
                functions.register(Steps.build) { number, context in
                    try await context.clock.sleep(for: .seconds(7))
                    return number
                }
                functions.register(Steps.test) { _, _ in throw Broken() }
                functions.register(Steps.docs) { _, _ in }
            }
            try await virtually(seeds: seed..<seed + 1, functions) { scheduler, clock in
                let start = clock.wall
                let summary = try await scheduler.ended(scheduler.schedule(workflow))
                #expect(summary.tickers.map(\.status) == report.steps.map(\.status), "seed \(seed)")
                let ends = summary.tickers.map { $0.endedAt?.since(start) }
                #expect(ends == report.steps.map(\.endedAfter), "seed \(seed)")
            }
        }
    }

    private static func randomWorkflow(seed: UInt64) -> Workflow {
        var random = SeededGenerator(seed: seed)
        var workflow = Workflow("random")
        var earlier: [any WorkflowStepReference] = []
        for number in 0..<30 {
            var parents: [any WorkflowStepReference] = []
            for step in earlier.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random)) {
                let condition = RunCondition.allCases.randomElement(using: &random) ?? .onSuccess
                parents.append(WorkflowEdge(step, when: condition))
            }
            let join: JoinRule = parents.isEmpty || Bool.random(using: &random) ? .all : .any
            let due: TickerDue = Bool.random(using: &random) ? .now : .after(.seconds(number))
            switch Int.random(in: 0..<3, using: &random) {
            case 0: earlier.append(workflow.add(Steps.build, 1, following: parents, join: join, due: due))
            case 1: earlier.append(workflow.add(Steps.test, 1, following: parents, join: join, due: due))
            default: earlier.append(workflow.add(Steps.docs, 1, following: parents, join: join, due: due))
            }
        }
        return workflow
    }

    @Test("ends that differ are printed beside what was expected")
    func differing() throws {
        let report = try chain.dryRun(outcomes: [.fails(Orders.charge, with: CallSites.CardDeclined())])
        let message = mismatch {
            try report.expect(["ValidateOrder": .succeeded, "ProcessPayment": .succeeded, "Archive": .succeeded])
        }
        #expect(
            message == """
                The steps end otherwise than expected:
                     step                  expected      ended
                  =  ValidateOrder         succeeded     succeeded
                  ≠  ProcessPayment        succeeded     failed (card declined)
                  −  Archive               succeeded     no such step
                  +  NotifyPaymentFailure  not expected  succeeded
                  +  SendReceipt           not expected  skipped (ProcessPayment failed)
                """
        )
    }

    @Test("one function's end that differs is printed, with its attempts if these were expected")
    func functionDiffers() throws {
        let report = try chain.dryRun(outcomes: [.fails(Orders.charge)])
        #expect(
            mismatch { try report.expect(Orders.mail, .succeeded) } == """
                SendReceipt ends otherwise than expected:
                  expected  succeeded
                  ended     skipped (ProcessPayment failed)
                """
        )
        #expect(
            mismatch { try report.expect(Orders.charge, .failed, attempts: 4) } == """
                ProcessPayment ends otherwise than expected:
                  expected  failed, attempts: 4
                  ended     failed (made to fail), attempts: 5
                """
        )
        #expect(
            mismatch { try report.expect(Orders.sweep, .succeeded) }
                == "No step runs Sweep; the steps are ValidateOrder, ProcessPayment, NotifyPaymentFailure, SendReceipt."
        )
    }

    @Test("outcomes that fit no step and workflows that cannot be are refused, all problems at once")
    func refuses() async {
        var other = Workflow("other")
        let foreign = other.add(Steps.build, 1)
        do {
            _ = try chain.dryRun(outcomes: [
                .fails(Steps.build), .isCancelled(foreign), .takes(Orders.charge, .seconds(-1)),
                .fails(Orders.charge, times: -1),
            ])
            Issue.record("nothing was thrown")
        } catch let error as TickerError {
            #expect(
                error.message == """
                    no step of the workflow runs "Build"; an outcome is given for a step of another workflow; \
                    a duration of -1.0 seconds is negative; -1 failures
                    """
            )
        } catch {
            Issue.record("\(error)")
        }
        await expectError(.invalidWorkflow) { _ = try Workflow("empty").dryRun() }
        let early = Workflow.begin(with: Steps.build, 1, due: .after(.seconds(-1))).build()
        await expectError(.invalidArgument) { _ = try early.dryRun() }
    }

    @Test("a chain of 10,000 steps and a fan of 10,000 are played through")
    func big() throws {
        var chain = Workflow("chain")
        var last = chain.add(Steps.docs, 0)
        for number in 1..<10_000 { last = chain.add(Steps.docs, number, following: last) }
        #expect(try chain.dryRun().steps.last?.startOrder == 10_000)
        var fan = Workflow("fan")
        let root = fan.add(Steps.build, 0)
        for number in 1..<10_000 { fan.add(Steps.test, number, following: root) }
        let report = try fan.dryRun(outcomes: [.isCancelled(root)])
        #expect(report.steps.count { $0.status == .skipped } == 9_999)
    }
}
