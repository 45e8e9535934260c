import Tickers

extension StoreBehaviour {
    /// What is refused, and leaves nothing behind.
    static let refusals: [StoreBehaviour] = [
        StoreBehaviour("an unknown parent is refused by its id, and nothing is stored") { stage in
            let known = try await stage.add("Known").id
            let unknown = TickerID(high: 1, low: 2)
            let steps = [
                PlannedStep("A"), PlannedStep("B", after: [.stored(known), .step(0)]),
                PlannedStep("C", after: [.step(1), .stored(unknown)]),
            ]
            let error = try await stage.expectRefused(.unknownTicker, "an unknown parent") { try await $0.add(steps) }
            try expect("the ticker it names", error.ticker, is: unknown)
        },
        StoreBehaviour("a child whose parent has decided against it is refused with the parent's end") { stage in
            let parents = try await stage.addEach([PlannedStep("A"), PlannedStep("B")]).map(\.id)
            try await stage.breakDown("A")
            let steps = [PlannedStep("First"), PlannedStep("Second", after: [.step(0), .stored(parents[0])])]
            let error = try await stage.expectRefused(.parentEnded, "a late child") { try await $0.add(steps) }
            try expect("the parent it names", error.ticker, is: parents[0])
            try expect("the status it names", error.status, is: .failed)
            let any = PlannedStep("Any", after: [.stored(parents[0]), .stored(parents[1])], join: .any)
            let child = try await stage.add([any])[0]
            try await stage.check(child, is: .waiting, "a late child that another parent may release")
        },
        StoreBehaviour("a join that asks for more parents than there are, or for none, is refused") { stage in
            for needed in [3, 0, -1] {
                let parents: [PlannedParent] = [.step(0), .step(1)]
                let join = PlannedStep("Join", after: parents, join: .atLeast(needed))
                try await stage.expectRefused(.invalidArgument, "a join of at least \(needed) of 2") { stage in
                    try await stage.add([PlannedStep("A"), PlannedStep("B"), join])
                }
            }
        },
        StoreBehaviour("a workflow without steps is refused") { stage in
            try await stage.expectRefused(.invalidArgument, "nothing") { try await $0.add([] as [PlannedStep]) }
        },
        StoreBehaviour("more tickers than one add may have are refused") { stage in
            let ticker = PlannedStep("Work").ticker
            let tickers = Array(repeating: ticker, count: TickerLimits.tickersPerAdd + 1)
            try await stage.expectRefused(.tooManyTickers, "too large a batch") { stage in
                _ = try await stage.store.add(tickers, now: stage.time)
            }
            try await stage.expectRefused(.tooManyTickers, "too large a workflow") { stage in
                _ = try await stage.store.add(NewWorkflow(tickers: tickers), now: stage.time)
            }
        },
        StoreBehaviour("a handler whose attempt is over adds nothing") { stage in
            try await stage.add("Work", TickerOptions(retry: .fixed(maxAttempts: 2, every: .zero)))
            let first = try await stage.start("Work")
            try await stage.fail(first)
            let child = [PlannedStep("Child", after: [.stored(first.lease.ticker)])]
            try await stage.expectRefused(.attemptEnded, "an add between attempts") { stage in
                try await stage.add(child, addedBy: first)
            }
            let second = try await stage.start("Work")
            try await stage.expectRefused(.attemptEnded, "an add under an old lease") { stage in
                try await stage.add(child, addedBy: first)
            }
            try await stage.add(child, addedBy: second)
        },
        StoreBehaviour("calls about a ticker that was never stored say so, and readings find nothing") { stage in
            try await stage.add("Work")
            let unknown = TickerID(high: 1, low: 2)
            let workflow = WorkflowID(first: unknown)
            try await stage.expectRefused(.unknownTicker, "cancel") { _ = try await $0.cancel(unknown) }
            try await stage.expectRefused(.unknownTicker, "retry") { _ = try await $0.retry(unknown) }
            try await stage.expectRefused(.unknownTicker, "cancelWorkflow") { stage in
                _ = try await stage.store.cancelWorkflow(workflow, now: stage.time)
            }
            try await stage.expectRefused(.unknownTicker, "retryWorkflow") { stage in
                _ = try await stage.store.retryWorkflow(workflow, now: stage.time)
            }
            try await stage.expectRefused(.unknownTicker, "ending") { stage in
                _ = try await stage.store.ending(of: unknown, now: stage.time)
            }
            try expect("the ticker", await stage.store.ticker(unknown, now: stage.time), is: nil)
            try expect("the workflow", await stage.store.workflow(workflow, now: stage.time), is: nil)
            try expect("the explanation", await stage.store.explanation(of: unknown, now: stage.time), is: nil)
            let page = try await stage.store.tickers(
                TickerPageRequest(TickerQuery(workflow: workflow)),
                now: stage.time
            )
            try expect("its page", page, is: TickerPage())
        },
        StoreBehaviour("only the first ticker of a workflow names it") { stage in
            let ids = try await stage.add([PlannedStep("A"), PlannedStep("B", after: [.step(0)])])
            let wrong = WorkflowID(first: ids[1])
            try expect("the workflow", await stage.store.workflow(wrong, now: stage.time), is: nil)
            try await stage.expectRefused(.unknownTicker, "cancelWorkflow by a second ticker") { stage in
                _ = try await stage.store.cancelWorkflow(wrong, now: stage.time)
            }
        },
    ]
}
