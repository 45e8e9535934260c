import Tickers

extension StoreBehaviour {
    /// Children of several parents, and what goes on below a ticker that is skipped.
    static let joins: [StoreBehaviour] = joinRules + cascades

    /// Three parents A, B and C, and a child of all.
    private static func join(_ rule: JoinRule, _ condition: RunCondition = .onSuccess) -> [PlannedStep] {
        let parents = (0..<3).map { PlannedParent.step($0, condition) }
        return ["A", "B", "C"].map { PlannedStep($0) } + [PlannedStep("Child", after: parents, join: rule)]
    }

    private static let joinRules: [StoreBehaviour] = [
        StoreBehaviour("a join of all is released by its last parent, at that moment") { stage in
            for order in [["A", "B", "C"], ["C", "A", "B"], ["B", "C", "A"]] {
                let ids = try await stage.add(join(.all))
                for parent in order {
                    try await stage.check(ids[3], is: .waiting, "the join before \(parent) of \(order)")
                    try await stage.advance()
                    try await stage.complete(parent)
                }
                let child = try await stage.ticker(ids[3])
                try expect("the join's status", child.status, is: .pending)
                try expect("the join's due time", child.due, is: stage.time)
            }
        },
        StoreBehaviour("a join of all is skipped by the first parent that denies it") { stage in
            let ids = try await stage.add(join(.all))
            try await stage.complete("A")
            try await stage.advance()
            try await stage.breakDown("B")
            try await stage.check(ids[3], ended: .skipped, .parentFailed(ids[1]), at: stage.time, "the join")
            try await stage.complete("C")
            try await stage.check(ids[3], is: .skipped, "the join after its last parent")
        },
        StoreBehaviour("a join of any is released by the first, and skipped only by the last") { stage in
            let ids = try await stage.add(join(.any))
            try await stage.breakDown("A")
            try await stage.check(ids[3], is: .waiting, "the join after a failure")
            try await stage.complete("B")
            try await stage.check(ids[3], is: .pending, "the join after a success")
            try await stage.complete("Child")
            try await stage.complete("C")
            try await stage.check(ids[3], is: .succeeded, "the join after its last parent")

            let others = try await stage.add(join(.any))
            for parent in ["A", "C"] {
                try await stage.breakDown(parent)
                try await stage.check(others[3], is: .waiting, "the other join after \(parent)")
            }
            try await stage.advance()
            try await stage.breakDown("B")
            let reason = EndReason.parentFailed(others[1])
            try await stage.check(others[3], ended: .skipped, reason, at: stage.time, "the other join")
        },
        StoreBehaviour("a join of at least two of three is decided by whichever two") { stage in
            for order in [["A", "B"], ["A", "C"], ["C", "B"]] {
                let ids = try await stage.add(join(.atLeast(2), .onFailure))
                try await stage.breakDown(order[0])
                try await stage.check(ids[3], is: .waiting, "the join after \(order[0])")
                try await stage.breakDown(order[1])
                try await stage.check(ids[3], is: .pending, "the join after \(order)")
                try await stage.cancel(ids[3])
                for rest in try await stage.claim("A", "B", "C") { try await stage.succeed(rest) }

                let others = try await stage.add(join(.atLeast(2), .onFailure))
                try await stage.complete(order[0])
                try await stage.check(others[3], is: .waiting, "the join after a denial by \(order[0])")
                try await stage.complete(order[1])
                try await stage.check(others[3], is: .skipped, "the join after denials by \(order)")
                for rest in try await stage.claim("A", "B", "C") { try await stage.succeed(rest) }
            }
        },
        StoreBehaviour("a join of a hundred waits for every one") { stage in
            let parents = (0..<100).map { PlannedStep("Parent \($0)") }
            let join = PlannedStep("Join", after: (0..<100).map { .step($0, .onCompletion) })
            let child = try await stage.add(parents + [join])[100]
            let runs = try await stage.startAll(100)
            for run in runs.dropLast() { try await stage.fail(run, .never) }
            try await stage.check(child, is: .waiting, "the join before the last parent")
            try await stage.succeed(runs[99])
            try await stage.check(child, is: .pending, "the join after the last parent")
        },
        StoreBehaviour("reports of one batch release and deny in their order") { stage in
            let ids = try await stage.add(join(.all))
            let runs = try await stage.startAll(3)
            let byName = Dictionary(uniqueKeysWithValues: runs.map { ($0.spec.function, $0) })
            let (a, b, c) = (try unwrap("A", byName["A"]), try unwrap("B", byName["B"]), try unwrap("C", byName["C"]))
            try await stage.finish([c.failed(.never), a.finished(.succeeded(.nothing)), b.failed(.never)])
            try await stage.check(ids[3], ended: .skipped, .parentFailed(ids[2]), "the join")
        },
    ]

    private static let cascades: [StoreBehaviour] = [
        StoreBehaviour("a skip goes all the way down, each with its own parent as the reason") { stage in
            let chain = (0..<500).map { PlannedStep("Step \($0)", after: $0 == 0 ? [] : [.step($0 - 1)]) }
            let ids = try await stage.add(chain)
            try await stage.advance()
            try await stage.breakDown("Step 0")
            let tickers = try await stage.workflow(of: ids[0]).tickers
            try expect("the tickers", tickers.map(\.id), is: ids)
            try expect("the first skip", tickers[1].reason, is: .parentFailed(ids[0]))
            for (parent, ticker) in zip(ids[1...], tickers[2...]) {
                try expect("the status of \(ticker.function)", ticker.status, is: .skipped)
                try expect("the reason of \(ticker.function)", ticker.reason, is: .parentSkipped(parent))
                try expect("the end of \(ticker.function)", ticker.endedAt, is: stage.time)
            }
            try expect("the end of the workflow", await stage.workflow(of: ids[0]).endedAt, is: stage.time)
        },
        StoreBehaviour("a skip stops at a child that always runs, and below that all is open again") { stage in
            let ids = try await stage.add([
                PlannedStep("Root"),
                PlannedStep("Skipped", after: [.step(0, .onFailure)]),
                PlannedStep("Always", after: [.step(1, .always)]),
                PlannedStep("After", after: [.step(2)]),
                PlannedStep("Never", after: [.step(1, .onCompletion)]),
            ])
            try await stage.complete("Root")
            let statuses: [TickerStatus] = [.succeeded, .skipped, .pending, .waiting, .skipped]
            try expect("the statuses", await stage.statuses(ids), is: statuses)
            try await stage.complete("Always")
            try await stage.check(ids[3], is: .pending, "what follows")
        },
        StoreBehaviour("a diamond whose arm is skipped skips its join, and the other arm runs on") { stage in
            let ids = try await stage.add([
                PlannedStep("Top"), PlannedStep("Left", after: [.step(0)]),
                PlannedStep("Right", after: [.step(0, .onFailure)]),
                PlannedStep("Bottom", after: [.step(1), .step(2)]),
            ])
            try await stage.complete("Top")
            let statuses: [TickerStatus] = [.succeeded, .pending, .skipped, .skipped]
            try expect("the statuses", await stage.statuses(ids), is: statuses)
            try await stage.check(ids[3], ended: .skipped, .parentSkipped(ids[2]), "the bottom")
            try await stage.complete("Left")
            try await stage.check(ids[3], is: .skipped, "the bottom, later")
        },
        StoreBehaviour("a parent of many releases every child in one step") { stage in
            let children = (0..<300).map { PlannedStep("Child \($0)", after: [.step(0)]) }
            let ids = try await stage.add([PlannedStep("Parent")] + children)
            try await stage.complete("Parent")
            try expect("what is queued", await stage.store.counts().queued, is: 300)
            try expect("the first claim", await stage.claimed(), is: children.map(\.name))
            try await stage.check(ids[300], is: .running, "the last child")
        },
    ]
}
