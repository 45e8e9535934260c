import Tickers

extension StoreBehaviour {
    /// Pages of tickers and workflows, by filter, in both orders, while rows come.
    static let paging: [StoreBehaviour] = tickerPages + workflowPages

    /// Twelve tickers a second apart: three functions, two queues, tags, four of them as one workflow.
    private static func fill(_ stage: inout StoreStage) async throws -> [TickerID] {
        var ids: [TickerID] = []
        for number in 0..<8 {
            let options = TickerOptions(
                queue: number.isMultiple(of: 2) ? "even" : "odd",
                tags: number.isMultiple(of: 4) ? ["four", "two"] : number.isMultiple(of: 2) ? ["two"] : nil
            )
            let due: TickerDue = number < 6 ? .now : .at(StoreStage.start.advanced(by: .seconds(100 + number)))
            ids.append(try await stage.add("Work \(number % 3)", due: due, options).id)
            try await stage.advance()
        }
        let parents: [[PlannedParent]] = [[], [.step(0)], [.step(1)], [.step(0, .onFailure)]]
        return ids + (try await stage.add(parents.map { PlannedStep("Step", after: $0) }))
    }

    /// Checks a query in both orders with pages of every size.
    private static func expectPages(
        of query: TickerQuery,
        _ expected: [TickerID],
        _ stage: StoreStage,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        for limit in [1, 2, 5, 200] {
            let what = "the ids on pages of \(limit)"
            let oldest = try await stage.everything(query, .oldestFirst, limit: limit).map(\.id)
            try expect("\(what), oldest first", oldest, is: expected, fileID: fileID, line: line)
            let newest = try await stage.everything(query, .newestFirst, limit: limit).map(\.id)
            try expect("\(what), newest first", newest, is: expected.reversed(), fileID: fileID, line: line)
        }
    }

    private static let tickerPages: [StoreBehaviour] = [
        StoreBehaviour("pages bring every ticker once, in order of ids, in either direction") { stage in
            try await expectPages(of: .all, [], stage)
            let ids = try await fill(&stage)
            try await expectPages(of: .all, ids, stage)
            let first = try await stage.store.tickers(TickerPageRequest(.all, limit: 5), now: stage.time)
            try expect("the first page", first.tickers.count <= 5, is: true)
            let all = try await stage.store.tickers(TickerPageRequest(.all, limit: 12), now: stage.time)
            try expect("a page of all", all.tickers.map(\.id), is: ids)
        },
        StoreBehaviour("tickers are found by function, queue and tags, all of which have to hold") { stage in
            let ids = try await fill(&stage)
            try await expectPages(
                of: TickerQuery(functions: ["Work 0", "Step"]),
                [0, 3, 6, 8, 9, 10, 11].map { ids[$0] },
                stage
            )
            try await expectPages(of: TickerQuery(queues: ["odd"]), [1, 3, 5, 7].map { ids[$0] }, stage)
            try await expectPages(
                of: TickerQuery(queues: ["default", "even"]),
                [0, 2, 4, 6, 8, 9, 10, 11].map { ids[$0] },
                stage
            )
            try await expectPages(of: TickerQuery(tags: ["two"]), [0, 2, 4, 6].map { ids[$0] }, stage)
            try await expectPages(of: TickerQuery(tags: ["two", "four"]), [0, 4].map { ids[$0] }, stage)
            let query = TickerQuery(functions: ["Work 0", "Work 1"], queues: ["even"], tags: ["two"])
            try await expectPages(of: query, [0, 4, 6].map { ids[$0] }, stage)
            for query in [TickerQuery(functions: []), TickerQuery(queues: []), TickerQuery(functions: ["work 0"])] {
                try await expectPages(of: query, [], stage)
            }
            try await expectPages(of: TickerQuery(tags: []), ids, stage)
        },
        StoreBehaviour("tickers are found by status, as the clock makes it") { stage in
            let ids = try await fill(&stage)
            try await stage.fail(stage.start("Work 0", isFirst: true))
            let run = try await stage.start("Work 1", isFirst: true)
            try await stage.cancel(ids[2])
            let statuses: [(Set<TickerStatus>, [Int])] = [
                ([.failed], [0]), ([.running], [1]), ([.cancelled], [2]), ([.pending], [3, 4, 5, 8]),
                ([.scheduled], [6, 7]), ([.waiting], [9, 10, 11]), ([.succeeded, .retrying, .skipped], []), ([], []),
                ([.failed, .scheduled], [0, 6, 7]),
            ]
            for (status, positions) in statuses {
                try await expectPages(of: TickerQuery(statuses: status), positions.map { ids[$0] }, stage)
            }
            try await stage.succeed(run)
            try await stage.advance(.seconds(120))
            let pending = [3, 4, 5, 6, 7, 8].map { ids[$0] }
            try await expectPages(of: TickerQuery(statuses: [.pending]), pending, stage)
            try await expectPages(of: TickerQuery(statuses: [.scheduled]), [], stage)
        },
        StoreBehaviour("tickers are found by when they were stored and are due, the end left out") { stage in
            let ids = try await fill(&stage)
            let start = StoreStage.start
            let at = { (seconds: Int) in start.advanced(by: .seconds(seconds)) }
            try await expectPages(of: TickerQuery(created: at(1)..<at(3)), [1, 2].map { ids[$0] }, stage)
            try await expectPages(of: TickerQuery(created: at(8)..<at(9)), [8, 9, 10, 11].map { ids[$0] }, stage)
            try await expectPages(of: TickerQuery(due: at(0)..<at(2)), [0, 1].map { ids[$0] }, stage)
            try await expectPages(of: TickerQuery(due: at(106)..<at(107)), [ids[6]], stage)
            let due = (0...8).map { ids[$0] }
            try await expectPages(of: TickerQuery(due: .distantPast ..< .distantFuture), due, stage)
            try await expectPages(of: TickerQuery(created: at(1)..<at(1)), [], stage)
        },
        StoreBehaviour("tickers are found by workflow, and a workflow is no more than its tickers") { stage in
            let ids = try await fill(&stage)
            let workflow = WorkflowID(first: ids[8])
            let late = PlannedStep("Late", after: [.stored(ids[8])])
            try await stage.add("Between")
            let child = try await stage.add([late])[0]
            try await expectPages(of: TickerQuery(workflow: workflow), Array(ids[8...]) + [child], stage)
            try await expectPages(of: TickerQuery(functions: ["Late"], workflow: workflow), [child], stage)
            try await expectPages(of: TickerQuery(workflow: WorkflowID(first: ids[3])), [ids[3]], stage)
            try await expectPages(of: TickerQuery(workflow: WorkflowID(first: ids[9])), [], stage)
            for (after, order) in [(ids[2], PageOrder.oldestFirst), (child, .oldestFirst), (ids[8], .newestFirst)] {
                let request = TickerPageRequest(TickerQuery(workflow: workflow), after: after, order: order)
                let page = try await stage.store.tickers(request, now: stage.time)
                let expected = after == ids[2] ? Array(ids[8...]) + [child] : []
                try expect("what lies beyond \(after)", page.tickers.map(\.id), is: expected)
            }
        },
        StoreBehaviour("what is stored while someone turns the pages comes at its place, and nothing twice") { stage in
            let ids = try await fill(&stage)
            for order in PageOrder.allCases {
                var seen: [TickerID] = []
                var added: [TickerID] = []
                var after: TickerID?
                repeat {
                    let request = TickerPageRequest(
                        TickerQuery(statuses: [.pending]),
                        after: after,
                        limit: 2,
                        order: order
                    )
                    let page = try await stage.store.tickers(request, now: stage.time)
                    seen += page.tickers.map(\.id)
                    after = page.next
                    if added.count < 3 { added.append(try await stage.add("Added").id) }
                } while after != nil && seen.count < 100
                let expected = [0, 1, 2, 3, 4, 5, 8].map { ids[$0] }
                switch order {
                case .oldestFirst: try expect("what is seen", seen, is: expected + added)
                case .newestFirst: try expect("what is seen", seen, is: expected.reversed())
                }
                for id in added { try await stage.cancel(id) }
            }
        },
    ]

    private static let workflowPages: [StoreBehaviour] = [
        StoreBehaviour("pages bring every workflow once, by name, status and time, in either direction") { stage in
            var ids: [WorkflowID] = []
            for name in ["", "a", "b", "a"] {
                let steps = [PlannedStep("Work \(ids.count)"), PlannedStep("Next", after: [.step(0)])]
                ids.append(try await stage.add(NewWorkflow(name, steps: steps)).id)
                try await stage.advance()
            }
            ids.append(try await stage.add("Lone").workflowID)
            try await stage.breakDown("Work 1")
            try await stage.complete("Lone")
            let start = StoreStage.start
            let queries: [(WorkflowQuery, [Int])] = [
                (.all, [0, 1, 2, 3, 4]), (WorkflowQuery(names: ["a"]), [1, 3]), (WorkflowQuery(names: [""]), [0, 4]),
                (WorkflowQuery(names: ["A"]), []), (WorkflowQuery(statuses: [.running]), [0, 2, 3]),
                (WorkflowQuery(statuses: [.failed, .succeeded]), [1, 4]),
                (WorkflowQuery(statuses: [.running], names: ["a"]), [3]),
                (WorkflowQuery(created: start.advanced(by: .seconds(1))..<start.advanced(by: .seconds(3))), [1, 2]),
            ]
            for (query, positions) in queries {
                let expected = positions.map { ids[$0] }
                for limit in [1, 2, 200] {
                    let oldest = try await stage.everyWorkflow(query, .oldestFirst, limit: limit).map(\.id)
                    try expect("the ids on pages of \(limit), oldest first", oldest, is: expected)
                    let newest = try await stage.everyWorkflow(query, .newestFirst, limit: limit).map(\.id)
                    try expect("the ids on pages of \(limit), newest first", newest, is: expected.reversed())
                }
            }
        },
        StoreBehaviour("a workflow's overview says what its snapshot says") { stage in
            let steps = [PlannedStep("A"), PlannedStep("B", after: [.step(0)]), PlannedStep("C")]
            let id = try await stage.add(NewWorkflow("Named", steps: steps)).tickers[0]
            for _ in 0..<3 {
                let workflow = try await stage.workflow(of: id)
                let overview = try unwrap("the overview", await stage.everyWorkflow().first)
                try expect("the id", overview.id, is: workflow.id)
                try expect("the name", overview.name, is: "Named")
                try expect("the creation", overview.createdAt, is: workflow.createdAt)
                try expect("the end", overview.endedAt, is: workflow.endedAt)
                try expect("the status", overview.status, is: workflow.status)
                try expect("the counts", overview.counts, is: await stage.store.counts())
                for run in try await stage.claim() { try await stage.succeed(run) }
                try await stage.advance()
            }
        },
    ]
}
