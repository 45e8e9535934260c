import Testing
import Tickers
import TickersTesting

/// What a chain is before it runs: a value, in the order in which it was written.
@Suite struct ChainShapeTests {
    @Test func twoChainsMadeFromOneShareNothing() {
        let base = Workflow.begin(with: Stage.seven).then(Stage.plusOne)
        let left = base.then(Stage.text).then(Stage.length)
        let right = base.then(Stage.note, "right")
        let again = left.then(Stage.pulse)
        #expect(base.build().functions == ["Seven", "PlusOne"])
        #expect(left.build().functions == ["Seven", "PlusOne", "Text", "Length"])
        #expect(right.build().functions == ["Seven", "PlusOne", "Note"])
        #expect(again.build().functions == ["Seven", "PlusOne", "Text", "Length", "Pulse"])
        #expect(left.then(Stage.seven).build().functions.last == "Seven")
        #expect(left.build().count == 4)
    }

    @Test func branchesInClosuresDoNotLeakIntoTheChainTheyCameFrom() {
        let base = Workflow.begin(with: Stage.seven)
        let grown = base.child(Stage.plusOne) { one in
            // Two chains from one step: the one that is returned counts, the other leaves no trace.
            _ = one.then(Stage.pulse)
            return one.then(Stage.text)
        }
        #expect(base.build().functions == ["Seven"])
        #expect(grown.build().functions == ["Seven", "PlusOne", "Text"])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func chainsMadeFromOneRunApart(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let base = Workflow.begin(with: Stage.plusOne, 1)
        let texts = (0..<50).map { base.then(Stage.note, "copy \($0)").build(name: "copy \($0)") }
        let summaries = try await stage.play { scheduler in
            var summaries: [WorkflowSummary] = []
            for workflow in texts { summaries.append(try await scheduler.ended(scheduler.schedule(workflow))) }
            return summaries
        }
        #expect(summaries.map(\.name) == (0..<50).map { "copy \($0)" })
        #expect(Set(summaries.map(\.id)).count == 50)
        #expect(stage.journal.lines.filter { $0.hasPrefix("copy") } == (0..<50).map { "copy \($0)" })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func oneWorkflowScheduledTwice(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.plusOne, 1).then(Stage.text).build()
        try await stage.play { scheduler in
            let first = try await scheduler.schedule(workflow)
            let second = try await scheduler.schedule(workflow)
            #expect(first.id != second.id)
            #expect(Set(first.tickers).isDisjoint(with: second.tickers))
            try await scheduler.ended(first)
            try await scheduler.ended(second)
        }
        #expect(stage.journal.lines.sorted() == ["plusOne 1", "plusOne 1", "text 2", "text 2"])
    }

    /// Depth 4, with every way of adding a step somewhere.
    static func nested() -> Workflow {
        Workflow.begin(with: Stage.seven)
            .child(Stage.plusOne) { one in
                one.then(Stage.fail, "at depth 2").onFailure(Stage.alarm) { alarm in
                    alarm.inProgress(Stage.note, "beside depth 3") { beside in
                        beside.onCompletion(Stage.note, "depth 4").onCancelled(Stage.note, "never")
                    }
                    .then(Stage.length)
                }
            }
            .onCompletion(Stage.pulse) { $0.child(Stage.note, "two", when: .always, due: .after(.seconds(5))) }
            .then(Stage.text)
            .build(name: "nested")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func nestedClosuresToDepthFour(seed: UInt64) async throws {
        let stage = Stage(seed: seed, encoding: .always)
        let summary = try await stage.run(Self.nested())
        #expect(summary.name == "nested")
        let names = [
            "Seven", "PlusOne", "Fail", "Alarm", "Note", "Note", "Note", "Length", "Pulse", "Note", "Text",
        ]
        #expect(summary.tickers.map(\.function) == names)
        let ids = summary.tickers.map(\.id)
        let parents = summary.tickers.map { $0.parents.first.map { ids.firstIndex(of: $0.id) } ?? nil }
        #expect(parents == [nil, 0, 1, 2, 3, 4, 4, 3, 0, 8, 0])
        let conditions: [RunCondition] = [
            .onSuccess, .onSuccess, .onFailure, .inProgress, .onCompletion, .onCancelled, .onSuccess, .onCompletion,
            .always, .onSuccess,
        ]
        #expect(summary.tickers.dropFirst().map(\.parents[0].condition) == conditions)
        let ends: [TickerStatus] = [
            .succeeded, .succeeded, .failed, .succeeded, .succeeded, .succeeded, .skipped, .succeeded, .succeeded,
            .succeeded, .succeeded,
        ]
        #expect(summary.tickers.map(\.status) == ends)
        #expect(summary.endedAt == stage.after(5))
        #expect(stage.journal.lines.contains("length at depth 2"))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func dueAndOptionsArePerStep(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let options = TickerOptions(
            queue: "slow",
            priority: .high,
            retry: .fixed(maxAttempts: 3, every: .seconds(1)),
            tags: ["a", "b"]
        )
        let workflow = Workflow.begin(with: Stage.seven)
            .child(Stage.plusOne, due: .after(.seconds(10)), options: options) { $0.then(Stage.text) }
            .onCompletion(Stage.pulse, due: .at(stage.after(20)), options: TickerOptions(tags: ["c"]))
            .then(Stage.text, due: .after(.seconds(1)))
            .build()
        let tickers = try await stage.run(workflow).tickers
        #expect(tickers.map(\.startedAt) == [0, 10, 10, 20, 1].map { stage.after($0) })
        #expect(tickers.map(\.queue) == ["default", "slow", "default", "default", "default"])
        #expect(tickers.map(\.priority) == [.normal, .high, .normal, .normal, .normal])
        #expect(tickers.map(\.maxAttempts) == [1, 3, 1, 1, 1])
        #expect(tickers.map(\.tags) == [[], ["a", "b"], [], ["c"], []])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func handlesAreInTheOrderOfTheSteps(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        try await stage.play { scheduler in
            let run = try await scheduler.schedule(Self.nested())
            let summary = try #require(try await scheduler.workflow(run))
            #expect(run.tickers == summary.tickers.map(\.id))
            #expect(run.tickers == run.tickers.sorted())
            #expect(run.id == summary.id)
            #expect(run.handle(of: Stage.text)?.id == run.tickers[10])
            #expect(run.handle(of: Stage.note)?.id == run.tickers[4])
            #expect(run.handles(of: Stage.note).map(\.id) == [4, 5, 6, 9].map { run.tickers[$0] })
            #expect(run.handle(of: Stage.sleep) == nil)
            #expect(run.handle(of: Stage.seven)?.workflowID == run.id)
            try await scheduler.ended(run)
        }
    }

    @Test func refusedWorkflowStoresNothing() async throws {
        let stage = Stage(seed: 1)
        let unknown = TickerFunction<Void, Void>("NeverRegistered")
        let bad = [
            Workflow.begin(with: Stage.seven).then(unknown).build(),
            Workflow.begin(with: Stage.seven).then(Stage.pulse, due: .after(.seconds(-1))).build(),
            Workflow.begin(with: Stage.seven).then(Stage.pulse, options: TickerOptions(queue: "")).build(),
        ]
        let codes: [TickerError.Code?] = try await stage.play { scheduler in
            var codes: [TickerError.Code?] = []
            for workflow in bad {
                let error = await #expect(throws: TickerError.self) {
                    _ = try await scheduler.schedule(workflow)
                }
                codes.append(error?.code)
            }
            let counts = try await scheduler.counts()
            #expect(counts.open == 0)
            return codes
        }
        #expect(codes == [.unregisteredFunction, .invalidArgument, .invalidArgument])
    }
}
