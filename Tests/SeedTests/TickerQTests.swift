import Testing
import Tickers
import TickersTesting

@Suite("TickerQ: chains")
struct TickerQTests {
    @Test("T1 A fluent chain of a root and two children, each with function, condition and time; one call adds it")
    func fluent() async {
        await play { scheduler, stage in
            let workflow = Workflow.begin(with: Work.job, "ValidateOrder", due: .at(stage.instant(10)))
                .child(Work.job, "ProcessPayment", when: .onSuccess, due: .at(stage.instant(60)))
                .child(Work.note, "SendConfirmation", when: .onCompletion, due: .at(stage.instant(120)))
                .build()
            let run = try await scheduler.schedule(workflow)
            let stored = try #require(try await scheduler.workflow(run))
            #expect(stored.tickers.map(\.function) == ["Job", "Job", "Note"])
            #expect(stored.tickers.map { $0.parents.map(\.condition) } == [[], [.onSuccess], [.onCompletion]])
            #expect(stored.tickers.map(\.status) == [.scheduled, .waiting, .waiting])
            #expect(try await scheduler.ended(run).status == .succeeded)
            for (name, second) in [("ValidateOrder", 10), ("ProcessPayment", 60), ("SendConfirmation", 120)] {
                #expect(stage.journal.times(of: name) == [.seconds(second)])
            }
        }
    }

    @Test("T1 Children have retries, priority and queue of their own, and one that retries holds no worker")
    func ownOptions() async {
        await play(options: SchedulerOptions(maxConcurrent: 1)) { scheduler, stage in
            let retry = TickerOptions(
                queue: "flaky",
                priority: .critical,
                retry: .fixed(maxAttempts: 2, every: .seconds(60))
            )
            let workflow = Workflow.begin(with: Work.job, "root")
                .child(Work.job, "low", options: TickerOptions(priority: .low))
                .child(Work.job, Job("flaky", failures: 1), options: retry)
                .child(Work.job, "high", options: TickerOptions(priority: .high))
                .build()
            let summary = try await scheduler.ended(scheduler.schedule(workflow))
            #expect(stage.journal.lines == ["root", "flaky", "high", "low", "flaky"])
            #expect(stage.journal.times(of: "flaky") == [.zero, .seconds(60)])
            #expect(stage.journal.times(of: "low") == [.zero])
            #expect(summary.tickers.map(\.attempts) == [1, 1, 2, 1])
            #expect(summary.tickers.map(\.queue) == ["default", "default", "flaky", "default"])
        }
    }

    @Test("T2 Condition and time: not before the one nor before the other, and time alone is never enough")
    func conditionAndTime() async {
        await play { scheduler, stage in
            let late = stage.instant(100)
            let workflow = Workflow.begin(with: Work.job, Job("root", seconds: 50))
                .child(Work.job, "time passed long ago", due: .at(stage.instant(10)))
                .child(Work.job, "time comes later", due: .at(late))
                .child(Work.job, "delay counts from the release", due: .after(.seconds(20)))
                .child(Work.job, "both", due: .at(late).after(.seconds(70)))
                .child(Work.job, "condition never comes", when: .onFailure, due: .at(stage.instant(10)))
                .build()
            let run = try await scheduler.schedule(workflow)
            try await stage.go(to: 49)
            #expect(stage.journal.lines == ["root"])
            _ = try await scheduler.ended(run)
            #expect(stage.journal.times(of: "time passed long ago") == [.seconds(50)])
            #expect(stage.journal.times(of: "time comes later") == [.seconds(100)])
            #expect(stage.journal.times(of: "delay counts from the release") == [.seconds(70)])
            #expect(stage.journal.times(of: "both") == [.seconds(120)])
            #expect(try await stage.status(run.tickers[5]) == .skipped)
        }
    }

    @Test("T3 Siblings and true chains are both expressible, and differ when a step fails")
    func siblingsAndChains() async {
        await play { scheduler, stage in
            let pay = Job("pay", seconds: 10, failures: Job.always)
            let siblings = Workflow.begin(with: Work.job, "validate").child(Work.job, pay).child(Work.job, "mail")
            let chain = Workflow.begin(with: Work.job, "validate").then(Work.job, pay).then(Work.job, "mail")
            let beside = try await scheduler.ended(scheduler.schedule(siblings.build()))
            #expect(beside.tickers.map(\.status) == [.succeeded, .failed, .succeeded])
            #expect(beside.tickers[2].parents.map(\.id) == [beside.tickers[0].id])
            #expect(stage.journal.times(of: "mail") == [.zero])
            let after = try await scheduler.ended(scheduler.schedule(chain.build()))
            #expect(after.tickers.map(\.status) == [.succeeded, .failed, .skipped])
            #expect(after.tickers[2].parents.map(\.id) == [after.tickers[1].id])
            #expect(stage.journal.times(of: "mail") == [.zero])
        }
    }

    @Test("T3 There is no bound on siblings and levels: twenty chains of twenty below one root all run")
    func wideAndDeep() async {
        await play(options: SchedulerOptions(maxConcurrent: 32)) { scheduler, stage in
            var workflow = Workflow.begin(with: Work.job, "root")
            for branch in 0..<20 {
                workflow = workflow.child(Work.job, Job("\(branch).0", seconds: 1)) { first in
                    var chain = first
                    for level in 1..<20 { chain = chain.then(Work.job, Job("\(branch).\(level)", seconds: 1)) }
                    return chain
                }
            }
            let summary = try await scheduler.ended(scheduler.schedule(workflow.build()))
            #expect(summary.status == .succeeded && summary.tickers.count == 401)
            #expect(Set(stage.journal.lines).count == 401)
            for level in 0..<20 { #expect(stage.journal.times(of: "7.\(level)") == [.seconds(level)]) }
        }
    }

    @Test("T9 Every run condition, for every end of the parent")
    func conditions() async {
        let table: [(RunCondition, Set<ParentEnd>)] = [
            (.onSuccess, [.succeeded]),
            (.onFailure, [.failed]),
            (.onCancelled, [.cancelledRunning, .cancelledBefore]),
            (.onFailureOrCancelled, [.failed, .cancelledRunning, .cancelledBefore]),
            (.onCompletion, [.succeeded, .failed, .cancelledRunning, .cancelledBefore]),
            (.always, [.succeeded, .failed, .cancelledRunning, .cancelledBefore, .skipped]),
            (.inProgress, [.succeeded, .failed, .cancelledRunning]),
        ]
        #expect(table.map(\.0) == RunCondition.allCases)
        for end in ParentEnd.allCases {
            await play { scheduler, stage in
                let run = try await scheduler.schedule(end.workflow(conditions: table.map(\.0)))
                try await stage.go(to: 5)
                if end == .cancelledBefore { try await scheduler.cancel(run.tickers[1]) }
                try await stage.go(to: 15)
                if end == .cancelledRunning { try await scheduler.cancel(run.tickers[1]) }
                let summary = try await scheduler.ended(run)
                #expect(summary.tickers[1].status == end.status)
                for (position, (condition, ends)) in table.enumerated() {
                    let expected: TickerStatus = ends.contains(end) ? .succeeded : .skipped
                    #expect(summary.tickers[position + 2].status == expected, "\(condition) after \(end)")
                    #expect(stage.journal.lines.contains("\(condition)") == ends.contains(end))
                }
            }
        }
    }

    private enum ParentEnd: CaseIterable {
        case succeeded, failed, cancelledRunning, cancelledBefore, skipped

        var status: TickerStatus {
            switch self {
            case .succeeded: .succeeded
            case .failed: .failed
            case .cancelledRunning, .cancelledBefore: .cancelled
            case .skipped: .skipped
            }
        }

        /// A root, the parent that is due at 10 and runs until 20, and one child per condition.
        func workflow(conditions: [RunCondition]) -> Workflow {
            var graph = Workflow("\(self)")
            let root = graph.add(Work.job, "root")
            let job = Job("parent", seconds: 10, failures: self == .failed ? Job.always : 0)
            let edge = root.when(self == .skipped ? .onFailure : .onSuccess)
            let parent = graph.add(Work.job, job, following: edge, due: .after(.seconds(10)))
            for condition in conditions { graph.add(Work.job, Job("\(condition)"), following: parent.when(condition)) }
            return graph
        }
    }

    @Test("T10 A skip cascades: children that cannot run any more are skipped with all below, the others run")
    func skips() async {
        await play { scheduler, _ in
            let workflow = Workflow.begin(with: Work.job, Job("root", failures: Job.always))
                .child(Work.job, "a") {
                    $0.then(Work.job, "b").then(Work.job, "c").child(Work.note, "d", when: .always)
                }
                .onFailure(Work.alarm) { $0.then(Work.job, "repaired") }
                .build()
            let run = try await scheduler.schedule(workflow)
            let tickers = try await scheduler.ended(run).tickers
            let statuses: [TickerStatus] = [.failed, .skipped, .skipped, .skipped, .succeeded, .succeeded, .succeeded]
            #expect(tickers.map(\.status) == statuses)
            let reasons: [EndReason] = [
                .parentFailed(tickers[0].id), .parentSkipped(tickers[1].id), .parentSkipped(tickers[2].id),
            ]
            #expect(tickers[1...3].map(\.reason) == reasons)
            #expect(tickers[1...3].allSatisfy { $0.endedAt == tickers[0].endedAt })
        }
    }

    @Test("T11 Children that run beside their parent do so at any depth")
    func inProgressAtDepth() async {
        await play { scheduler, stage in
            let workflow = Workflow.begin(with: Work.job, Job("0", seconds: 100))
                .inProgress(Work.job, Job("1", seconds: 100)) { first in
                    first.inProgress(Work.job, Job("2", seconds: 100)) { second in
                        second.inProgress(Work.job, Job("3", seconds: 100), due: .after(.seconds(10))) { third in
                            third.then(Work.job, Job("4", seconds: 100)).inProgress(Work.job, "5")
                        }
                    }
                }
                .build()
            let run = try await scheduler.schedule(workflow)
            try await stage.go(to: 10)
            #expect(try await stage.statuses(run)?.prefix(4) == [.running, .running, .running, .running])
            _ = try await scheduler.ended(run)
            let starts = (0...5).flatMap { stage.journal.times(of: "\($0)") }
            #expect(starts == [.zero, .zero, .zero, .seconds(10), .seconds(110), .seconds(110)])
        }
    }
}
