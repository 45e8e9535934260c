import Tickers

extension StoreBehaviour {
    /// Run conditions and edge policies against everything that can become of a parent.
    static let conditions: [StoreBehaviour] = table + lateTable + policies

    private static let table = ParentFate.words.map { row in
        StoreBehaviour("a child \(row.condition) runs, waits or is skipped as the table says") { stage in
            for (fate, word) in zip(ParentFate.allCases, row.words) {
                let family = try await stage.addFamily(fate, [(row.condition, .byCondition)])
                try await stage.check(family.children[0], is: .waiting, "the child at first")
                try await stage.bring(family.parent, to: fate)
                let what = "the child of a parent that is \(fate)"
                switch word {
                case .wait: try await stage.check(family.children[0], is: .waiting, what)
                case .run: try await stage.check(family.children[0], is: .pending, what)
                case .never:
                    let end = try await stage.ticker(family.parent).endedAt
                    let reason = fate.reason(family.parent)
                    try await stage.check(family.children[0], ended: .skipped, reason, at: end, what)
                }
            }
        }
    }

    private static let lateTable = ParentFate.words.map { row in
        StoreBehaviour("a late child \(row.condition) runs, waits or is refused as the table says") { stage in
            for (fate, word) in zip(ParentFate.allCases, row.words) {
                let parent = try await stage.addFamily(fate, []).parent
                try await stage.bring(parent, to: fate)
                let child = [PlannedStep("Late", after: [.stored(parent, row.condition)])]
                let what = "the late child of a parent that is \(fate)"
                switch word {
                case .wait: try await stage.check(stage.add(child)[0], is: .waiting, what)
                case .run: try await stage.check(stage.add(child)[0], is: .pending, what)
                case .never:
                    let error = try await stage.expectRefused(.parentEnded, what) { try await $0.add(child) }
                    try expect("the parent that \(what) hears of", error.ticker, is: parent)
                    try expect("the status that \(what) hears of", error.status, is: fate.status)
                }
            }
        }
    }

    private static let policies: [StoreBehaviour] = [
        StoreBehaviour("a failure policy speaks for failed parents, and otherwise the condition does") { stage in
            for (fate, word) in zip(ParentFate.allCases, ParentFate.words[0].words) {
                let policies = ParentFailurePolicy.allCases
                let family = try await stage.addFamily(fate, policies.map { (.onSuccess, $0) })
                try await stage.bring(family.parent, to: fate)
                var expected: [TickerStatus] = policies.map { _ in
                    switch word {
                    case .wait: .waiting
                    case .run: .pending
                    case .never: .skipped
                    }
                }
                if fate == .failed { expected = [.skipped, .pending, .failed] }
                let what = "children by policy of a parent that is \(fate)"
                try expect(what, await stage.statuses(family.children), is: expected)
            }
        },
        StoreBehaviour("runNow releases a child at its parent's failure, whatever its other parents do") { stage in
            let parents: [PlannedParent] = [.step(0, policy: .runNow), .step(1)]
            let ids = try await stage.add([
                PlannedStep("A"), PlannedStep("B"), PlannedStep("Child", after: parents),
            ])
            try await stage.breakDown("A")
            try await stage.check(ids[2], is: .pending, "the child")
            try await stage.complete("Child")
            try await stage.breakDown("B")
            try await stage.check(ids[2], ended: .succeeded, nil, "the child, after another parent failed")
        },
        StoreBehaviour("fail ends a child with its parent's failure, and its own failure branch runs") { stage in
            let ids = try await stage.add([
                PlannedStep("Parent"),
                PlannedStep("Child", after: [.step(0, policy: .fail)]),
                PlannedStep("Grandchild", after: [.step(1, policy: .fail)]),
                PlannedStep("Recovery", after: [.step(2, .onFailure)]),
                PlannedStep("Next", after: [.step(2)]),
            ])
            let run = try await stage.start("Parent")
            try await stage.advance()
            try await stage.fail(run, .never, kind: .timedOut)
            try await stage.check(ids[1], ended: .failed, .parentFailed(ids[0]), at: stage.time, "the child")
            try await stage.check(ids[2], ended: .failed, .parentFailed(ids[1]), at: stage.time, "the grandchild")
            try await stage.check(ids[3], is: .pending, "the failure branch")
            try await stage.check(ids[4], ended: .skipped, .parentFailed(ids[2]), "what follows on success")
            var failure = run.failure(.timedOut)
            failure.kind = .parentFailed
            for id in ids[1...2] { try expect("the failure", await stage.ticker(id).failure, is: failure) }
            try expect("the attempts of the child", await stage.ticker(ids[1]).attempts, is: 0)
            try expect("the history of the child", await stage.ticker(ids[1]).history, is: [])
        },
        StoreBehaviour("an edge speaks once: beside its parent it has spoken before the failure") { stage in
            let beside: PlannedParent = .step(0, .inProgress, policy: .fail)
            let ids = try await stage.add([
                PlannedStep("A"), PlannedStep("B"), PlannedStep("Child", after: [beside, .step(1)]),
            ])
            try await stage.breakDown("A")
            try await stage.check(ids[2], is: .waiting, "the child")
            try await stage.complete("B")
            try await stage.check(ids[2], is: .pending, "the child")
        },
        StoreBehaviour("a child beside its parent is released at the first attempt, once") { stage in
            let retry = RetryPolicy.fixed(maxAttempts: 3, every: .seconds(1))
            let ids = try await stage.add([
                PlannedStep("Parent", retry: retry), PlannedStep("Beside", after: [.step(0, .inProgress)]),
            ])
            try await stage.fail(stage.start("Parent"))
            try await stage.complete("Beside")
            let end = try await stage.ticker(ids[1]).endedAt
            for _ in 1...2 {
                try await stage.advance()
                try await stage.fail(stage.start("Parent"))
                try await stage.check(ids[1], ended: .succeeded, nil, at: end, "the child beside it")
            }
            try await stage.check(ids[0], is: .failed, "the parent")
            try expect("the child's attempts", await stage.ticker(ids[1]).attempts, is: 1)
        },
    ]
}
