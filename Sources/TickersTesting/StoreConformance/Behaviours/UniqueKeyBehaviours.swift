import Tickers

extension StoreBehaviour {
    /// What a call gets whose unique key is in use.
    static let uniqueKeys: [StoreBehaviour] = conflicts + holds + workflows

    private static func keyed(_ key: String, _ conflict: UniqueKey.Conflict = .returnExisting) -> TickerOptions {
        TickerOptions(unique: UniqueKey(key, onConflict: conflict))
    }

    private static let conflicts: [StoreBehaviour] = [
        StoreBehaviour("a key in use answers with the ticker that holds it, and nothing is stored") { stage in
            let first = try await stage.add("Work", keyed("k"))
            let second = try await stage.add("Work", due: .after(.seconds(60)), keyed("k"))
            try expect("the ticker", second.id, is: first.id)
            try expect("its workflow", second.workflowID, is: first.workflowID)
            try expect("whether each was there", [first.isExisting, second.isExisting], is: [false, true])
            try expect("how many there are", await stage.everything().count, is: 1)
            let batch = try await stage.addEach([PlannedStep("Work", options: keyed("k"))])
            try expect("a batch of one", batch, is: [second])
            let workflow = try await stage.add(NewWorkflow(steps: [PlannedStep("Work", options: keyed("k"))]))
            try expect("a workflow of one", workflow.tickers, is: [first.id])
            try expect("whether it was there", workflow.isExisting, is: true)
            try await stage.check(first.id, is: .pending, "the ticker that holds the key")
        },
        StoreBehaviour("a key in use is refused where that is asked for, with who holds it") { stage in
            let first = try await stage.add("Work", keyed("k")).id
            let error = try await stage.expectRefused(.uniqueKeyInUse, "a second") { stage in
                try await stage.add("Work", keyed("k", .reject))
            }
            try expect("the holder", error.ticker, is: first)
            try expect("its status", error.status, is: .pending)
        },
        StoreBehaviour("a ticker that has not started is replaced where that is asked for") { stage in
            let first = try await stage.add("Work", due: .after(.seconds(9)), keyed("k")).id
            try await stage.advance()
            let second = try await stage.add("Work", keyed("k", .replace))
            try expect("whether the second was there", second.isExisting, is: false)
            let reason = EndReason.replaced(by: second.id)
            try await stage.check(first, ended: .cancelled, reason, at: stage.time, "the first")
            try await stage.check(second.id, is: .pending, "the second")
            try expect("who holds the key", await stage.add("Work", keyed("k")).id, is: second.id)
            let run = try await stage.start("Work")
            let error = try await stage.expectRefused(.uniqueKeyInUse, "replacing what runs") { stage in
                try await stage.add("Work", keyed("k", .replace))
            }
            try expect("the holder", error.ticker, is: second.id)
            try expect("its status", error.status, is: .running)
            try await stage.succeed(run)
        },
        StoreBehaviour("keys belong to their function") { stage in
            let first = try await stage.add("Work", keyed("k")).id
            let other = try await stage.add("Other", keyed("k", .reject))
            try expect("whether it was there", other.isExisting, is: false)
            try expect("the other key", await stage.add("Work", keyed("k2")).isExisting, is: false)
            try expect("the same key", await stage.add("Work", keyed("k")).id, is: first)
        },
        StoreBehaviour("a step whose key is in use stands in the way of its workflow, unless it replaces") { stage in
            let first = try await stage.add("Work", keyed("k")).id
            let steps = [PlannedStep("Before"), PlannedStep("Work", after: [.step(0)], options: keyed("k"))]
            try await stage.expectRefused(.uniqueKeyInUse, "a workflow") { try await $0.add(steps) }
            let twice = [PlannedStep("Other", options: keyed("x")), PlannedStep("Other", options: keyed("x"))]
            try await stage.expectRefused(.uniqueKeyInUse, "a key twice in one workflow") { try await $0.add(twice) }
            var replacing = steps
            replacing[1].options = keyed("k", .replace)
            let ids = try await stage.add(replacing)
            try await stage.check(first, ended: .cancelled, .replaced(by: ids[1]), "the first")
            try expect("who holds the key", await stage.add("Work", keyed("k")).id, is: ids[1])
        },
        StoreBehaviour("an add that is refused for another reason takes no key and replaces nothing") { stage in
            let first = try await stage.add("Work", keyed("k")).id
            let steps = [
                PlannedStep("Work", options: keyed("k", .replace)), PlannedStep("New", options: keyed("n")),
                PlannedStep("Child", after: [.stored(TickerID(high: 1, low: 2))]),
            ]
            try await stage.expectRefused(.unknownTicker, "an unknown parent") { try await $0.add(steps) }
            try await stage.check(first, is: .pending, "the first")
            try expect("whether the new key was taken", await stage.add("New", keyed("n")).isExisting, is: false)
        },
    ]

    private static let holds: [StoreBehaviour] = [
        StoreBehaviour("a key is held to the end of its ticker, retries included, and then free") { stage in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(5)))
            let options = keyed("k").over(retry)
            let first = try await stage.add("Work", options).id
            try await stage.fail(stage.start("Work"))
            try await stage.advance()
            try expect("between attempts", await stage.add("Work", options).id, is: first)
            try await stage.advance(.seconds(4))
            try await stage.complete("Work")
            let second = try await stage.add("Work", options)
            try expect("whether the second was there", second.isExisting, is: false)
            try await stage.cancel(second.id)
            try expect("whether the third was there", await stage.add("Work", options).isExisting, is: false)
        },
        StoreBehaviour("a key is held for its window, whether its ticker has ended or not") { stage in
            let unique = UniqueKey("k", held: .window(.seconds(60)))
            let options = TickerOptions(unique: unique)
            let first = try await stage.add("Work", options).id
            try await stage.complete("Work")
            try await stage.advance(.seconds(60) - .microseconds(1))
            try expect("within the window", await stage.add("Work", options).id, is: first)
            try await stage.advance(.microseconds(1))
            let second = try await stage.add("Work", options)
            try expect("whether the second was there", second.isExisting, is: false)
            try await stage.advance(.seconds(60))
            try expect("whether the third was there", await stage.add("Work", options).isExisting, is: false)
            try await stage.check(second.id, is: .pending, "the second, which has not started")
        },
        StoreBehaviour("a ticker that ended within its window is replaced without being cancelled") { stage in
            let unique = UniqueKey("k", onConflict: .replace, held: .window(.seconds(60)))
            let first = try await stage.add("Work", TickerOptions(unique: unique)).id
            try await stage.complete("Work")
            let second = try await stage.add("Work", TickerOptions(unique: unique))
            try expect("whether the second was there", second.isExisting, is: false)
            try await stage.check(first, ended: .succeeded, nil, "the first")
        },
        StoreBehaviour("a retried ticker takes its key again, unless someone else holds it") { stage in
            let first = try await stage.add("Work", keyed("k")).id
            try await stage.breakDown("Work")
            try await stage.retry(first)
            try expect("who holds it", await stage.add("Work", keyed("k")).id, is: first)
            try await stage.breakDown("Work")
            let second = try await stage.add("Work", keyed("k")).id
            try await stage.retry(first)
            try expect("who holds it then", await stage.add("Work", keyed("k")).id, is: second)
            try await stage.cancel(first)
            try expect("who holds it after that", await stage.add("Work", keyed("k")).id, is: second)
        },
    ]

    private static func unique(_ conflict: UniqueKey.Conflict = .returnExisting) -> WorkflowOptions {
        WorkflowOptions(unique: UniqueKey("k", onConflict: conflict))
    }

    private static let steps = [PlannedStep("A"), PlannedStep("B", after: [.step(0)])]

    private static let workflows: [StoreBehaviour] = [
        StoreBehaviour("a workflow's key in use answers with the workflow, its tickers in their order") { stage in
            let first = try await stage.add(NewWorkflow(steps: steps, options: unique()))
            let others = [PlannedStep("X"), PlannedStep("Y"), PlannedStep("Z")]
            let second = try await stage.add(NewWorkflow(steps: others, options: unique()))
            try expect("the workflow", second.id, is: first.id)
            try expect("its tickers", second.tickers, is: first.tickers)
            try expect("whether each was there", [first.isExisting, second.isExisting], is: [false, true])
            try expect("how many tickers there are", await stage.everything().count, is: 2)
            let single = try await stage.add("A", keyed("k"))
            try expect("whether a ticker with that key was there", single.isExisting, is: false)
        },
        StoreBehaviour("a workflow's key is held until its last ticker has ended") { stage in
            let first = try await stage.add(NewWorkflow(steps: steps, options: unique()))
            try await stage.complete("A")
            let error = try await stage.expectRefused(.uniqueKeyInUse, "a second") { stage in
                try await stage.add(steps, options: unique(.reject))
            }
            try expect("the holder", error.ticker, is: first.tickers[0])
            try await stage.complete("B")
            let second = try await stage.add(NewWorkflow(steps: steps, options: unique(.reject)))
            try expect("whether the second was there", second.isExisting, is: false)
        },
        StoreBehaviour("a workflow of which nothing has started is replaced, as a whole") { stage in
            let first = try await stage.add(NewWorkflow(steps: steps, options: unique()))
            try await stage.advance()
            let second = try await stage.add(NewWorkflow(steps: steps, options: unique(.replace)))
            let reason = EndReason.replaced(by: second.tickers[0])
            for id in first.tickers { try await stage.check(id, ended: .cancelled, reason, at: stage.time, "a ticker") }
            let run = try await stage.start("A")
            try await stage.expectRefused(.uniqueKeyInUse, "replacing what has started") { stage in
                try await stage.add(steps, options: unique(.replace))
            }
            try await stage.succeed(run)
        },
    ]
}
