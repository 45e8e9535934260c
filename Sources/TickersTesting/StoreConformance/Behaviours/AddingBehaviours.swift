import Tickers

extension StoreBehaviour {
    /// What is there after something was added.
    static let adding: [StoreBehaviour] = [
        StoreBehaviour("a ticker that was added is there, due at once and alone in its workflow") { stage in
            let stored = try await stage.add("Work")
            let ticker = try await stage.ticker(stored.id)
            try expect("whether it was there before", stored.isExisting, is: false)
            try expect("its workflow", stored.workflowID, is: WorkflowID(first: stored.id))
            try expect("its workflow, read back", ticker.workflowID, is: stored.workflowID)
            try expect("its function", ticker.function, is: "Work")
            try expect("its status", ticker.status, is: .pending)
            try expect("its creation", ticker.createdAt, is: stage.time)
            try expect("its due time", ticker.due, is: stage.time)
            try expect("its attempts", ticker.attempts, is: 0)
            try expect("its start and end", [ticker.startedAt, ticker.endedAt], is: [nil, nil])
            try expect("its parents", ticker.parents, is: [])
        },
        StoreBehaviour("a ticker that is due later is scheduled until then, and pending from then on") { stage in
            let at = try await stage.add("At", due: .at(stage.instant(2)))
            let after = try await stage.add("After", due: .after(.seconds(2)))
            for id in [at.id, after.id] {
                let ticker = try await stage.ticker(id)
                try expect("the status of \(ticker.function)", ticker.status, is: .scheduled)
                try expect("the due time of \(ticker.function)", ticker.due, is: stage.instant(2))
            }
            try await stage.advance(.seconds(2) - .microseconds(1))
            try expect("the statuses before", await stage.statuses([at.id, after.id]), is: [.scheduled, .scheduled])
            try await stage.advance(.microseconds(1))
            try expect("the statuses then", await stage.statuses([at.id, after.id]), is: [.pending, .pending])
        },
        StoreBehaviour("tickers of one batch are workflows of their own, in the order of the batch") { stage in
            let names = ["A", "B", "C"]
            let stored = try await stage.addEach(names.map { PlannedStep($0) })
            for (name, each) in zip(names, stored) {
                try expect("the workflow of \(name)", each.workflowID, is: WorkflowID(first: each.id))
                try expect("the function of \(name)", await stage.ticker(each.id).function, is: name)
            }
            try expect("the order of the ids", stored.map(\.id), is: stored.map(\.id).sorted())
            try expect("the answers", stored.count, is: 3)
            try expect("the answer to nothing", await stage.addEach([]), is: [])
            try expect("what is queued", await stage.store.counts().queued, is: 3)
        },
        StoreBehaviour("ids grow in the order of adding, even when the clock is set back") { stage in
            var ids = [try await stage.add("Work").id]
            for step in [1, -3_600, 1, -1, 7_200] {
                try await stage.advance(.seconds(step))
                ids.append(try await stage.add("Work").id)
                ids += try await stage.add([PlannedStep("Work"), PlannedStep("Work", after: [.step(0)])])
            }
            try expect("the ids", ids, is: ids.sorted())
            try expect("how many there are", Set(ids).count, is: 16)
        },
        StoreBehaviour("a workflow keeps its name, its order, and its edges with conditions and policies") { stage in
            let stored = try await stage.add(
                NewWorkflow(
                    "Release",
                    steps: [
                        PlannedStep("Build"),
                        PlannedStep("Test", after: [.step(0, .inProgress)]),
                        PlannedStep("Docs", after: [.step(0, .onCompletion, policy: .runNow)]),
                        PlannedStep("Ship", after: [.step(2, .always, policy: .fail), .step(1)], join: .any),
                    ]
                )
            )
            let ids = stored.tickers
            let workflow = try await stage.workflow(of: ids[0])
            try expect("its id", stored.id, is: WorkflowID(first: ids[0]))
            try expect("its name", workflow.name, is: "Release")
            try expect("its creation", workflow.createdAt, is: stage.time)
            try expect("its end and deadline", [workflow.endedAt, workflow.deadline], is: [nil, nil])
            try expect("its tickers", workflow.tickers.map(\.id), is: ids)
            try expect("their functions", workflow.tickers.map(\.function), is: ["Build", "Test", "Docs", "Ship"])
            try expect("their workflows", Set(workflow.tickers.map(\.workflowID)), is: [stored.id])
            let statuses: [TickerStatus] = [.pending, .waiting, .waiting, .waiting]
            try expect("their statuses", workflow.tickers.map(\.status), is: statuses)
            try expect("the due time of what waits", workflow.tickers[3].due, is: nil)
            try expect(
                "the parents",
                workflow.tickers.map(\.parents),
                is: [
                    [],
                    [TickerParent(ids[0], when: .inProgress)],
                    [TickerParent(ids[0], when: .onCompletion, onParentFailure: .runNow)],
                    [TickerParent(ids[2], when: .always, onParentFailure: .fail), TickerParent(ids[1])],
                ]
            )
        },
        StoreBehaviour("a child of stored tickers joins the workflow of the first of them") { stage in
            let first = try await stage.add("First").id
            let second = try await stage.add("Second").id
            let child = PlannedStep("Child", after: [.stored(second), .stored(first)])
            let stored = try await stage.add(NewWorkflow("Ignored", steps: [child, PlannedStep("Beside")]))
            try expect("the workflow", stored.id, is: WorkflowID(first: second))
            let workflow = try await stage.workflow(of: second)
            try expect("its tickers", workflow.tickers.map(\.id), is: [second] + stored.tickers)
            try expect("its name", workflow.name, is: "")
            try expect("the other workflow", await stage.workflow(of: first).tickers.map(\.id), is: [first])
            try await stage.complete("Second")
            try await stage.check(stored.tickers[0], is: .waiting, "the child of one that succeeded")
            try await stage.complete("First")
            try await stage.check(stored.tickers[0], is: .pending, "the child of two that succeeded")
        },
        StoreBehaviour("two edges to one parent are two words, each with its condition") { stage in
            let parents: [PlannedParent] = [.step(0, .inProgress), .step(0, .onFailure)]
            let ids = try await stage.add([PlannedStep("Parent"), PlannedStep("Child", after: parents)])
            let run = try await stage.start("Parent")
            try await stage.check(ids[1], is: .waiting, "the child beside its parent")
            try await stage.fail(run)
            try await stage.check(ids[1], is: .pending, "the child after the failure")
        },
    ]
}
