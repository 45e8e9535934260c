import Tickers

extension StoreBehaviour {
    /// Expiries, deadlines, and what a failure does to the others of its workflow.
    static let limits: [StoreBehaviour] = expiries + deadlines + failurePolicies

    private static let expiries: [StoreBehaviour] = [
        StoreBehaviour("what has not started by its expiry ends skipped, whatever it waits for") { stage in
            let expiry = TickerOptions(expiry: .at(stage.instant(10)))
            let ids = try await stage.add([
                PlannedStep("Pending", options: expiry), PlannedStep("Waiting", after: [.step(0)], options: expiry),
                PlannedStep("Scheduled", due: .after(.seconds(60)), options: expiry),
                PlannedStep("Below", after: [.step(2, .always)]),
            ])
            try await stage.advance(.seconds(10) - .microseconds(1))
            _ = try await stage.claiming(limit: 0)
            try expect(
                "the statuses before",
                await stage.statuses(ids),
                is: [.pending, .waiting, .scheduled, .waiting]
            )
            try await stage.advance(.microseconds(1))
            try expect("what is claimed", await stage.claimed(), is: ["Below"])
            for id in ids[..<3] {
                let name = try await stage.ticker(id).function
                try await stage.check(id, ended: .skipped, .expired, at: stage.time, name)
            }
        },
        StoreBehaviour("an expiry after the due time does not run while parents are undecided") { stage in
            let expiry = TickerOptions(expiry: .afterDue(.seconds(5)))
            let ids = try await stage.add([
                PlannedStep("Parent", due: .after(.seconds(60))),
                PlannedStep("Child", after: [.step(0)], options: expiry),
                PlannedStep("Later", due: .after(.seconds(58)), options: expiry),
            ])
            try await stage.advance(.seconds(60))
            try await stage.complete("Parent")
            try await stage.advance(.seconds(4))
            _ = try await stage.claiming(limit: 0)
            try await stage.check(ids[1], is: .pending, "the child within its time")
            try await stage.check(ids[2], ended: .skipped, .expired, at: stage.time, "the one due earlier")
            try await stage.advance()
            try expect("what is claimed", await stage.claimed(), is: [])
            try await stage.check(ids[1], ended: .skipped, .expired, at: stage.time, "the child")
        },
        StoreBehaviour("only the first start counts for an expiry") { stage in
            let expiry = TickerExpiry.at(stage.instant(5))
            let options = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(9)), expiry: expiry)
            let id = try await stage.add("Work", options).id
            let snoozed = try await stage.add("Snoozed", TickerOptions(expiry: expiry)).id
            try await stage.fail(stage.start("Work"))
            try await stage.finish(stage.start("Snoozed"), .snoozed(.seconds(9)))
            try await stage.advance(.seconds(9))
            try expect("what is claimed", Set(await stage.claimed()), is: ["Work", "Snoozed"])
            try expect("the statuses", await stage.statuses([id, snoozed]), is: [.running, .running])
        },
        StoreBehaviour("what is retried by hand runs in spite of its expiry") { stage in
            let id = try await stage.add("Work", TickerOptions(expiry: .at(stage.instant(1)))).id
            try await stage.advance(.seconds(2))
            try expect("what is claimed", await stage.claimed(), is: [])
            try expect("the answer", await stage.retry(id), is: .retried)
            try await stage.advance(.seconds(60))
            try await stage.complete("Work")
            try await stage.check(id, ended: .succeeded, nil, "the ticker")
        },
        StoreBehaviour("a claim says when the next ticker expires or workflow reaches its deadline") { stage in
            try expect("the next of none", await stage.claiming().nextLimit, is: nil)
            let expiry = TickerOptions(expiry: .at(stage.instant(30)))
            let id = try await stage.add("Work", due: .after(.seconds(99)), expiry).id
            let options = WorkflowOptions(deadline: .after(.seconds(60)))
            try await stage.add([PlannedStep("Other", due: .after(.seconds(99)))], options: options)
            try expect("the expiry", await stage.claiming().nextLimit, is: stage.instant(30))
            try await stage.cancel(id)
            try await stage.advance(.seconds(30))
            try expect("the deadline", await stage.claiming().nextLimit, is: stage.instant(30))
            try await stage.advance(.seconds(30))
            try expect("the next when all have passed", await stage.claiming().nextLimit, is: nil)
        },
    ]

    private static let deadlines: [StoreBehaviour] = [
        StoreBehaviour("what has not ended by the deadline of its workflow is cancelled, or asked to stop") { stage in
            let deadlines: [WorkflowOptions.Deadline] = [.after(.seconds(10)), .at(stage.instant(10))]
            var workflows: [[TickerID]] = []
            for deadline in deadlines {
                let ids = try await stage.add(
                    [
                        PlannedStep("Done"), PlannedStep("Running"), PlannedStep("Waiting", after: [.step(1)]),
                        PlannedStep("Cleanup", after: [.step(1, .onCancelled)]),
                    ],
                    options: WorkflowOptions(deadline: deadline)
                )
                try await stage.complete("Done")
                try expect("the deadline", await stage.workflow(of: ids[0]).deadline, is: stage.instant(10))
                workflows.append(ids)
            }
            let runs = try await stage.claim("Running")
            try await stage.advance(.seconds(10) - .microseconds(1))
            _ = try await stage.claiming(limit: 0)
            try await stage.check(workflows[0][2], is: .waiting, "what waits, before the deadline")
            try await stage.advance(.microseconds(1))
            _ = try await stage.claiming(limit: 0)
            for (ids, run) in zip(workflows, runs) {
                let expected: [TickerStatus] = [.succeeded, .running, .cancelled, .cancelled]
                try expect("the statuses", await stage.statuses(ids), is: expected)
                try await stage.check(ids[2], ended: .cancelled, .workflowDeadline, at: stage.time, "what waited")
                try expect("the answer to what ran", await stage.fail(run), is: .ended(.cancelled))
                try await stage.check(ids[1], ended: .cancelled, .workflowDeadline, "what ran")
            }
        },
        StoreBehaviour("a workflow that has ended by its deadline is left alone") { stage in
            let options = WorkflowOptions(deadline: .after(.seconds(10)))
            let id = try await stage.add([PlannedStep("Work")], options: options)[0]
            try await stage.complete("Work")
            let before = try await stage.everything()
            try await stage.advance(.seconds(20))
            _ = try await stage.claiming(limit: 0)
            try expect("the tickers", await stage.everything(), is: before)
            try expect("the deadline", await stage.workflow(of: id).deadline, is: stage.instant(-10))
        },
        StoreBehaviour("what joins a workflow later comes under its deadline, and brings none of its own") { stage in
            let id = try await stage.add(
                [PlannedStep("Work")],
                options: WorkflowOptions(deadline: .after(.seconds(10)))
            )[0]
            let late = PlannedStep("Late", after: [.stored(id)], due: .after(.seconds(60)))
            let child = try await stage.add([late], options: WorkflowOptions(deadline: .after(.seconds(99))))[0]
            try expect("the deadline", await stage.workflow(of: id).deadline, is: stage.instant(10))
            try await stage.complete("Work")
            try await stage.advance(.seconds(10))
            _ = try await stage.claiming(limit: 0)
            try await stage.check(child, ended: .cancelled, .workflowDeadline, at: stage.time, "what joined")
        },
    ]

    private static let failurePolicies: [StoreBehaviour] = [
        failurePolicy(.letRun, "a failure leaves the others alone", [.running, .pending, .waiting]),
        failurePolicy(.cancelUnstarted, "a failure cancels what has not started", [.running, .cancelled, .cancelled]),
        failurePolicy(
            .cancelAll,
            "a failure cancels what has not started and asks the rest to stop",
            [.cancelled, .cancelled, .cancelled]
        ),
        StoreBehaviour("a failure that is passed on stops the workflow of its child") { stage in
            let policy = WorkflowOptions(onFailure: .cancelUnstarted)
            let steps = [
                PlannedStep("Parent"), PlannedStep("Child", after: [.step(0, policy: .fail)]), PlannedStep("Other"),
            ]
            let ids = try await stage.add(steps, options: policy)
            try await stage.breakDown("Parent")
            try expect("the statuses", await stage.statuses(ids), is: [.failed, .failed, .cancelled])
        },
    ]

    /// What a policy makes of a running ticker, of one that is due and of one that waits for the running one.
    private static func failurePolicy(
        _ policy: WorkflowOptions.FailurePolicy,
        _ sentence: String,
        _ expected: [TickerStatus]
    ) -> StoreBehaviour {
        StoreBehaviour("under \(policy.rawValue) \(sentence), and what is below it is judged by its conditions") {
            stage in
            let ids = try await stage.add(
                [
                    PlannedStep("Running"), PlannedStep("Pending"), PlannedStep("Waiting", after: [.step(0)]),
                    PlannedStep("Failing"), PlannedStep("Alarm", after: [.step(3, .onFailure)]),
                    PlannedStep("After", after: [.step(4)]), PlannedStep("Next", after: [.step(3)]),
                ],
                options: WorkflowOptions(onFailure: policy)
            )
            let run = try await stage.start("Running")
            let failing = try await stage.start("Failing")
            try await stage.advance()
            try await stage.fail(failing)
            let below: [TickerStatus] = [.failed, .pending, .waiting, .skipped]
            try expect("what is below the failure", await stage.statuses(Array(ids[3...])), is: below)
            for (id, status) in zip(ids[1...2], expected[1...]) where status == .cancelled {
                try await stage.check(
                    id,
                    ended: .cancelled,
                    .workflowFailed(ids[3]),
                    at: stage.time,
                    "what had not started"
                )
            }
            try await stage.check(ids[0], is: .running, "what runs")
            try expect("the others", await stage.statuses(Array(ids[1...2])), is: Array(expected[1...]))
            let isStopped = expected[0] == .cancelled
            try expect("the answer to what ran", await stage.fail(run), is: .ended(isStopped ? .cancelled : .failed))
            let reason: EndReason? = isStopped ? .workflowFailed(ids[3]) : nil
            try await stage.check(ids[0], ended: isStopped ? .cancelled : .failed, reason, "what ran")
        }
    }
}
