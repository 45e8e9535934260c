import Tickers

extension StoreBehaviour {
    /// What a claim takes, and in which order.
    static let claims: [StoreBehaviour] = takings + orders + rooms

    private static let takings: [StoreBehaviour] = [
        StoreBehaviour("a claimed ticker runs, and is not claimed again") { stage in
            let id = try await stage.add("Work").id
            try await stage.advance()
            let run = try await stage.start("Work")
            let ticker = try await stage.ticker(id)
            try expect("its status", ticker.status, is: .running)
            try expect("its attempts", ticker.attempts, is: 1)
            try expect("its start", ticker.startedAt, is: stage.time)
            try expect("the attempt", run.attempt, is: 1)
            try expect("the ticker of the lease", run.lease.ticker, is: id)
            try expect("what is claimed next", await stage.claimed(), is: [])
        },
        StoreBehaviour("a run brings all that its ticker was stored with") { stage in
            let retry = RetryPolicy.exponential(maxAttempts: 4, first: .milliseconds(1_500), factor: 3).within(
                .seconds(99)
            )
            let options = TickerOptions(
                queue: "mail",
                priority: .high,
                retry: retry,
                timeout: .microseconds(2_500_001),
                tags: ["b", "a"]
            )
            var step = PlannedStep("Work", due: .after(.seconds(1)), options: options)
            step.input = .payload(try stage.text("in"))
            step.metadata = ["trace": "42"]
            let stored = try await stage.addEach([step])[0]
            try await stage.advance(.seconds(5))
            let run = try await stage.start("Work")
            try expect("the workflow", run.workflowID, is: stored.workflowID)
            try expect("the queue", run.spec.queue, is: "mail")
            try expect("the priority", run.spec.priority, is: .high)
            try expect("the attempts", run.spec.retry.maxAttempts, is: 4)
            try expect("the backoff", run.spec.retry.backoff, is: retry.backoff)
            try expect("the budget", run.spec.retry.budget, is: .seconds(99))
            try expect("the timeout", run.spec.timeout, is: .microseconds(2_500_001))
            try expect("the tags", run.spec.tags, is: ["b", "a"])
            try expect("the input", run.input.storedText, is: "in")
            try expect("the metadata", run.metadata, is: ["trace": "42"])
            try expect("when it was due", run.scheduledFor, is: stage.time.advanced(by: .seconds(-4)))
        },
        StoreBehaviour("a claim takes no more than its limit, and only functions that are served") { stage in
            for name in ["A", "B", "A", "C", "A"] {
                try await stage.add(name)
                try await stage.advance()
            }
            try expect("a claim of two", await stage.claimed("A", "C", limit: 2), is: ["A", "A"])
            try expect("a claim of none", await stage.claimed(limit: 0), is: [])
            try expect("the rest of them", await stage.claimed("A", "C"), is: ["C", "A"])
            try expect("a claim for nobody", await stage.claimed("Unknown"), is: [])
            try expect("the others", await stage.claimed("B"), is: ["B"])
        },
        StoreBehaviour("a claim says when the next ticker becomes due, also one that takes nothing") { stage in
            try expect("the next of none", await stage.claiming().nextDue, is: nil)
            try await stage.add("Late", due: .at(stage.instant(60)))
            let soon = try await stage.add("Soon", due: .at(stage.instant(30))).id
            try await stage.add("Now")
            try expect("the next", await stage.claiming(limit: 0).nextDue, is: stage.instant(30))
            try expect("the next for others", await stage.claiming(["Now"]).nextDue, is: stage.instant(30))
            try await stage.cancel(soon)
            try expect("the next after a cancellation", await stage.claiming().nextDue, is: stage.instant(60))
            try await stage.advance(.seconds(60))
            try expect("the next when all are due", await stage.claiming().nextDue, is: nil)
        },
        StoreBehaviour("leases are never given twice") { stage in
            try await stage.add("Work")
            var leases: Set<TickerLease> = []
            for _ in 0..<5 {
                let run = try await stage.start("Work")
                leases.insert(run.lease)
                try await stage.finish(run, .interrupted)
                try await stage.advance()
            }
            try expect("the leases of five attempts", leases.count, is: 5)
            try expect("their tokens", Set(leases.map(\.token)).count, is: 5)
        },
    ]

    private static let orders: [StoreBehaviour] = [
        StoreBehaviour("the higher priority starts first, and among equals what has been due longest") { stage in
            for (name, priority) in [("L", .low), ("N1", .normal), ("C", .critical), ("N2", .normal), ("H", .high)]
                as [(String, TickerPriority)]
            {
                try await stage.add(name, TickerOptions(priority: priority))
                try await stage.advance()
            }
            try expect("the order", await stage.claimed(), is: ["C", "H", "N1", "N2", "L"])
        },
        StoreBehaviour("who waits rises a level every fifteen seconds") { stage in
            try await stage.add("Low", TickerOptions(priority: .low))
            try await stage.advance(.seconds(44))
            try await stage.add("Critical", TickerOptions(priority: .critical))
            try expect("before 45 seconds", await stage.claimed(limit: 1), is: ["Critical"])
            try await stage.add("Critical", TickerOptions(priority: .critical))
            try await stage.advance(.seconds(1))
            try expect("after 45 seconds", await stage.claimed(), is: ["Low", "Critical"])
        },
        StoreBehaviour("waiting counts from when a ticker was due, not from when it was stored") { stage in
            try await stage.add("Later", due: .after(.seconds(60)))
            try await stage.add("Sooner", due: .after(.seconds(50)))
            try await stage.advance(.seconds(55))
            try await stage.add("Between")
            try await stage.advance(.seconds(5))
            try expect("the order", await stage.claimed(), is: ["Sooner", "Between", "Later"])
        },
        StoreBehaviour("what has been due equally long starts in the order in which it was added") { stage in
            let names = (0..<40).map { "Work \($0)" }
            try await stage.addEach(names.map { PlannedStep($0) })
            try expect("the order at once", await stage.claimed(), is: names)
            let due = TickerDue.after(.seconds(5))
            try await stage.addEach(names.map { PlannedStep($0, due: due) })
            try await stage.advance(.seconds(5))
            try expect("the order later", await stage.claimed(), is: names)
        },
        StoreBehaviour("a repeated attempt competes by its own due time") { stage in
            try await stage.add("Retried", TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(5))))
            try await stage.fail(stage.start("Retried"))
            try await stage.advance(.seconds(3))
            try await stage.add("New")
            try await stage.advance(.seconds(3))
            try expect("the order", await stage.claimed(), is: ["New", "Retried"])
        },
    ]

    private static let rooms: [StoreBehaviour] = [
        StoreBehaviour("a function without room holds up nobody, and the claim says what was left for want of it") {
            stage in
            try await stage.addEach(["A", "A", "Old A", "B"].map { PlannedStep($0) })
            var rooms = ClaimRooms()
            rooms.limit(functions: ["A", "Old A"], to: 2)
            rooms.limit(functions: ["B"], to: 5)
            let claim = try await stage.claiming(rooms: rooms)
            try expect("what is claimed", claim.runs.map(\.spec.function), is: ["A", "A", "B"])
            try expect("what is held back", claim.heldBack, is: [.init(function: 0, queue: nil)])
            let rest = try await stage.claiming()
            try expect("the rest", rest.runs.map(\.spec.function), is: ["Old A"])
            try expect("what is held back of the rest", rest.heldBack, is: [])
        },
        StoreBehaviour("a queue without room holds up nobody else, and both limits count") { stage in
            for (name, queue) in [("A", "slow"), ("B", "slow"), ("A", "fast"), ("A", "fast"), ("C", "free")] {
                try await stage.add(name, TickerOptions(queue: queue))
                try await stage.advance()
            }
            var rooms = ClaimRooms()
            rooms.limit(queue: "slow", to: 1)
            rooms.limit(functions: ["A"], to: 2)
            let claim = try await stage.claiming(rooms: rooms)
            try expect("what is claimed", claim.runs.map(\.spec.function), is: ["A", "A", "C"])
            try expect("their queues", claim.runs.map(\.spec.queue), is: ["slow", "fast", "free"])
            let left: Set<ClaimRooms.Limits> = [.init(function: nil, queue: 0), .init(function: 1, queue: nil)]
            try expect("what is held back", claim.heldBack, is: left)
        },
        StoreBehaviour("what is not due is not held back for want of room") { stage in
            try await stage.add("A", due: .after(.seconds(1)))
            var rooms = ClaimRooms()
            rooms.limit(functions: ["A"], to: 0)
            try expect("what is held back", await stage.claiming(rooms: rooms).heldBack, is: [])
            try await stage.advance()
            let claim = try await stage.claiming(rooms: rooms)
            try expect("what is held back then", claim.heldBack, is: [.init(function: 0, queue: nil)])
        },
    ]
}
