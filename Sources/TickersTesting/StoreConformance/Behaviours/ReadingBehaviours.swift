import Tickers

extension StoreBehaviour {
    /// What callers and handlers read of tickers and workflows.
    static let readings: [StoreBehaviour] = snapshots + handlers + statuses

    private static let snapshots: [StoreBehaviour] = [
        StoreBehaviour("a snapshot has all that is known of a ticker, at every step of its life") { stage in
            let parent = try await stage.add("Parent").id
            let options = TickerOptions(
                queue: "mail",
                priority: .high,
                retry: .fixed(maxAttempts: 2, every: .seconds(3)),
                tags: ["b", "a", "b"]
            )
            let metadata = ["trace": "1", "": "empty name", "empty": ""]
            var step = PlannedStep("Work", after: [.stored(parent)], due: .after(.seconds(2)), options: options)
            step.metadata = metadata
            let id = try await stage.add([step])[0]
            var expected = Ticker(
                id: id,
                workflowID: WorkflowID(first: parent),
                spec: step.ticker.spec,
                status: .waiting,
                createdAt: stage.time
            )
            expected.metadata = metadata
            expected.parents = [TickerParent(parent)]
            try expect("what waits", await stage.ticker(id), is: expected)
            try await stage.complete("Parent")
            (expected.status, expected.due) = (.scheduled, stage.instant(2))
            try expect("what is scheduled", await stage.ticker(id), is: expected)
            try await stage.advance(.seconds(4))
            let run = try await stage.start("Work")
            (expected.status, expected.attempts, expected.startedAt) = (.running, 1, stage.time)
            expected.isInAttempt = true
            try expect("what runs", await stage.ticker(id), is: expected)
            let first = stage.time
            try await stage.advance()
            try await stage.fail(run)
            (expected.status, expected.due, expected.failure) = (.retrying, stage.instant(3), run.failure())
            expected.earlierAttempts = [
                TickerAttempt(number: 1, startedAt: first, endedAt: stage.time, outcome: .failed(run.failure()))
            ]
            expected.isInAttempt = false
            try expect("what is retried", await stage.ticker(id), is: expected)
            try await stage.advance(.seconds(3))
            let second = try await stage.start("Work")
            let progress = TickerProgress(fraction: 0.25, text: "a quarter")
            try await stage.store.report(progress, lease: second.lease)
            (expected.status, expected.attempts, expected.startedAt) = (.running, 2, stage.time)
            (expected.isInAttempt, expected.progress) = (true, progress)
            try expect("what runs again", await stage.ticker(id), is: expected)
            try await stage.advance()
            try await stage.succeed(second)
            (expected.status, expected.failure, expected.endedAt) = (.succeeded, nil, stage.time)
            try expect("what has ended", await stage.ticker(id), is: expected)
            try await stage.advance()
            try expect("what has ended, later", await stage.ticker(id), is: expected)
        },
        StoreBehaviour("the same ticker is found by its id, in its workflow, on a page and in its explanation") {
            stage in
            let ids = try await stage.add([
                PlannedStep("A", options: TickerOptions(tags: ["x"])), PlannedStep("B", after: [.step(0)]),
            ])
            try await stage.breakDown("A")
            let found = [try await stage.ticker(ids[0]), try await stage.ticker(ids[1])]
            try expect("the workflow's", await stage.workflow(of: ids[0]).tickers, is: found)
            try expect("the page's", await stage.everything(), is: found)
            for (id, ticker) in zip(ids, found) {
                let explanation = try await stage.store.explanation(of: id, now: stage.time)
                try expect("the explanation's", explanation?.ticker, is: ticker)
            }
        },
        StoreBehaviour("the latest fifty attempts are kept, and the others counted") { stage in
            let id = try await stage.add("Work").id
            var attempts: [TickerAttempt] = []
            for step in 0..<60 {
                let start = stage.time
                let run = try await stage.start("Work")
                try await stage.advance()
                try await stage.finish(run, step.isMultiple(of: 2) ? .snoozed(.zero) : .interrupted)
                let outcome: TickerAttempt.Outcome = step.isMultiple(of: 2) ? .snoozed : .givenBack
                attempts.append(TickerAttempt(number: 1, startedAt: start, endedAt: stage.time, outcome: outcome))
            }
            try expect("the history", await stage.ticker(id).history, is: Array(attempts.suffix(50)))
            try expect("how many are missing", await stage.ticker(id).attemptsDropped, is: 10)
            let run = try await stage.start("Work")
            let running = TickerAttempt(number: 1, startedAt: stage.time, endedAt: nil, outcome: .running)
            try expect("the history while it runs", await stage.ticker(id).history, is: attempts.suffix(49) + [running])
            try expect("how many are missing then", await stage.ticker(id).attemptsDropped, is: 11)
            try await stage.cancel(id)
            try await stage.fail(run)
            let last = try await stage.ticker(id).history.last
            let end = TickerAttempt(number: 1, startedAt: stage.time, endedAt: stage.time, outcome: .cancelled)
            try expect("the last of the history", last, is: end)
        },
        StoreBehaviour("counts follow every change") { stage in
            let id = try await stage.add(
                [PlannedStep("A"), PlannedStep("B", after: [.step(0)]), PlannedStep("C", due: .after(.seconds(9)))]
            )[0]
            let counts = { (store: any TickerStore) async throws -> [Int] in
                let all = try await store.counts()
                let ended = [all.succeeded, all.failed, all.cancelled, all.skipped]
                return [all.waiting, all.queued, all.running] + ended
            }
            try expect("the counts", await counts(stage.store), is: [1, 2, 0, 0, 0, 0, 0])
            let run = try await stage.start("A")
            try expect("the counts while A runs", await counts(stage.store), is: [1, 1, 1, 0, 0, 0, 0])
            try await stage.fail(run)
            try expect("the counts after its failure", await counts(stage.store), is: [0, 1, 0, 0, 1, 0, 1])
            _ = try await stage.store.cancelWorkflow(WorkflowID(first: id), now: stage.time)
            try expect("the counts after a cancellation", await counts(stage.store), is: [0, 0, 0, 0, 1, 1, 1])
            try await stage.retry(id)
            try expect("the counts after a retry", await counts(stage.store), is: [1, 1, 0, 0, 0, 1, 0])
            try await stage.complete("A")
            try await stage.complete("B")
            try expect("the counts in the end", await counts(stage.store), is: [0, 0, 0, 2, 0, 1, 0])
        },
    ]

    private static let handlers: [StoreBehaviour] = [
        StoreBehaviour("progress is kept while the attempt that reports it runs, the last report counts") { stage in
            let id = try await stage.add("Work", TickerOptions(retry: .fixed(maxAttempts: 2, every: .zero))).id
            let first = try await stage.start("Work")
            for fraction in [0.1, 1.0 / 3, 2.0 / 3] {
                let progress = TickerProgress(fraction: fraction, text: "at \(fraction)")
                try await stage.store.report(progress, lease: first.lease)
                try expect("the progress", await stage.ticker(id).progress, is: progress)
            }
            try await stage.fail(first)
            try await stage.expectRefused(.attemptEnded, "a report between attempts") { stage in
                try await stage.store.report(TickerProgress(fraction: 1), lease: first.lease)
            }
            let second = try await stage.start("Work")
            try await stage.expectRefused(.attemptEnded, "a report under an old lease") { stage in
                try await stage.store.report(TickerProgress(fraction: 1), lease: first.lease)
            }
            try await stage.store.report(TickerProgress(fraction: 1), lease: second.lease)
            try await stage.succeed(second)
            try expect("the progress in the end", await stage.ticker(id).progress, is: TickerProgress(fraction: 1))
        },
        StoreBehaviour("a handler reads its parents in the order of the edges, each once, with their outputs") {
            stage in
            let parents: [PlannedParent] = [
                .step(2, .always), .step(0, .always), .step(1, .always), .step(0, .onSuccess), .step(3, .inProgress),
            ]
            let elders = [
                PlannedStep("A"), PlannedStep("B"), PlannedStep("C", after: [.step(1)]), PlannedStep("D"),
            ]
            let child = PlannedStep("Child", after: parents)
            let ids = try await stage.add(elders + [child])
            try await stage.complete("A", "out of A")
            try await stage.breakDown("B")
            let beside = try await stage.start("D")
            let run = try await stage.start("Child")
            let results = try await stage.store.parents(of: run.lease, now: stage.time)
            try expect("their ids", results.map(\.ticker.id), is: [ids[2], ids[0], ids[1], ids[3]])
            let statuses: [TickerStatus] = [.skipped, .succeeded, .failed, .running]
            try expect("their statuses", results.map(\.ticker.status), is: statuses)
            for result in results { try expect("a parent", result.ticker, is: await stage.ticker(result.ticker.id)) }
            try expect("the output of A", results[1].output.storedText, is: "out of A")
            for index in [0, 2, 3] { try expect("no output", results[index].output.text, is: nil) }
            try await stage.finish([run, beside].map { $0.finished(.succeeded(.nothing)) })
            try await stage.expectRefused(.attemptEnded, "parents under an old lease") { stage in
                _ = try await stage.store.parents(of: run.lease, now: stage.time)
            }
        },
        StoreBehaviour("a handler without parents reads none") { stage in
            try await stage.add("Work")
            let run = try await stage.start("Work")
            try expect("how many", await stage.store.parents(of: run.lease, now: stage.time).count, is: 0)
        },
    ]

    private static let statuses: [StoreBehaviour] = [
        status(.succeeded, [PlannedStep("A"), PlannedStep("B", after: [.step(0, .onFailure)])]),
        status(.failed, [PlannedStep("Bad A"), PlannedStep("B", after: [.step(0)])]),
        status(.failed, [PlannedStep("Bad A"), PlannedStep("Bad B", after: [.step(0, .onFailure)])]),
        status(.failed, [PlannedStep("Bad A"), PlannedStep("Beside", after: [.step(0, .inProgress)])]),
        status(.recovered, [PlannedStep("Bad A"), PlannedStep("B", after: [.step(0, .onFailure)])]),
        status(
            .recovered,
            [
                PlannedStep("Bad A"), PlannedStep("Bad B", after: [.step(0, .onFailure)]),
                PlannedStep("C", after: [.step(1, .onCompletion)]),
            ]
        ),
        status(.cancelled, [PlannedStep("A"), PlannedStep("Odd B", due: .after(.seconds(60)))]),
        status(
            .cancelled,
            [
                PlannedStep("Bad A"), PlannedStep("B", after: [.step(0, .onFailure)]),
                PlannedStep("Odd C", due: .after(.seconds(60))),
            ]
        ),
    ]

    /// A workflow of which everything is carried out at once. What begins with "Bad" fails, and what begins with "Odd"
    /// is cancelled.
    private static func status(_ expected: WorkflowStatus, _ steps: [PlannedStep]) -> StoreBehaviour {
        let names = steps.map(\.name).joined(separator: ", ")
        return StoreBehaviour("a workflow of \(names) is \(expected.rawValue), on its page and by its tickers") {
            stage in
            let ids = try await stage.add(steps)
            for (id, step) in zip(ids, steps) where step.name.hasPrefix("Odd") { try await stage.cancel(id) }
            try expect("the status before", await stage.workflow(of: ids[0]).status, is: .running)
            try expect("the overview before", await stage.everyWorkflow().map(\.status), is: [.running])
            try await stage.advance()
            for _ in steps {
                for run in try await stage.claim() {
                    let failure = AttemptOutcome.failed(run.failure(), .never)
                    try await stage.finish(run, run.spec.function.hasPrefix("Bad") ? failure : .succeeded(.nothing))
                }
            }
            let workflow = try await stage.workflow(of: ids[0])
            try expect("the status", workflow.status, is: expected)
            try expect("the end", workflow.endedAt, is: stage.time)
            let overview = try unwrap("the overview", await stage.everyWorkflow().first)
            try expect("the overview's status", overview.status, is: expected)
            try expect("the overview's end", overview.endedAt, is: stage.time)
            try expect("the overview's counts", overview.counts, is: await stage.store.counts())
        }
    }
}
