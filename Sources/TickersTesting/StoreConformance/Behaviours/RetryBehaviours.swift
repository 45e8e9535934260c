import Tickers

extension StoreBehaviour {
    /// Running tickers and workflows again by hand.
    static let retries: [StoreBehaviour] = single + below + whole

    private static let single: [StoreBehaviour] = [
        StoreBehaviour("what is open or succeeded is not retried, and the answer says how it stands") { stage in
            let ids = try await stage.add([
                PlannedStep("Pending"), PlannedStep("Waiting", after: [.step(0)]),
                PlannedStep("Scheduled", due: .after(.seconds(9))), PlannedStep("Running"), PlannedStep("Done"),
            ])
            try await stage.complete("Done")
            let run = try await stage.start("Running")
            let before = try await stage.everything()
            let statuses: [TickerStatus] = [.pending, .waiting, .scheduled, .running, .succeeded]
            for (id, status) in zip(ids, statuses) {
                try expect("the answer", await stage.retry(id), is: .refused(status))
            }
            try expect("the tickers", await stage.everything(), is: before)
            try await stage.succeed(run)
        },
        StoreBehaviour("what is between attempts runs at once, and no attempt is granted") { stage in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(60)))
            let id = try await stage.add("Work", retry).id
            try await stage.fail(stage.start("Work"))
            try await stage.advance()
            try expect("the answer", await stage.retry(id), is: .retried)
            let ticker = try await stage.ticker(id)
            try expect("the status", ticker.status, is: .pending)
            try expect("the due time", ticker.due, is: stage.time)
            try expect("the attempts", [ticker.attempts, ticker.maxAttempts], is: [1, 3])
            try expect("the next attempt", await stage.start("Work").attempt, is: 2)
        },
        StoreBehaviour("what has failed gets one more attempt when they are used up") { stage in
            let id = try await stage.add("Work", TickerOptions(retry: .fixed(maxAttempts: 2, every: .zero))).id
            try await stage.fail(stage.start("Work"))
            try await stage.fail(stage.start("Work"))
            for attempt in 3...4 {
                try await stage.advance()
                try expect("the answer", await stage.retry(id), is: .retried)
                let ticker = try await stage.ticker(id)
                try expect("the status", ticker.status, is: .pending)
                try expect("the end and its reason", [ticker.endedAt == nil, ticker.reason == nil], is: [true, true])
                try expect("the attempts it may make", ticker.maxAttempts, is: attempt)
                let run = try await stage.start("Work")
                try expect("the attempt", run.attempt, is: attempt)
                try expect("the answer to its failure", await stage.fail(run), is: .ended(.failed))
            }
            let other = try await stage.add("Other", TickerOptions(retry: .fixed(maxAttempts: 5, every: .zero))).id
            try await stage.breakDown("Other")
            try await stage.retry(other)
            try expect("the attempts of one that has some left", await stage.ticker(other).maxAttempts, is: 5)
        },
        StoreBehaviour("what was cancelled or skipped runs, though its parents say no") { stage in
            let ids = try await stage.add([
                PlannedStep("Root"), PlannedStep("Skipped", after: [.step(0)]),
                PlannedStep("Cancelled", after: [.step(0, .onFailure)]),
            ])
            try await stage.cancel(ids[2])
            try await stage.breakDown("Root")
            for (id, name) in [(ids[1], "Skipped"), (ids[2], "Cancelled")] {
                try expect("the answer", await stage.retry(id), is: .retried)
                try await stage.complete(name)
                try await stage.check(id, ended: .succeeded, nil, name)
            }
            try await stage.check(ids[0], is: .failed, "the root")
        },
        StoreBehaviour("a retried ticker has what it made of its attempts in its history") { stage in
            let id = try await stage.add("Work").id
            let start = stage.time
            let run = try await stage.start("Work")
            try await stage.advance()
            try await stage.fail(run)
            try await stage.advance()
            try await stage.retry(id)
            let first = TickerAttempt(
                number: 1,
                startedAt: start,
                endedAt: start.advanced(by: .seconds(1)),
                outcome: .failed(run.failure())
            )
            try expect("the history", await stage.ticker(id).history, is: [first])
            try await stage.complete("Work")
            let second = TickerAttempt(number: 2, startedAt: stage.time, endedAt: stage.time, outcome: .succeeded)
            try expect("the history in the end", await stage.ticker(id).history, is: [first, second])
        },
    ]

    private static let below: [StoreBehaviour] = [
        StoreBehaviour("everything below a retried ticker waits again and is judged anew") { stage in
            let ids = try await stage.add([
                PlannedStep("Root"), PlannedStep("Next", after: [.step(0)]),
                PlannedStep("Last", after: [.step(1)]), PlannedStep("Alarm", after: [.step(0, .onFailure)]),
            ])
            try await stage.breakDown("Root")
            try await stage.complete("Alarm")
            try await stage.advance()
            try await stage.retry(ids[0])
            try expect("the statuses", await stage.statuses(ids), is: [.pending, .waiting, .waiting, .waiting])
            for id in ids[1...] {
                let ticker = try await stage.ticker(id)
                try expect("its end", ticker.endedAt, is: nil)
                try expect("its reason", ticker.reason, is: nil)
                try expect("its attempts", ticker.attempts, is: 0)
            }
            try expect("the history of what had run", await stage.ticker(ids[3]).history.count, is: 1)
            try await stage.complete("Root")
            try expect("the statuses then", await stage.statuses(ids), is: [.succeeded, .pending, .waiting, .skipped])
            try await stage.complete("Next")
            try await stage.complete("Last")
            try expect("the end", await stage.workflow(of: ids[0]).endedAt, is: stage.time)
        },
        StoreBehaviour("a join below a retried ticker keeps what its other parents have said") { stage in
            let ids = try await stage.add([
                PlannedStep("A"), PlannedStep("B"), PlannedStep("Join", after: [.step(0), .step(1)]),
            ])
            try await stage.complete("A")
            try await stage.breakDown("B")
            try await stage.check(ids[2], is: .skipped, "the join")
            try await stage.retry(ids[1])
            try await stage.check(ids[2], is: .waiting, "the join, armed")
            try await stage.complete("B")
            try await stage.check(ids[2], is: .pending, "the join after both")
        },
        StoreBehaviour("a ticker with a running one below it is not retried") { stage in
            let ids = try await stage.add([
                PlannedStep("Root"), PlannedStep("Middle", after: [.step(0, .onFailure)]),
                PlannedStep("Below", after: [.step(1)]),
            ])
            try await stage.breakDown("Root")
            try await stage.complete("Middle")
            let run = try await stage.start("Below")
            let before = try await stage.everything()
            try expect("the answer", await stage.retry(ids[0]), is: .descendantRunning)
            try expect("the tickers", await stage.everything(), is: before)
            try await stage.succeed(run)
            try expect("the answer afterwards", await stage.retry(ids[0]), is: .retried)
        },
        StoreBehaviour("children beside a retried ticker run beside it once more") { stage in
            let ids = try await stage.add([PlannedStep("Root"), PlannedStep("Beside", after: [.step(0, .inProgress)])])
            try await stage.breakDown("Root")
            try await stage.complete("Beside")
            try await stage.retry(ids[0])
            try await stage.check(ids[1], is: .waiting, "the child")
            let run = try await stage.start("Root")
            try await stage.complete("Beside")
            try await stage.succeed(run)
            try expect("the statuses", await stage.statuses(ids), is: [.succeeded, .succeeded])
        },
    ]

    private static let whole: [StoreBehaviour] = [
        StoreBehaviour("a workflow is retried from where it failed, and what succeeded is kept") { stage in
            let ids = try await stage.add([
                PlannedStep("Done"), PlannedStep("Failed", after: [.step(0)]),
                PlannedStep("Below", after: [.step(1)]), PlannedStep("Cancelled"),
                PlannedStep("Below it", after: [.step(3)]), PlannedStep("Open", due: .after(.seconds(60))),
            ])
            try await stage.complete("Done")
            try await stage.breakDown("Failed")
            try await stage.cancel(ids[3])
            let before = try await stage.ticker(ids[0])
            let workflow = WorkflowID(first: ids[0])
            try expect("how many", await stage.store.retryWorkflow(workflow, now: stage.time), is: 2)
            let statuses: [TickerStatus] = [.succeeded, .pending, .waiting, .pending, .waiting, .scheduled]
            try expect("the statuses", await stage.statuses(ids), is: statuses)
            try expect("what was done", await stage.ticker(ids[0]), is: before)
            try expect("how many at once again", await stage.store.retryWorkflow(workflow, now: stage.time), is: 0)
        },
        StoreBehaviour("of a failed ticker and a failed one below it only the upper is retried") { stage in
            let ids = try await stage.add([
                PlannedStep("Upper"), PlannedStep("Lower", after: [.step(0, .onFailure)]),
            ])
            try await stage.breakDown("Upper")
            try await stage.breakDown("Lower")
            let workflow = WorkflowID(first: ids[0])
            try expect("how many", await stage.store.retryWorkflow(workflow, now: stage.time), is: 1)
            try expect("the statuses", await stage.statuses(ids), is: [.pending, .waiting])
        },
        StoreBehaviour("a workflow that succeeded is left alone") { stage in
            let id = try await stage.add("Work").id
            try await stage.complete("Work")
            let before = try await stage.everything()
            let retried = try await stage.store.retryWorkflow(WorkflowID(first: id), now: stage.time)
            try expect("how many", retried, is: 0)
            try expect("the tickers", await stage.everything(), is: before)
        },
    ]
}
