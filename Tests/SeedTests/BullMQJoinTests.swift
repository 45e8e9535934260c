import Testing
import Tickers
import TickersTesting

@Suite("BullMQ: what the join sees and says")
struct BullMQJoinTests {
    private static let size = TickerFunction<Job, Int>("Size")

    /// A join over `jobs` that the first failure releases.
    private static func graph(_ jobs: [Job]) -> (Workflow, [WorkflowStep<String>], WorkflowStep<String>) {
        var graph = Workflow("join")
        let parents = jobs.map { graph.add(Work.job, $0) }
        let edges = parents.map { $0.when(.onSuccess, onParentFailure: .runNow) }
        let join = graph.add(Work.join, following: edges)
        return (graph, parents, join)
    }

    private static let bad = Job("bad", seconds: 5, failures: Job.always)
    private static let good = [Job("a", seconds: 1), Job("b", seconds: 2)]

    @Test("B6 The join sees the failures as messages by id, and none when there was none")
    func failures() async {
        await play { scheduler, _ in
            let (graph, parents, join) = Self.graph(Self.good + [Self.bad])
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == "\(run[parents[2]].id): bad is broken")
            let (other, _, otherJoin) = Self.graph(Self.good)
            let second = try await scheduler.schedule(other)
            #expect(try await scheduler.output(of: second[otherJoin]) == "")
        } register: { functions, _ in
            functions.register(Work.join) { context in
                try await context.parents().failures.map { "\($0.key): \($0.value)" }.joined()
            }
        }
    }

    @Test("B7 So it can tell the two ways in which it was released")
    func twoWays() async {
        await play { scheduler, stage in
            for (jobs, way) in [(Self.good + [Self.bad], "failure"), (Self.good, "success")] {
                let (graph, _, join) = Self.graph(jobs)
                let run = try await scheduler.schedule(graph)
                #expect(try await scheduler.output(of: run[join]) == "\(way) path")
            }
            #expect(stage.elapsed == .seconds(5 + 2))
        } register: { functions, _ in
            functions.register(Work.join) { context in
                try await context.parents().failures.isEmpty ? "success path" : "failure path"
            }
        }
    }

    @Test("B8 It sees the outputs of those that succeeded, in order and typed")
    func outputs() async {
        await play { scheduler, _ in
            var graph = Workflow("outputs")
            let slow = graph.add(Work.job, Job("slow", seconds: 2))
            let bad = graph.add(Work.job, Self.bad)
            let size = graph.add(Self.size, Job("four"))
            let fast = graph.add(Work.job, Job("fast", seconds: 1))
            let never = graph.add(Work.job, "never", due: .after(.seconds(100)))
            let edges = [slow.edge, bad.edge, size.edge, fast.edge, never.edge].map {
                WorkflowEdge($0, when: .onSuccess, onParentFailure: .runNow)
            }
            let join = graph.add(Work.join, following: edges)
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == "slow fast [4]")
        } register: { functions, _ in
            functions.register(Self.size) { job, _ in job.name.count }
            functions.register(Work.join) { context in
                let parents = try await context.parents()
                let names = try parents.outputs(of: Work.job).joined(separator: " ")
                return "\(names) \(try parents.outputs(of: Self.size))"
            }
        }
    }

    @Test("B9 It may fail or succeed after it has cleaned up")
    func failOrSucceed() async {
        let strict = TickerFunction<Void, String>("Strict")
        let lenient = TickerFunction<Void, String>("Lenient")
        await play { scheduler, stage in
            var graph = Workflow("endings")
            let bad = graph.add(Work.job, Self.bad)
            let late = graph.add(Work.job, "late", due: .after(.seconds(1_000)))
            let edges: [any WorkflowStepReference] = [bad.when(.onSuccess, onParentFailure: .runNow), late]
            let failing = graph.add(strict, following: edges)
            let succeeding = graph.add(lenient, following: edges)
            let run = try await scheduler.schedule(graph)
            _ = try await scheduler.ended(run)
            #expect(try await scheduler.status(of: run[failing])?.failure?.message == "aborted")
            #expect(try await stage.status(run[failing]) == .failed)
            #expect(try await scheduler.output(of: run[succeeding]) == "tidied up")
            #expect(try await stage.status(run[late]) == .cancelled)
            #expect(stage.elapsed == .seconds(5))
        } register: { functions, _ in
            functions.register(strict) { context in
                try await context.cancelUnstartedParents()
                throw Broken("aborted")
            }
            functions.register(lenient) { context in
                try await context.cancelUnstartedParents()
                return "tidied up"
            }
        }
    }

    @Test("B10 It sees how many have succeeded, failed, run and not started")
    func counts() async {
        await play { scheduler, _ in
            let (graph, join) = BullMQTests.failFast()
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == "1 succeeded, 1 failed, 1 runs, 2 not started")
        } register: { functions, _ in
            functions.register(Work.join) { context in
                let counts = try await context.parents().counts
                #expect(counts.cancelled + counts.skipped == 0)
                return "\(counts.succeeded) succeeded, \(counts.failed) failed, \(counts.running) runs, "
                    + "\(counts.notStarted) not started"
            }
        }
    }

    @Test("B11 Events tell that it started and ended, and the answers stay readable afterwards")
    func events() async {
        await play { scheduler, stage in
            let events = scheduler.events()
            let (graph, parents, join) = Self.graph(Self.good + [Self.bad])
            let run = try await scheduler.schedule(graph)
            var lines: [String] = []
            for await event in events {
                if case .ticker(let change) = event, change.id == run[join].id {
                    if change.status == .running { lines.append("active after \(change.at.since(stage.start))") }
                    if change.status == .succeeded {
                        let ticker = try #require(try await scheduler.status(of: change.id))
                        for parent in ticker.parents {
                            let failure = try await scheduler.status(of: parent.id)?.failure
                            if let failure { lines.append("completed after: \(failure.message)") }
                        }
                    }
                }
                if case .workflowEnded = event { break }
            }
            #expect(lines == ["active after 5.0 seconds", "completed after: bad is broken"])
            try await stage.go(to: 600)
            let summary = try #require(try await scheduler.workflow(run))
            #expect(summary.tickers.compactMap { $0.failure?.message } == ["bad is broken"])
            #expect(try await scheduler.output(of: run[parents[0]]) == "a")
            #expect(try await scheduler.output(of: run[join]) == "joined")
        } register: { functions, _ in
            functions.register(Work.join) { _ in "joined" }
        }
    }
}
