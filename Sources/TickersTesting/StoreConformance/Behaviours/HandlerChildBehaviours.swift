import Tickers

extension StoreBehaviour {
    /// Children that handlers add: they belong to the attempt.
    static let handlerChildren: [StoreBehaviour] = [
        StoreBehaviour("what a handler adds joins its workflow and runs by its condition") { stage in
            let id = try await stage.add("Work").id
            let run = try await stage.start("Work")
            let steps = [
                PlannedStep("Next", after: [.stored(id)]), PlannedStep("Beside", after: [.stored(id, .inProgress)]),
                PlannedStep("Alarm", after: [.stored(id, .onFailure)]),
            ]
            let children = try await stage.add(steps, addedBy: run)
            try expect("the statuses", await stage.statuses(children), is: [.waiting, .pending, .waiting])
            try expect("the workflow", await stage.workflow(of: id).tickers.map(\.id), is: [id] + children)
            try await stage.succeed(run)
            try expect("the statuses then", await stage.statuses(children), is: [.pending, .pending, .skipped])
            try await stage.check(children[2], ended: .skipped, .parentSucceeded(id), "the alarm")
        },
        StoreBehaviour("what still waits is withdrawn with an attempt that is repeated, with all below it") { stage in
            for kind in ["failure", "snooze", "interruption"] {
                let retry = TickerOptions(retry: .fixed(maxAttempts: 3, every: .zero))
                let id = try await stage.add("Work", retry).id
                let run = try await stage.start("Work")
                let steps = [
                    PlannedStep("Next", after: [.stored(id)]), PlannedStep("Below", after: [.step(0, .always)]),
                    PlannedStep("Beside", after: [.stored(id, .inProgress)]),
                ]
                let children = try await stage.add(steps, addedBy: run)
                try await stage.advance()
                var outcome = AttemptOutcome.failed(run.failure(), .byPolicy)
                if kind == "snooze" { outcome = .snoozed(.zero) }
                if kind == "interruption" { outcome = .interrupted }
                try await stage.finish(run, outcome)
                let what = "the child after a \(kind)"
                try await stage.check(children[0], ended: .skipped, .withdrawn(id), at: stage.time, what)
                try await stage.check(children[1], ended: .skipped, .withdrawn(children[0]), "what is below \(what)")
                try await stage.complete("Beside")
                try await stage.complete("Work")
                try await stage.check(children[0], is: .skipped, what)
            }
        },
        StoreBehaviour("after a failure for good they are judged like all others") { stage in
            let id = try await stage.add("Work").id
            let run = try await stage.start("Work")
            let steps = [
                PlannedStep("Next", after: [.stored(id)]), PlannedStep("Alarm", after: [.stored(id, .onFailure)]),
            ]
            let children = try await stage.add(steps, addedBy: run)
            try await stage.fail(run)
            try await stage.check(children[0], ended: .skipped, .parentFailed(id), "what follows on success")
            try await stage.check(children[1], is: .pending, "what follows on failure")
        },
        StoreBehaviour("what was planned before stays when an attempt is repeated") { stage in
            let retry = RetryPolicy.fixed(maxAttempts: 2, every: .zero)
            let ids = try await stage.add([
                PlannedStep("Work", retry: retry), PlannedStep("Planned", after: [.step(0)]),
            ])
            let outside = try await stage.add([PlannedStep("Outside", after: [.stored(ids[0])])])[0]
            try await stage.fail(stage.start("Work"))
            try expect("the statuses", await stage.statuses([ids[1], outside]), is: [.waiting, .waiting])
            try await stage.complete("Work")
            try expect("the statuses then", await stage.statuses([ids[1], outside]), is: [.pending, .pending])
        },
        StoreBehaviour("a retry by hand does not run the children of the earlier attempt again") { stage in
            let id = try await stage.add("Work").id
            let run = try await stage.start("Work")
            let alarm = PlannedStep("Alarm", after: [.stored(id, .onFailure)])
            let child = try await stage.add([alarm], addedBy: run)[0]
            try await stage.fail(run)
            try await stage.complete("Alarm")
            let before = try await stage.ticker(child)
            try await stage.retry(id)
            try await stage.breakDown("Work")
            try expect("the child", await stage.ticker(child), is: before)
            try expect("what is claimed", await stage.claimed(), is: [])
        },
        StoreBehaviour("a handler may add children of tickers in other workflows") { stage in
            let other = try await stage.add("Other").id
            let id = try await stage.add("Work", TickerOptions(retry: .fixed(maxAttempts: 2, every: .zero))).id
            let run = try await stage.start("Work")
            let child = try await stage.add([PlannedStep("Child", after: [.stored(other)])], addedBy: run)[0]
            try expect("its workflow", await stage.ticker(child).workflowID, is: WorkflowID(first: other))
            try await stage.fail(run)
            try await stage.check(child, is: .waiting, "the child of another ticker, after a failed attempt")
            try await stage.complete("Other")
            try await stage.check(child, is: .pending, "the child after its parent")
            try await stage.check(id, is: .pending, "the ticker whose handler added it")
        },
    ]
}
