import Tickers

extension StoreBehaviour {
    /// What a store forgets, and what it does not.
    static let retention: [StoreBehaviour] = [
        StoreBehaviour("what ended longer ago than the retention's age is forgotten", retention: tenSeconds) { stage in
            let ids = try await stage.add([PlannedStep("A"), PlannedStep("B", after: [.step(0)])])
            try await stage.complete("A")
            try await stage.advance(.seconds(60))
            try await stage.expectKept(ids, "a workflow of which one ticker is open")
            try await stage.complete("B")
            try await stage.advance(.seconds(10))
            try await stage.expectKept(ids, "a workflow that ended ten seconds ago")
            try await stage.advance(.seconds(1))
            try await stage.expectForgotten(ids)
            let late = PlannedStep("Late", after: [.stored(ids[0])])
            try await stage.expectRefused(.unknownTicker, "a child of what is forgotten") { try await $0.add([late]) }
            try expect("the counts", await stage.store.counts(), is: StoreCounts())
        },
        StoreBehaviour("of what has ended no more is kept than the retention's count", retention: three) { stage in
            var ids: [TickerID] = []
            for _ in 0..<6 {
                ids.append(try await stage.add("Work").id)
                try await stage.complete("Work")
                try await stage.advance()
            }
            let open = try await stage.add("Open").id
            try await stage.expectForgotten(Array(ids[..<3]))
            try await stage.expectKept(ids[3...] + [open], "the latest three and what is open")
            try expect("the page", await stage.everything().map(\.id), is: ids[3...] + [open])
            try expect("the workflows", await stage.everyWorkflow().map(\.id.first), is: ids[3...] + [open])
        },
        StoreBehaviour("what an open child elsewhere follows is kept until that has ended", retention: tenSeconds) {
            stage in
            let parents = try await stage.addEach([PlannedStep("A"), PlannedStep("B")]).map(\.id)
            let child = PlannedStep(
                "Child",
                after: [.stored(parents[0]), .stored(parents[1])],
                due: .after(.seconds(60))
            )
            let id = try await stage.add([child])[0]
            try await stage.complete("A")
            try await stage.complete("B")
            try await stage.advance(.seconds(60))
            try await stage.expectKept(parents + [id], "the parents of an open child")
            let run = try await stage.start("Child")
            let results = try await stage.store.parents(of: run.lease, now: stage.time)
            try expect("its parents", results.map(\.ticker.id), is: parents)
            try await stage.succeed(run)
            try await stage.advance(.seconds(11))
            try await stage.expectForgotten(parents + [id])
        },
        StoreBehaviour("a retried workflow is open again and not forgotten", retention: tenSeconds) { stage in
            let id = try await stage.add("Work").id
            try await stage.breakDown("Work")
            try await stage.advance(.seconds(9))
            try await stage.retry(id)
            try await stage.advance(.seconds(9))
            try await stage.expectKept([id], "what is open again")
            try await stage.complete("Work")
            try await stage.advance(.seconds(9))
            try await stage.expectKept([id], "what ended nine seconds ago")
            try await stage.advance(.seconds(2))
            try await stage.expectForgotten([id])
        },
        StoreBehaviour("pages go on behind a ticker that has been forgotten meanwhile", retention: tenSeconds) {
            stage in
            let ids = try await stage.addEach((0..<6).map { PlannedStep("Work \($0)") }).map(\.id)
            for number in [1, 2, 4] { try await stage.complete("Work \(number)") }
            let rest: [PageOrder: [Int]] = [.oldestFirst: [3, 5], .newestFirst: [0]]
            try await stage.advance(.seconds(11))
            try await stage.expectForgotten([1, 2, 4].map { ids[$0] })
            for (order, positions) in rest {
                let after = order == .oldestFirst ? ids[2] : ids[1]
                let page = try await stage.store.tickers(
                    TickerPageRequest(.all, after: after, order: order),
                    now: stage.time
                )
                try expect("the tickers behind", page.tickers.map(\.id), is: positions.map { ids[$0] })
                let request = WorkflowPageRequest(.all, after: WorkflowID(first: after), order: order)
                let workflows = try await stage.store.workflows(request).workflows.map(\.id.first)
                try expect("the workflows behind", workflows, is: positions.map { ids[$0] })
            }
        },
    ]

    private static let tenSeconds = Retention(age: .seconds(10), count: 1_000)
    private static let three = Retention(age: .seconds(1_000), count: 3)
}

extension StoreStage {
    /// A store forgets while it does something else: a claim of nothing lets it.
    fileprivate mutating func expectKept(_ ids: [TickerID], _ what: String) async throws {
        _ = try await claiming(limit: 0)
        for id in ids {
            let found = try await store.ticker(id, now: time)?.id
            try expect("the ticker of \(what)", found, is: id)
        }
    }

    fileprivate mutating func expectForgotten(_ ids: [TickerID]) async throws {
        _ = try await claiming(limit: 0)
        for id in ids {
            try expect("what is forgotten", try await store.ticker(id, now: time), is: nil)
            let workflow = WorkflowID(first: id)
            try expect("the workflow that is forgotten", try await store.workflow(workflow, now: time), is: nil)
            try await expectError(.unknownTicker, "an end that is forgotten") {
                _ = try await store.ending(of: id, now: time)
            }
            try await expectError(.unknownTicker, "a retry of what is forgotten") { _ = try await retry(id) }
        }
    }
}
