import Testing
import Tickers
import TickersTesting

@Suite("BullMQ: a join that goes on when a parent fails")
struct BullMQTests {
    @Test("B1 The choice sits on the edge, and is off unless asked for")
    func onTheEdge() async {
        await play { scheduler, stage in
            var graph = Workflow("edges")
            let bad = graph.add(Work.job, Job("bad", seconds: 5, failures: Job.always))
            let slow = graph.add(Work.job, Job("slow", seconds: 100))
            let marked = graph.add(
                Work.job,
                "marked",
                following: [bad.when(.onSuccess, onParentFailure: .runNow), slow]
            )
            let plain = graph.add(Work.job, "plain", following: [bad, slow])
            let run = try await scheduler.schedule(graph)
            let policies = try #require(try await scheduler.status(of: run[marked])).parents.map(\.onParentFailure)
            #expect(policies == [.runNow, .byCondition])
            #expect(
                try await scheduler.status(of: run[plain])?.parents == [
                    TickerParent(run[bad].id), TickerParent(run[slow].id),
                ]
            )
            try await stage.go(to: 5)
            #expect(try await stage.status(run[marked]) == .succeeded)
            #expect(try await stage.status(run[plain]) == .skipped)
        }
    }

    @Test("B2 A marked parent's final failure releases the join at once, though others wait or run")
    func releasedAtOnce() async {
        await play { scheduler, stage in
            var graph = Workflow("at once")
            let retry = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(10)))
            let bad = graph.add(Work.job, Job("bad", seconds: 5, failures: Job.always), options: retry)
            let running = graph.add(Work.job, Job("running", seconds: 100))
            let later = graph.add(Work.job, "later", due: .after(.seconds(1_000)))
            let waiting = graph.add(Work.job, "waiting", following: later)
            let edges: [any WorkflowStepReference] = [
                bad.when(.onSuccess, onParentFailure: .runNow), running, later, waiting,
            ]
            let join = graph.add(Work.job, "join", following: edges)
            let run = try await scheduler.schedule(graph)
            try await stage.go(to: 19)
            #expect(try await stage.status(run[join]) == .waiting)
            try await stage.go(to: 20)
            #expect(try await stage.statuses(run) == [.failed, .running, .scheduled, .waiting, .succeeded])
            #expect(try await stage.started(run[join]) == .seconds(20))
        }
    }

    @Test("B3 Without the mark the join waits for all, also for those that come after a failure")
    func waitsForAll() async {
        await play { scheduler, stage in
            var graph = Workflow("all")
            let good = [10, 20, 30].map { graph.add(Work.job, Job("\($0)", seconds: $0)) }
            let bad = graph.add(Work.job, Job("bad", seconds: 1, failures: Job.always))
            let join = graph.add(Work.job, "join", following: good)
            let anyway = graph.add(Work.job, "anyway", following: (good + [bad]).map { $0.when(.onCompletion) })
            let run = try await scheduler.schedule(graph)
            try await stage.go(to: 29)
            #expect(try await stage.status(run[join]) == .waiting)
            #expect(try await stage.status(run[anyway]) == .waiting)
            _ = try await scheduler.ended(run)
            #expect(try await stage.started(run[join]) == .seconds(30))
            #expect(try await stage.started(run[anyway]) == .seconds(30))
        }
    }

    @Test("B4 The other parents are left alone and still run, also after the join has ended")
    func othersStillRun() async {
        await play { scheduler, stage in
            let (graph, join) = Self.failFast()
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == "join")
            #expect(stage.elapsed == .seconds(5))
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.status) == [.succeeded, .failed] + Array(repeating: .succeeded, count: 4))
            #expect(stage.journal.times(of: "late 1") == [.seconds(1_000)])
            #expect(stage.journal.times(of: "join") == [.seconds(5)])
        } register: { functions, journal in
            functions.register(Work.join) { context in
                journal.note("join", context)
                return "join"
            }
        }
    }

    /// A join over one that is done after a second, one that fails after five, one that runs for a hundred, and two that
    /// are due after a thousand.
    static func failFast() -> (Workflow, WorkflowStep<String>) {
        var graph = Workflow("fail fast")
        let parents = [
            graph.add(Work.job, Job("done", seconds: 1)),
            graph.add(Work.job, Job("bad", seconds: 5, failures: Job.always)),
            graph.add(Work.job, Job("slow", seconds: 100)),
            graph.add(Work.job, "late 1", due: .after(.seconds(1_000))),
            graph.add(Work.job, "late 2", due: .after(.seconds(1_000))),
        ]
        let edges = parents.map { $0.when(.onSuccess, onParentFailure: .runNow) }
        let join = graph.add(Work.join, following: edges)
        return (graph, join)
    }

    @Test("B5 The join can cancel those that have not started; running and ended ones stay")
    func cancelUnstarted() async {
        await play { scheduler, stage in
            let (graph, join) = Self.failFast()
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == "2")
            #expect(
                try await stage.statuses(run) == [.succeeded, .failed, .running, .cancelled, .cancelled, .succeeded]
            )
            #expect(try await scheduler.status(of: run.tickers[3])?.reason == .byRequest)
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers[2].status == .succeeded)
            #expect(stage.elapsed == .seconds(100))
            #expect(stage.journal.lines.contains("late 1") == false)
        } register: { functions, _ in
            functions.register(Work.join) { context in "\(try await context.cancelUnstartedParents())" }
        }
    }

    @Test("B5 On request the join also stops those that run")
    func cancelUnended() async {
        await play { scheduler, stage in
            let (graph, join) = Self.failFast()
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == "3")
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.prefix(3).map(\.status) == [.succeeded, .failed, .cancelled])
            #expect(stage.elapsed == .seconds(5))
        } register: { functions, _ in
            functions.register(Work.join) { context in "\(try await context.cancelUnendedParents())" }
        }
    }

    @Test("B12 Only marked edges trigger; several may be marked, and a second failure changes nothing")
    func onlyMarked() async {
        await play { scheduler, stage in
            var graph = Workflow("marked")
            let broken = [1, 5, 8].map { graph.add(Work.job, Job("bad \($0)", seconds: $0, failures: Job.always)) }
            let slow = graph.add(Work.job, Job("slow", seconds: 100))
            let edges = [
                broken[0].when(.onCompletion),
                broken[1].when(.onSuccess, onParentFailure: .runNow),
                broken[2].when(.onSuccess, onParentFailure: .runNow),
                slow.when(.onSuccess, onParentFailure: .runNow),
            ]
            let join = graph.add(Work.job, Job("join", seconds: 10), following: edges)
            let run = try await scheduler.schedule(graph)
            try await stage.go(to: 4)
            #expect(try await stage.status(run[broken[0]]) == .failed)
            #expect(try await stage.status(run[join]) == .waiting)
            _ = try await scheduler.ended(run)
            let ticker = try #require(try await scheduler.status(of: run[join]))
            #expect(ticker.status == .succeeded && ticker.attempts == 1)
            #expect(ticker.startedAt == stage.instant(5) && ticker.endedAt == stage.instant(15))
            #expect(stage.journal.times(of: "join") == [.seconds(5)])
        }
    }

    @Test("B13 Steps may be in different queues, and adding returns the whole graph")
    func queues() async {
        await play(options: SchedulerOptions(maxConcurrent: 16, queues: ["files": 1])) { scheduler, stage in
            var graph = Workflow("batch")
            let files = TickerOptions(queue: "files")
            let parts = (0..<3).map { graph.add(Work.job, Job("\($0)", seconds: 10), options: files) }
            let quick = (0..<3).map { graph.add(Work.job, Job("quick \($0)", seconds: 10)) }
            let join = graph.add(
                Work.job,
                "join",
                following: parts + quick,
                options: TickerOptions(queue: "batches")
            )
            let run = try await scheduler.schedule(graph)
            #expect(run.tickers == (parts + quick + [join]).map { run[$0].id })
            let summary = try await scheduler.ended(run)
            #expect(summary.id == run.id && summary.tickers.map(\.id) == run.tickers)
            let queues = ["files", "files", "files", "default", "default", "default", "batches"]
            #expect(summary.tickers.map(\.queue) == queues)
            for (number, part) in parts.enumerated() {
                let started = try await stage.started(run[part])
                #expect([.zero, .seconds(10), .seconds(20)].contains(started), "\(number)")
            }
            #expect(try await stage.started(run[join]) == .seconds(30))
        }
    }

    @Test("B15 A parent's failure can fail the join, recursively, and then its own failure branch runs")
    func failJoin() async {
        await play { scheduler, stage in
            var graph = Workflow("fail")
            let bad = graph.add(Work.job, Job("bad", seconds: 5, failures: Job.always))
            let slow = graph.add(Work.job, Job("slow", seconds: 100))
            let edges: [any WorkflowStepReference] = [bad.when(.onSuccess, onParentFailure: .fail), slow]
            let join = graph.add(Work.job, "join", following: edges)
            let upper = graph.add(Work.job, "upper", following: join.when(.onSuccess, onParentFailure: .fail))
            let repair = graph.add(Work.job, "repair", following: upper.when(.onFailure))
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[repair]) == "repair")
            #expect(stage.elapsed == .seconds(5))
            for step in [join, upper] {
                let ticker = try #require(try await scheduler.status(of: run[step]))
                #expect(ticker.status == .failed && ticker.attempts == 0)
                #expect(ticker.failure?.kind == .parentFailed && ticker.failure?.ticker == run[bad].id)
                #expect(ticker.failure?.message == "bad is broken")
            }
            #expect(stage.journal.lines.sorted() == ["bad", "repair", "slow"])
            #expect(try await stage.status(run[slow]) == .running)
        }
    }

    @Test("B16 A failure can be ignored, and the join still reads its reason; so it can for a skipped parent")
    func ignore() async {
        await play { scheduler, stage in
            var graph = Workflow("ignore")
            let bad = graph.add(Work.job, Job("bad", seconds: 5, failures: Job.always))
            let skipped = graph.add(Work.job, "skipped", following: bad)
            let good = graph.add(Work.job, Job("good", seconds: 20))
            let edges: [any WorkflowStepReference] = [bad.when(.onCompletion), skipped.when(.always), good]
            let join = graph.add(Work.join, following: edges)
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[join]) == "bad is broken, 1 skipped, [good]")
            #expect(try await stage.started(run[join]) == .seconds(20))
            #expect(try await scheduler.workflow(run)?.status == .recovered)
        } register: { functions, _ in
            functions.register(Work.join) { context in
                let parents = try await context.parents()
                let reasons = parents.failures.values.joined()
                let outputs = try parents.outputs(of: Work.job).joined(separator: ", ")
                return "\(reasons), \(parents.counts.skipped) skipped, [\(outputs)]"
            }
        }
    }

    @Test("B17 An edge can be one that its parent's failure simply drops: the join goes on with the others")
    func drop() async {
        await play { scheduler, stage in
            var graph = Workflow("drop")
            let bad = graph.add(Work.job, Job("bad", seconds: 5, failures: Job.always))
            let good = graph.add(Work.job, Job("good", seconds: 20))
            let join = graph.add(Work.job, "join", following: [bad.when(.onCompletion), good.edge])
            let next = graph.add(Work.job, "next", following: join)
            let run = try await scheduler.schedule(graph)
            #expect(try await scheduler.output(of: run[next]) == "next")
            let ticker = try #require(try await scheduler.status(of: run[join]))
            #expect(ticker.startedAt == stage.instant(20))
            #expect(ticker.failure == nil && ticker.reason == nil)
        }
    }
}
