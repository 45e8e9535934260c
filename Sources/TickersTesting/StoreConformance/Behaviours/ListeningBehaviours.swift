import Tickers

extension StoreBehaviour {
    /// What a store tells those who listen.
    static let listening: [StoreBehaviour] = hints + stops + events + ends

    private static let hints: [StoreBehaviour] = [
        StoreBehaviour("a hint tells the instant from which something that was stored is due") { stage in
            let ear = StoreEar()
            stage.listen(ear)
            try await stage.add("Later", due: .after(.seconds(60)))
            try expect("the earliest hint", ear.due.min(), is: stage.instant(60))
            ear.clear()
            try await stage.addEach([PlannedStep("Later", due: .after(.seconds(30))), PlannedStep("Now")])
            try expect("whether something is due", ear.due.contains { $0 <= stage.time }, is: true)
            ear.clear()
            try await stage.add([PlannedStep("A", due: .after(.seconds(9))), PlannedStep("B", after: [.step(0)])])
            try expect("the earliest hint of a workflow", ear.due.min(), is: stage.instant(9))
        },
        StoreBehaviour("a hint tells when a child is released, a ticker queued again, a place free, a queue resumed") {
            stage in
            let ear = StoreEar()
            stage.listen(ear)
            let retry = RetryPolicy.fixed(maxAttempts: 2, every: .seconds(7))
            let ids = try await stage.add([PlannedStep("A", retry: retry), PlannedStep("B", after: [.step(0)])])
            ear.clear()
            try await stage.fail(stage.start("A"))
            try expect("the hint of another attempt", ear.due.min(), is: stage.instant(7))
            try await stage.advance(.seconds(7))
            ear.clear()
            try await stage.finish(stage.start("A"), .snoozed(.seconds(3)))
            try expect("the hint of a snooze", ear.due.min(), is: stage.instant(3))
            ear.clear()
            try await stage.retry(ids[0])
            try await stage.advance(.seconds(3))
            ear.clear()
            try await stage.complete("A")
            try expect("whether a child is due", ear.due.contains { $0 <= stage.time }, is: true)
            try await stage.breakDown("B")
            ear.clear()
            try await stage.retry(ids[1])
            try expect("whether a retried one is due", ear.due.contains { $0 <= stage.time }, is: true)
            let keyed = TickerOptions(queue: "slow", limitKey: "k")
            try await stage.addEach([PlannedStep("C", options: keyed), PlannedStep("D", options: keyed)])
            let run = try await stage.start("C")
            ear.clear()
            try await stage.succeed(run)
            try expect("whether the next under the key is due", ear.due.contains { $0 <= stage.time }, is: true)
            try await stage.store.setPaused("slow", true, now: stage.time)
            ear.clear()
            try await stage.store.setPaused("slow", false, now: stage.time)
            try expect("whether something in the queue is due", ear.due.contains { $0 <= stage.time }, is: true)
        },
        StoreBehaviour("a hint tells when something runs out of time") { stage in
            let ear = StoreEar()
            stage.listen(ear)
            try await stage.add("A", TickerOptions(expiry: .at(stage.instant(30))))
            try expect("the hint of an expiry", ear.limits.min(), is: stage.instant(30))
            ear.clear()
            try await stage.add([PlannedStep("B")], options: WorkflowOptions(deadline: .after(.seconds(20))))
            try expect("the hint of a deadline", ear.limits.min(), is: stage.instant(20))
            let expiry = TickerOptions(expiry: .afterDue(.seconds(5)))
            try await stage.add([PlannedStep("C"), PlannedStep("D", after: [.step(0)], options: expiry)])
            ear.clear()
            try await stage.complete("C")
            try expect("the hint of a released child", ear.limits.min(), is: stage.instant(5))
        },
    ]

    private static let stops: [StoreBehaviour] = [
        StoreBehaviour("attempts that should stop are told by their leases, whatever the reason") { stage in
            let ear = StoreEar()
            stage.listen(ear)
            let id = try await stage.add("Lone").id
            let lone = try await stage.start("Lone")
            try await stage.cancel(id)
            try expect("the stop of a cancelled one", ear.stops, is: [lone.lease])
            ear.clear()
            let options = WorkflowOptions(onFailure: .cancelAll, deadline: .after(.seconds(60)))
            let steps = [PlannedStep("A"), PlannedStep("B"), PlannedStep("C", after: [.step(0, .inProgress)])]
            let ids = try await stage.add(steps, options: options)
            let (a, b) = (try await stage.start("A"), try await stage.start("B"))
            let c = try await stage.start("C")
            _ = try await stage.store.cancelParents(of: c.lease, includingStarted: true, now: stage.time)
            try expect("the stop of a parent", ear.stops, is: [a.lease])
            ear.clear()
            try await stage.fail(b)
            try expect("the stops after a failure", Set(ear.stops), is: [a.lease, c.lease])
            try await stage.fail(a)
            try await stage.fail(c)
            for id in ids { try await stage.check(id, is: id == ids[1] ? .failed : .cancelled, "a ticker") }
            ear.clear()
            try await stage.add([PlannedStep("D")], options: options)
            let late = try await stage.start("D")
            try await stage.advance(.seconds(60))
            _ = try await stage.claiming(limit: 0)
            try expect("the stop at a deadline", ear.stops, is: [late.lease])
        }
    ]

    /// The statuses of one ticker, in the order in which they were told.
    private static func told(_ id: TickerID, _ ear: StoreEar) -> [TickerStatus] {
        ear.events.compactMap { event in
            if case .ticker(let change) = event, change.id == id { change.status } else { nil }
        }
    }

    private static let events: [StoreBehaviour] = [
        StoreBehaviour("every change of a ticker is told in order, its workflow's end after the last") { stage in
            let ear = StoreEar()
            stage.listen(ear)
            let retry = RetryPolicy.fixed(maxAttempts: 2, every: .zero)
            let ids = try await stage.add([
                PlannedStep("A", due: .after(.seconds(1)), retry: retry), PlannedStep("B", after: [.step(0)]),
                PlannedStep("C", after: [.step(0, .onFailure)]),
            ])
            try await stage.advance()
            try await stage.fail(stage.start("A"))
            let run = try await stage.start("A")
            let progress = TickerProgress(fraction: 0.5)
            try await stage.store.report(progress, lease: run.lease)
            try await stage.succeed(run)
            try await stage.complete("B")
            let a: [TickerStatus] = [.scheduled, .running, .retrying, .running, .succeeded]
            try expect("what is told of A", told(ids[0], ear), is: a)
            try expect("what is told of B", told(ids[1], ear), is: [.waiting, .pending, .running, .succeeded])
            try expect("what is told of C", told(ids[2], ear), is: [.waiting, .skipped])
            let end = TickerEvent.workflowEnded(WorkflowID(first: ids[0]), at: stage.time)
            try expect("the last event", ear.events.last, is: end)
            try expect("the ends of the workflow", ear.events.count { $0 == end }, is: 1)
            try expect("the progress", ear.events.count { $0 == .progress(ids[0], progress) }, is: 1)
        },
        StoreBehaviour("a change says what it is about, when, and why") { stage in
            let ear = StoreEar()
            stage.listen(ear)
            let ids = try await stage.add([PlannedStep("A"), PlannedStep("B", after: [.step(0)])])
            let run = try await stage.start("A")
            try await stage.advance()
            ear.clear()
            try await stage.fail(run)
            let workflow = WorkflowID(first: ids[0])
            let failed = TickerChange(
                id: ids[0],
                workflowID: workflow,
                function: "A",
                status: .failed,
                attempts: 1,
                at: stage.time,
                failure: run.failure()
            )
            let skipped = TickerChange(
                id: ids[1],
                workflowID: workflow,
                function: "B",
                status: .skipped,
                attempts: 0,
                at: stage.time,
                reason: .parentFailed(ids[0])
            )
            let end = TickerEvent.workflowEnded(workflow, at: stage.time)
            try expect("the events", ear.events, is: [.ticker(failed), .ticker(skipped), end])
        },
        StoreBehaviour("who wants no events gets none, and who has left hears nothing") { stage in
            let (deaf, gone) = (StoreEar(wantsEvents: false), StoreEar())
            stage.listen(deaf)
            stage.store.listeners.attach(gone)
            try await stage.add("A")
            try expect("the events of one who wants none", deaf.events, is: [])
            try expect("whether it had a hint", deaf.due.isEmpty, is: false)
            try expect("whether the other had an event", gone.events.isEmpty, is: false)
            stage.store.listeners.detach(gone)
            gone.clear()
            try await stage.add("B")
            try expect("the events of one who has left", gone.events, is: [])
            try expect("its hints", gone.due, is: [])
        },
        StoreBehaviour("a call that is refused tells nothing") { stage in
            let ear = StoreEar()
            stage.listen(ear)
            let steps = [PlannedStep("A"), PlannedStep("B", after: [.stored(TickerID(high: 1, low: 2))])]
            try await expectError(.unknownTicker, "an unknown parent") { try await stage.add(steps) }
            try expect("the events", ear.events, is: [])
            try expect("the hints", ear.due, is: [])
        },
    ]

    private static let ends: [StoreBehaviour] = [
        StoreBehaviour("an awaited end is told once, with the output, and others are not told") { stage in
            let ear = StoreEar(wantsEvents: false)
            stage.listen(ear)
            let ids = try await stage.add([PlannedStep("A"), PlannedStep("B", after: [.step(0)])])
            ear.wait(for: ids[0])
            let other = try await stage.add("Other").id
            let run = try await stage.start("A")
            try await stage.succeed(run, "out")
            try await stage.complete("Other")
            try expect("the tickers that ended", ear.tickers, is: [await stage.ticker(ids[0])])
            try expect("the output", ear.outputs.map { try $0.storedText }, is: ["out"])
            try expect("the workflows that ended", ear.workflows, is: [])
            try await stage.advance()
            try await stage.succeed(run, "again")
            try await stage.complete("B")
            try expect("the tickers that ended, later", ear.tickers.map(\.id), is: [ids[0]])
            try expect("the workflows then", ear.workflows, is: [await stage.workflow(of: ids[0])])
            try await stage.check(other, is: .succeeded, "the other")
        },
        StoreBehaviour("every kind of end is told to who waits") { stage in
            let ear = StoreEar(wantsEvents: false)
            stage.listen(ear)
            let steps = [
                PlannedStep("Bad"), PlannedStep("Skipped", after: [.step(0)]), PlannedStep("Odd"),
                PlannedStep("Late", options: TickerOptions(expiry: .at(stage.instant(5)))),
            ]
            let ids = try await stage.add(steps)
            for id in ids { ear.wait(for: id) }
            try await stage.breakDown("Bad")
            try await stage.cancel(ids[2])
            try await stage.advance(.seconds(5))
            _ = try await stage.claiming(limit: 0)
            let expected: [TickerStatus] = [.failed, .skipped, .cancelled, .skipped]
            try expect("the ends", ear.tickers.map(\.status), is: expected)
            try expect("the tickers", ear.tickers.map(\.id), is: ids)
            try expect("the workflow", ear.workflows, is: [await stage.workflow(of: ids[0])])
        },
    ]
}
