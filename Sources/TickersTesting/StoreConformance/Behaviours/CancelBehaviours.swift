import Tickers

extension StoreBehaviour {
    /// Cancelling tickers, workflows and parents.
    static let cancels: [StoreBehaviour] = single + whole + parents

    private static let single: [StoreBehaviour] = [
        StoreBehaviour("what has not started is cancelled at once, whatever it waits for") { stage in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(9)))
            let ids = try await stage.add([
                PlannedStep("Pending"), PlannedStep("Waiting", after: [.step(0)]),
                PlannedStep("Scheduled", due: .after(.seconds(9))), PlannedStep("Retrying", options: retry),
            ])
            try await stage.fail(stage.start("Retrying"))
            try await stage.advance()
            for id in [ids[1], ids[0], ids[2], ids[3]] {
                try expect("the answer", await stage.cancel(id), is: .cancelled)
                let name = try await stage.ticker(id).function
                try await stage.check(id, ended: .cancelled, .byRequest, at: stage.time, name)
            }
            try await stage.advance(.seconds(20))
            try expect("what is claimed afterwards", await stage.claimed(), is: [])
            try expect("the end of the workflow", await stage.workflow(of: ids[0]).endedAt != nil, is: true)
        },
        StoreBehaviour("what has ended is not cancelled") { stage in
            let ids = try await stage.add([
                PlannedStep("Done"), PlannedStep("Failed"), PlannedStep("Cancelled"),
                PlannedStep("Skipped", after: [.step(1)]),
            ])
            try await stage.complete("Done")
            try await stage.breakDown("Failed")
            try await stage.cancel(ids[2])
            let before = try await stage.everything()
            try await stage.advance()
            for id in ids { try expect("the answer", await stage.cancel(id), is: .alreadyEnded) }
            try expect("the tickers", await stage.everything(), is: before)
        },
        StoreBehaviour("what runs is asked to stop, and ends cancelled however it does not return") { stage in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 3, every: .zero))
            for kind in ["failure", "snooze", "interruption"] {
                let id = try await stage.add("Work", retry).id
                let run = try await stage.start("Work")
                try await stage.advance()
                try expect("the first answer", await stage.cancel(id), is: .requested)
                try expect("the second answer", await stage.cancel(id), is: .requested)
                try await stage.check(id, is: .running, "the ticker that was asked to stop")
                try await stage.advance()
                var outcome = AttemptOutcome.failed(run.failure(), .byPolicy)
                if kind == "snooze" { outcome = .snoozed(.seconds(1)) }
                if kind == "interruption" { outcome = .interrupted }
                try expect("the answer to its \(kind)", await stage.finish(run, outcome), is: .ended(.cancelled))
                try await stage.check(id, ended: .cancelled, .byRequest, at: stage.time, "the ticker after a \(kind)")
            }
        },
        StoreBehaviour("what returns although it was asked to stop has succeeded") { stage in
            let ids = try await stage.add([
                PlannedStep("Work"), PlannedStep("Next", after: [.step(0)]),
                PlannedStep("Cleanup", after: [.step(0, .onCancelled)]),
            ])
            let run = try await stage.start("Work")
            try await stage.cancel(ids[0])
            try expect("the answer", await stage.succeed(run), is: .ended(.succeeded))
            try expect("the statuses", await stage.statuses(ids), is: [.succeeded, .pending, .skipped])
            try await stage.check(ids[0], ended: .succeeded, nil, "the ticker")
        },
    ]

    private static let whole: [StoreBehaviour] = [
        StoreBehaviour("cancelling a workflow answers for what has not ended, in the order of its tickers") { stage in
            let ids = try await stage.add([
                PlannedStep("Done"), PlannedStep("Running", after: [.step(0)]),
                PlannedStep("Waiting", after: [.step(1)]), PlannedStep("Scheduled", due: .after(.seconds(5))),
                PlannedStep("Cleanup", after: [.step(3, .onCancelled)]),
            ])
            try await stage.complete("Done")
            let run = try await stage.start("Running")
            try await stage.advance()
            let workflow = WorkflowID(first: ids[0])
            let results = try await stage.store.cancelWorkflow(workflow, now: stage.time)
            try expect("the answers", results, is: [.requested, .cancelled, .cancelled, .cancelled])
            let statuses: [TickerStatus] = [.succeeded, .running, .cancelled, .cancelled, .cancelled]
            try expect("the statuses", await stage.statuses(ids), is: statuses)
            try await stage.check(ids[4], ended: .cancelled, .byRequest, at: stage.time, "the branch on cancellation")
            try await stage.fail(run)
            try await stage.check(ids[1], ended: .cancelled, .byRequest, "what ran")
            let again = try await stage.store.cancelWorkflow(workflow, now: stage.time)
            try expect("the answers afterwards", again, is: [])
        },
        StoreBehaviour("handlers of a workflow that is being cancelled add nothing more") { stage in
            let ids = try await stage.add([PlannedStep("Work"), PlannedStep("Beside", after: [.step(0)])])
            let run = try await stage.start("Work")
            _ = try await stage.store.cancelWorkflow(WorkflowID(first: ids[0]), now: stage.time)
            let child = [PlannedStep("Child", after: [.stored(ids[0], .always)])]
            try await stage.expectRefused(.attemptEnded, "a handler's add") { try await $0.add(child, addedBy: run) }
            try await stage.fail(run)
            let late = [PlannedStep("Late", after: [.stored(ids[0], .onCancelled)])]
            try await stage.check(stage.add(late)[0], is: .pending, "what is added from outside afterwards")
        },
    ]

    private static let parents: [StoreBehaviour] = [
        StoreBehaviour("a handler cancels its parents that have not started, or all that have not ended") { stage in
            for includingStarted in [false, true] {
                let names = ["A", "B", "C", "D"]
                let parents: [PlannedParent] = [.step(3), .step(2), .step(1), .step(0), .step(1, .onFailure)]
                let child = PlannedStep("Child", after: parents, join: .any)
                let ids = try await stage.add(names.map { PlannedStep($0) } + [child])
                let running = try await stage.start("B")
                try await stage.complete("A")
                let run = try await stage.start("Child")
                let results = try await stage.store.cancelParents(
                    of: run.lease,
                    includingStarted: includingStarted,
                    now: stage.time
                )
                let expected: [CancelResult] =
                    includingStarted ? [.cancelled, .cancelled, .requested] : [.cancelled, .cancelled]
                try expect("the answers", results, is: expected)
                try await stage.fail(running, .never)
                let statuses: [TickerStatus] = [.succeeded, includingStarted ? .cancelled : .failed]
                try expect("the started", await stage.statuses([ids[0], ids[1]]), is: statuses)
                try expect("the others", await stage.statuses([ids[2], ids[3]]), is: [.cancelled, .cancelled])
                try await stage.check(ids[2], ended: .cancelled, .byRequest, "a parent")
                try await stage.succeed(run)
            }
        },
        StoreBehaviour("a handler whose attempt is over cancels no parents") { stage in
            let ids = try await stage.add([PlannedStep("A"), PlannedStep("B", after: [.step(0, .inProgress)])])
            let parent = try await stage.start("A")
            let run = try await stage.start("B")
            try await stage.finish(run, .interrupted)
            try await stage.expectRefused(.attemptEnded, "cancelParents under an old lease") { stage in
                _ = try await stage.store.cancelParents(of: run.lease, includingStarted: true, now: stage.time)
            }
            try await stage.succeed(parent)
            try await stage.check(ids[0], is: .succeeded, "the parent")
        },
    ]
}
