import Testing
import Tickers
import TickersTesting

/// Every condition, ending and join through the real table. What is expected comes from the literal rows below and a
/// join counted by hand, so the product's rules are nowhere compared with themselves.
@Suite("What a parent's end does to its children")
struct ParentEndingsTests {
    enum Said: Sendable { case wait, run, never }

    /// The other parent, whose edge is `.onSuccess`.
    enum Second: CaseIterable { case undecided, succeededBefore, succeededAfter }

    static let joins: [JoinRule] = [.all, .any, .atLeast(1), .atLeast(2)]

    /// The columns: `ParentEnding.allCases`.
    // swift-format-ignore
    static let said: [RunCondition: [Said]] = [
        //                      succ.   failed  retry. discard timeout canc.b. canc.r. skipped
        .onSuccess:            [.run,   .never, .wait, .never, .never, .never, .never, .never],
        .onFailure:            [.never, .run,   .wait, .run,   .run,   .never, .never, .never],
        .onCancelled:          [.never, .never, .wait, .never, .never, .run,   .run,   .never],
        .onFailureOrCancelled: [.never, .run,   .wait, .run,   .run,   .run,   .run,   .never],
        .onCompletion:         [.run,   .run,   .wait, .run,   .run,   .run,   .run,   .never],
        .always:               [.run,   .run,   .wait, .run,   .run,   .run,   .run,   .run],
        .inProgress:           [.run,   .run,   .run,  .run,   .run,   .never, .run,   .never],
    ]

    static func said(_ condition: RunCondition, _ ending: ParentEnding) throws -> Said {
        let row = try #require(said[condition])
        let column = try #require(ParentEnding.allCases.firstIndex(of: ending))
        return row[column]
    }

    static func joined(_ edges: [Said], _ join: JoinRule) -> TickerState {
        let needed =
            switch join {
            case .all: edges.count
            case .any: 1
            case .atLeast(let count): count
            }
        let runs = edges.filter { $0 == .run }.count
        let possible = edges.filter { $0 != .never }.count
        if runs >= needed { return .scheduled }
        return possible < needed ? .skipped : .waiting
    }

    /// Steps 0 to 3: the grandparent, the parent under test, the second parent, the child of both.
    static func family(
        _ condition: RunCondition,
        join: JoinRule = .all,
        policy: ParentFailurePolicy = .byCondition
    ) -> [PlannedStep] {
        [
            PlannedStep("Grandparent"),
            PlannedStep(
                ParentEnding.parent,
                after: [.step(0)],
                retry: .fixed(maxAttempts: 2, every: .seconds(1))
            ),
            PlannedStep("Second"),
            PlannedStep("Child", after: [.step(1, condition, policy: policy), .step(2)], join: join),
        ]
    }

    @Test("one edge's word and the join decide", arguments: RunCondition.allCases, ParentEnding.allCases)
    func decides(_ condition: RunCondition, _ ending: ParentEnding) throws {
        let first = try Self.said(condition, ending)
        for join in Self.joins {
            for second in Second.allCases {
                let driver = TableDriver()
                let refs = try driver.add(Self.family(condition, join: join))
                if second == .succeededBefore { try succeedSecond(in: driver) }
                try ending.happen(to: refs[1], in: driver)
                let endOfParent = driver[refs[1]].endedAt
                if second == .succeededAfter { try succeedSecond(in: driver) }

                let edges = [first, second == .undecided ? .wait : .run]
                let expected = Self.joined(edges, join)
                let what: Comment = "\(condition), \(ending), \(join), second \(second)"
                #expect(driver.state(refs[3]) == expected, what)
                guard expected == .skipped else {
                    #expect(driver[refs[3]].reason == nil, what)
                    continue
                }
                #expect(driver[refs[3]].reason == ending.reason(driver.id(refs[1])), what)
                #expect(driver[refs[3]].endedAt == endOfParent, what)
                #expect(driver.table.snapshot(of: refs[3], now: driver.now).endedAt == endOfParent, what)
            }
        }
    }

    @Test(
        "a policy decides for failed parents and nothing else",
        arguments: RunCondition.allCases,
        ParentEnding.allCases
    )
    func policies(_ condition: RunCondition, _ ending: ParentEnding) throws {
        let first = try Self.said(condition, ending)
        for policy in ParentFailurePolicy.allCases {
            let driver = TableDriver()
            let refs = try driver.add(Self.family(condition, policy: policy))
            try ending.happen(to: refs[1], in: driver)

            var expected = Self.joined([first, .wait], .all)
            // An edge that spoke when the parent started has spoken: its policy comes too late.
            if ending.state == .failed, condition != .inProgress {
                switch policy {
                case .byCondition: break
                case .runNow: expected = .scheduled
                case .fail: expected = .failed
                }
            }
            #expect(driver.state(refs[3]) == expected, "\(condition), \(ending), \(policy)")
        }
    }

    @Test("a failure that is passed on keeps its story, and the child's own failure branch runs")
    func passedOnFailure() throws {
        let driver = TableDriver()
        var steps = Self.family(.onSuccess, policy: .fail)
        steps.append(PlannedStep("Recovery", after: [.step(3, .onFailure)]))
        steps.append(PlannedStep("Next", after: [.step(3)]))
        let refs = try driver.add(steps)
        try ParentEnding.failedAfterLastRetry.happen(to: refs[1], in: driver)

        let parent = driver.id(refs[1])
        let child = driver[refs[3]]
        #expect(child.state == .failed)
        #expect(child.reason == .parentFailed(parent))
        #expect(child.endedAt == driver[refs[1]].endedAt)
        #expect(child.attempts == 0)
        #expect(child.failure?.failure.kind == .parentFailed)
        #expect(child.failure?.failure.ticker == parent)
        #expect(child.failure?.failure.message == "Parent broke")
        #expect(driver.state(refs[4]) == .scheduled)
        #expect(driver.state(refs[5]) == .skipped)
        #expect(driver[refs[5]].reason == .parentFailed(child.id))
    }

    @Test("a child beside its parent is released at the first attempt and runs once")
    func besideItsParent() throws {
        let driver = TableDriver()
        let retry = RetryPolicy.fixed(maxAttempts: 3, every: .seconds(1))
        let refs = try driver.add([
            PlannedStep("Parent", retry: retry),
            PlannedStep("Beside", after: [.step(0, .inProgress)]),
        ])
        #expect(driver.state(refs[1]) == .waiting)
        var started: [Timestamp] = []
        let outcomes: [AttemptOutcome] = [.snoozed(.seconds(1)), .interrupted]
        for outcome in outcomes {
            let run = try driver.start("Parent")
            started += driver.claim("Beside").map(\.scheduledFor)
            driver.finish(run.finished(outcome))
            driver.advance()
        }
        for _ in 1...3 {
            let run = try driver.start("Parent")
            started += driver.claim("Beside").map(\.scheduledFor)
            driver.fail(run)
            driver.advance()
        }
        #expect(driver.state(refs[0]) == .failed)
        #expect(started == [driver[refs[0]].firstStartedAt])
        #expect(driver[refs[1]].attempts == 1)
    }

    @Test("a cancellation of a running ticker keeps the reason that was given")
    func reasonOfCancellation() throws {
        let driver = TableDriver()
        let refs = try driver.add([PlannedStep("Parent"), PlannedStep("Idle")])
        let run = try driver.start("Parent")
        #expect(driver.cancel(refs[1], reason: .workflowDeadline) == .cancelled)
        #expect(driver[refs[1]].reason == .workflowDeadline)
        #expect(driver.cancel(refs[0], reason: .workflowDeadline) == .requested)
        #expect(driver.fail(run) == .ended(.cancelled))
        #expect(driver[refs[0]].reason == .workflowDeadline)
    }

    @Test("a handler that returns in spite of a cancellation has succeeded")
    func returnsInSpite() throws {
        let driver = TableDriver()
        let refs = try driver.add([
            PlannedStep("Parent"),
            PlannedStep("Child", after: [.step(0)]),
            PlannedStep("Cleanup", after: [.step(0, .onCancelled)]),
        ])
        let run = try driver.start("Parent")
        #expect(driver.cancel(refs[0]) == .requested)
        #expect(driver.succeed(run) == .ended(.succeeded))
        #expect(refs.map(driver.state) == [.succeeded, .scheduled, .skipped])
    }

    private func succeedSecond(in driver: TableDriver) throws {
        let run = try driver.start("Second")
        driver.advance()
        driver.succeed(run)
        driver.advance()
    }
}
