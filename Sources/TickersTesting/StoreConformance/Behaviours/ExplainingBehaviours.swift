import Tickers

extension StoreBehaviour {
    /// Why a ticker is not running.
    static let explanations: [StoreBehaviour] = [
        StoreBehaviour("an explanation says at every step what a ticker waits for") { stage in
            let parents: [PlannedParent] = [.step(0), .step(1), .step(2)]
            let child = PlannedStep(
                "Child",
                after: parents,
                join: .atLeast(2),
                due: .after(.seconds(5)),
                retry: .fixed(maxAttempts: 2, every: .seconds(3))
            )
            let ids = try await stage.add([PlannedStep("A"), PlannedStep("B"), PlannedStep("C"), child])
            try expect("at first", await stage.answer(ids[3]), is: .waitsForParents(missing: 2))
            try await stage.complete("A")
            try expect("after a parent", await stage.answer(ids[3]), is: .waitsForParents(missing: 1))
            try await stage.complete("C")
            try expect("after two parents", await stage.answer(ids[3]), is: .waitsForDue(stage.instant(5)))
            try await stage.advance(.seconds(5))
            try expect("once it is due", await stage.answer(ids[3]), is: .waitsForPlace([]))
            let run = try await stage.start("Child")
            try expect("while it runs", await stage.answer(ids[3]), is: .runs(since: stage.time))
            try await stage.fail(run)
            try expect("between attempts", await stage.answer(ids[3]), is: .waitsForDue(stage.instant(3)))
            try await stage.advance(.seconds(3))
            try await stage.complete("Child")
            try expect("in the end", await stage.answer(ids[3]), is: .ended(nil, culprit: nil))
        },
        StoreBehaviour("an explanation of an end names the function that is to blame") { stage in
            let ids = try await stage.add([
                PlannedStep("Culprit"), PlannedStep("Next", after: [.step(0)]),
                PlannedStep("Last", after: [.step(1)]), PlannedStep("Other"),
            ])
            try await stage.breakDown("Culprit")
            try await stage.cancel(ids[3])
            let ends: [TickerExplanation.Answer] = [
                .ended(nil, culprit: nil), .ended(.parentFailed(ids[0]), culprit: "Culprit"),
                .ended(.parentSkipped(ids[1]), culprit: "Next"), .ended(.byRequest, culprit: nil),
            ]
            for (id, end) in zip(ids, ends) { try expect("the answer", await stage.answer(id), is: end) }
        },
        StoreBehaviour("the edges of an explanation say where each parent stands and what has been heard") { stage in
            let retry = RetryPolicy.fixed(maxAttempts: 2, every: .seconds(9))
            let parents: [PlannedParent] = [
                .step(3), .step(0), .step(1, .onFailure), .step(2, .onCompletion, policy: .runNow),
            ]
            let elders = [
                PlannedStep("A"), PlannedStep("B"), PlannedStep("C", retry: retry),
                PlannedStep("D", due: .after(.seconds(7))),
            ]
            let ids = try await stage.add(elders + [PlannedStep("Child", after: parents, join: .atLeast(2))])
            try await stage.complete("A")
            try await stage.complete("B")
            try await stage.fail(stage.start("C"))
            let explanation = try unwrap("it", await stage.store.explanation(of: ids[4], now: stage.time))
            try expect("when it was asked", explanation.askedAt, is: stage.time)
            let edges = explanation.edges
            try expect("the parents", edges.map(\.parent), is: [ids[3], ids[0], ids[1], ids[2]])
            try expect("their functions", edges.map(\.function), is: ["D", "A", "B", "C"])
            try expect("their statuses", edges.map(\.status), is: [.scheduled, .succeeded, .succeeded, .retrying])
            try expect("their due times", edges.map(\.due), is: [stage.instant(7), nil, nil, stage.instant(9)])
            try expect(
                "the conditions",
                edges.map(\.condition),
                is: [.onSuccess, .onSuccess, .onFailure, .onCompletion]
            )
            let policies: [ParentFailurePolicy] = [.byCondition, .byCondition, .byCondition, .runNow]
            try expect("the policies", edges.map(\.onParentFailure), is: policies)
            try expect("the words", edges.map(\.word), is: [.open, .yes, .no, .open])
        },
    ]
}
