import Tickers

extension StoreBehaviour {
    /// What the end of an attempt does.
    static let finishes: [StoreBehaviour] = ends + repetitions + lateReports

    private static let ends: [StoreBehaviour] = [
        StoreBehaviour("a success ends a ticker, with its output") { stage in
            let id = try await stage.add("Work").id
            let run = try await stage.start("Work")
            try await stage.advance()
            try expect("the answer", await stage.succeed(run, "out"), is: .ended(.succeeded))
            try await stage.check(id, ended: .succeeded, nil, at: stage.time, "the ticker")
            try expect("its failure", await stage.ticker(id).failure, is: nil)
            guard case .ended(let ticker, let output) = try await stage.store.ending(of: id, now: stage.time) else {
                throw ExpectationMismatch("its ending: expected one, found notYet", fileID: #fileID, line: #line)
            }
            try expect("the ended ticker", ticker, is: await stage.ticker(id))
            try expect("its output", output.storedText, is: "out")
        },
        StoreBehaviour("a failure of the last attempt ends a ticker, with what went wrong") { stage in
            let id = try await stage.add("Work").id
            let run = try await stage.start("Work")
            try await stage.advance()
            try expect("the answer", await stage.fail(run, kind: .timedOut), is: .ended(.failed))
            try await stage.check(id, ended: .failed, nil, at: stage.time, "the ticker")
            try expect("its failure", await stage.ticker(id).failure, is: run.failure(.timedOut))
            try expect("its attempts", await stage.ticker(id).attempts, is: 1)
        },
        StoreBehaviour("a ticker that has not ended has no ending") { stage in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 2, every: .zero))
            let id = try await stage.add("Work", retry).id
            for step in 0..<3 {
                if case .ended = try await stage.store.ending(of: id, now: stage.time) {
                    throw ExpectationMismatch("it has an ending at step \(step)", fileID: #fileID, line: #line)
                }
                if step == 0 { try await stage.fail(stage.start("Work")) } else { _ = try await stage.claim("Work") }
            }
        },
        StoreBehaviour("reports of one batch are answered in their order") { stage in
            let retry = RetryPolicy.fixed(maxAttempts: 2, every: .seconds(1))
            try await stage.addEach(["A", "B", "C", "D"].map { PlannedStep($0, retry: retry) })
            let runs = try await stage.startAll(4)
            let results = try await stage.finish([
                runs[3].finished(.succeeded(.nothing)), runs[1].failed(), runs[0].failed(.never),
                runs[2].finished(.snoozed(.seconds(1))),
            ])
            let expected: [FinishResult] = [
                .ended(.succeeded), .queued(.retrying), .ended(.failed), .queued(.scheduled),
            ]
            try expect("the answers", results, is: expected)
            try expect("the answers to nothing", await stage.finish([]), is: [])
        },
        StoreBehaviour("ends that come with a claim are recorded before it") { stage in
            let key = TickerOptions(limitKey: LimitKey("room", maxConcurrent: 1))
            _ = try await stage.add([PlannedStep("Parent"), PlannedStep("Child", after: [.step(0)])])
            let kept = [try await stage.add("Work", key).id, try await stage.add("Work", key).id]
            let runs = try await stage.startAll(2)
            try expect("which begin first", runs.map(\.spec.function), is: ["Parent", "Work"])
            let both = try await stage.finish(
                [runs[0].finished(.succeeded(.nothing)), runs[1].failed(), runs[0].finished(.succeeded(.nothing))],
                thenClaim: 10
            )
            try expect("the answers", both.results, is: [.ended(.succeeded), .ended(.failed), .late])
            let next = try both.claim.get().runs
            try expect("what begins in their place", Set(next.map(\.spec.function)), is: ["Child", "Work"])
            try await stage.check(kept[0], ended: .failed, nil, at: stage.time, "the one that had the place")
            try expect("the one that waited for it", await stage.ticker(kept[1]).status, is: .running)
        },
    ]

    private static let repetitions: [StoreBehaviour] = [
        StoreBehaviour("a failed attempt is repeated after its delay, and counted") { stage in
            let delays: [Duration] = [.seconds(1), .microseconds(1), .zero]
            let id = try await stage.add("Work", TickerOptions(retry: .intervals(delays))).id
            for (index, delay) in delays.enumerated() {
                let run = try await stage.start("Work")
                try expect("the attempt", run.attempt, is: index + 1)
                try expect("the answer", await stage.fail(run), is: .queued(.retrying))
                let ticker = try await stage.ticker(id)
                try expect("the status", ticker.status, is: delay == .zero ? .pending : .retrying)
                try expect("the next due time", ticker.due, is: stage.time.advanced(by: delay))
                try expect("the failure", ticker.failure, is: run.failure())
                if delay > .zero { try expect("what is claimed early", await stage.claimed(), is: []) }
                try await stage.advance(delay)
            }
            try expect("the last answer", await stage.fail(stage.start("Work")), is: .ended(.failed))
            try expect("the attempts", await stage.ticker(id).attempts, is: 4)
        },
        StoreBehaviour("a success after failures leaves no failure") { stage in
            let id = try await stage.add("Work", TickerOptions(retry: .fixed(maxAttempts: 2, every: .zero))).id
            try await stage.fail(stage.start("Work"))
            try await stage.complete("Work")
            let ticker = try await stage.ticker(id)
            try expect("the status", ticker.status, is: .succeeded)
            try expect("the failure", ticker.failure, is: nil)
            try expect("the attempts", ticker.attempts, is: 2)
        },
        StoreBehaviour("delays grow by their factor up to their cap, and jitter stays below them") { stage in
            let cap = Duration.seconds(10)
            let even = RetryPolicy.exponential(
                maxAttempts: 5,
                first: .seconds(1),
                factor: 3,
                cap: cap,
                fullJitter: false
            )
            let id = try await stage.add("Even", TickerOptions(retry: even)).id
            for seconds in [1, 3, 9, 10] {
                try await stage.fail(stage.start("Even"))
                try expect("the next due time", await stage.ticker(id).due, is: stage.instant(seconds))
                try await stage.advance(.seconds(seconds))
            }
            let spread = RetryPolicy.exponential(maxAttempts: 2, first: .seconds(8), cap: cap)
            try await stage.addEach((0..<40).map { _ in PlannedStep("Spread", retry: spread) })
            let runs = try await stage.startAll(40, "Spread")
            try await stage.finish(runs.map { $0.failed() })
            var dues: Set<Timestamp> = []
            for run in runs {
                let due = try unwrap("a due time", await stage.ticker(run.lease.ticker).due)
                try expect(
                    "whether \(due) is within eight seconds",
                    (stage.time...stage.instant(8)).contains(due),
                    is: true
                )
                dues.insert(due)
            }
            try expect("whether the due times are spread", dues.count > 30, is: true)
        },
        StoreBehaviour("a handler's advice goes before the policy, within the attempts that there are") { stage in
            let policy = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(60)))
            let id = try await stage.add("Work", policy).id
            try await stage.fail(stage.start("Work"), .after(.seconds(2)))
            try expect("the advised due time", await stage.ticker(id).due, is: stage.instant(2))
            try await stage.advance(.seconds(2))
            try await stage.fail(stage.start("Work"), .after(.seconds(-5)))
            try expect("the due time after a negative delay", await stage.ticker(id).due, is: stage.time)
            try expect("the last answer", await stage.fail(stage.start("Work"), .after(.zero)), is: .ended(.failed))
            let other = try await stage.add("Other", policy).id
            try expect("the answer to never", await stage.fail(stage.start("Other"), .never), is: .ended(.failed))
            try expect("its attempts", await stage.ticker(other).attempts, is: 1)
        },
        StoreBehaviour("no attempt is planned beyond the budget, which counts from the first start") { stage in
            let retry = RetryPolicy.fixed(maxAttempts: 9, every: .seconds(4)).within(.seconds(10))
            try await stage.add("Work", TickerOptions(retry: retry))
            try await stage.advance(.seconds(100))
            for expected in [FinishResult.queued(.retrying), .queued(.retrying), .ended(.failed)] {
                try expect("the answer", await stage.fail(stage.start("Work")), is: expected)
                try await stage.advance(.seconds(4))
            }
        },
        StoreBehaviour("a snooze uses no attempt and comes back after its time") { stage in
            let id = try await stage.add("Work").id
            for _ in 0..<3 {
                let run = try await stage.start("Work")
                try expect("the attempt", run.attempt, is: 1)
                try expect("the answer", await stage.finish(run, .snoozed(.seconds(5))), is: .queued(.scheduled))
                let ticker = try await stage.ticker(id)
                try expect("the status", ticker.status, is: .scheduled)
                try expect("the attempts", ticker.attempts, is: 0)
                try expect("the due time", ticker.due, is: stage.instant(5))
                try await stage.advance(.seconds(5))
            }
            try await stage.finish(stage.start("Work"), .snoozed(.seconds(-1)))
            try await stage.complete("Work")
            try expect("the attempts in the end", await stage.ticker(id).attempts, is: 1)
        },
        StoreBehaviour("an interrupted attempt is given back and due at once") { stage in
            let id = try await stage.add("Work").id
            try await stage.advance()
            let answer = try await stage.finish(stage.start("Work"), .interrupted)
            try expect("the answer", answer, is: .queued(.scheduled))
            let ticker = try await stage.ticker(id)
            try expect("the status", ticker.status, is: .pending)
            try expect("the attempts", ticker.attempts, is: 0)
            try expect("the next attempt", await stage.start("Work").attempt, is: 1)
        },
    ]

    private static let lateReports: [StoreBehaviour] = [
        StoreBehaviour("a report under an old lease changes nothing") { stage in
            let id = try await stage.add("Work").id
            let old = try await stage.start("Work")
            try await stage.finish(old, .interrupted)
            try expect("the answer between attempts", await stage.succeed(old), is: .late)
            let new = try await stage.start("Work")
            let before = try await stage.ticker(id)
            for outcome in [AttemptOutcome.succeeded(.nothing), .failed(old.failure(), .never), .interrupted] {
                try expect("the answer", await stage.finish(old, outcome), is: .late)
                try expect("the ticker", await stage.ticker(id), is: before)
            }
            try expect("the answer to the new one", await stage.succeed(new, "new"), is: .ended(.succeeded))
        },
        StoreBehaviour("an attempt ends once: of two reports the first counts, and its output stays") { stage in
            let id = try await stage.add("Work").id
            let run = try await stage.start("Work")
            let (first, second) = (try stage.text("first"), try stage.text("second"))
            let results = try await stage.finish([run.finished(.succeeded(first)), run.finished(.succeeded(second))])
            try expect("the answers", results, is: [.ended(.succeeded), .late])
            try await stage.advance()
            try expect("the answer to a third", await stage.fail(run, .never), is: .late)
            guard case .ended(let ticker, let output) = try await stage.store.ending(of: id, now: stage.time) else {
                throw ExpectationMismatch("its ending: expected one, found notYet", fileID: #fileID, line: #line)
            }
            try expect("the status", ticker.status, is: .succeeded)
            try expect("the output", output.storedText, is: "first")
        },
        StoreBehaviour("a late report does not hold up the others of its batch") { stage in
            try await stage.addEach([PlannedStep("A"), PlannedStep("B")])
            let runs = try await stage.startAll(2)
            try await stage.finish(runs[0], .interrupted)
            let results = try await stage.finish(runs.map { $0.finished(.succeeded(.nothing)) })
            try expect("the answers", results, is: [.late, .ended(.succeeded)])
        },
        StoreBehaviour("a report under a lease that was never given is late") { stage in
            try await stage.add("Work")
            let run = try await stage.start("Work")
            let leases = [
                TickerLease(ticker: run.lease.ticker, token: run.lease.token + 1, row: run.lease.row),
                TickerLease(ticker: TickerID(high: 1, low: 2), token: run.lease.token, row: run.lease.row),
                TickerLease(ticker: TickerID(high: 1, low: 2), token: 77, row: .max),
            ]
            for lease in leases {
                let forged = ClaimedRun(
                    lease: lease,
                    workflowID: run.workflowID,
                    spec: run.spec,
                    attempt: 1,
                    scheduledFor: run.scheduledFor,
                    input: .nothing
                )
                try expect("the answer", await stage.succeed(forged), is: .late)
            }
            try expect("the answer to the true one", await stage.succeed(run), is: .ended(.succeeded))
        },
    ]
}
