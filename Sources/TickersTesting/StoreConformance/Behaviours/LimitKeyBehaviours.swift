import Tickers

extension StoreBehaviour {
    /// Places under limit keys, and queues that are paused.
    static let holdingBack: [StoreBehaviour] = limitKeys + pauses

    private static func keyed(_ key: String = "k", _ places: Int = 1, attempts: Int = 1) -> TickerOptions {
        let retry = RetryPolicy.fixed(maxAttempts: attempts, every: .seconds(5))
        return TickerOptions(retry: retry, limitKey: LimitKey(key, maxConcurrent: places))
    }

    private static let limitKeys: [StoreBehaviour] = [
        StoreBehaviour("tickers under a key of one run one after the other, as they became due") { stage in
            try await stage.add("Third", due: .after(.seconds(2)), keyed())
            for name in ["First", "Second"] {
                try await stage.add(name, keyed())
                try await stage.advance()
            }
            try await stage.advance()
            for name in ["First", "Second", "Third"] {
                let runs = try await stage.claim()
                try expect("what is claimed", runs.map(\.spec.function), is: [name])
                try expect("what is claimed beside it", await stage.claimed(), is: [])
                try await stage.succeed(runs[0])
            }
        },
        StoreBehaviour("a place is held through retries and snoozes to the end") { stage in
            try await stage.add("First", keyed(attempts: 2))
            try await stage.advance()
            try await stage.add("Second", keyed().over(TickerOptions(priority: .critical)))
            try await stage.fail(stage.start("First"))
            try expect("what is claimed between attempts", await stage.claimed(), is: [])
            try await stage.advance(.seconds(5))
            try await stage.finish(stage.start("First"), .snoozed(.seconds(5)))
            try expect("what is claimed during a snooze", await stage.claimed(), is: [])
            try await stage.advance(.seconds(5))
            try await stage.finish(stage.start("First"), .interrupted)
            try expect("what is claimed after an interruption", await stage.claimed(), is: ["First"])
        },
        StoreBehaviour("as many run at once as a key has places, over functions and queues") { stage in
            for (name, queue) in [("A", "x"), ("B", "y"), ("C", "x"), ("D", "y")] {
                try await stage.add(name, keyed("k", 2).over(TickerOptions(queue: queue)))
                try await stage.advance()
            }
            try await stage.add("Other", keyed("other"))
            try await stage.add("Free")
            let claim = try await stage.claiming()
            let names = claim.runs.map(\.spec.function)
            try expect("what is claimed", names, is: ["A", "B", "Other", "Free"])
            try expect("what is held back for want of room", claim.heldBack, is: [])
            try await stage.succeed(unwrap("the run of B", claim.runs.first { $0.spec.function == "B" }))
            try expect("what is claimed then", await stage.claimed(), is: ["C"])
        },
        StoreBehaviour("a place goes on when its ticker ends without having started") { stage in
            let ids = try await stage.addEach(["A", "B", "C"].map { PlannedStep($0, options: keyed()) }).map(\.id)
            try await stage.cancel(ids[0])
            try await stage.cancel(ids[1])
            try expect("what is claimed", await stage.claimed(), is: ["C"])
        },
        StoreBehaviour("what is due later holds no place") { stage in
            try await stage.add("Later", due: .after(.seconds(60)), keyed())
            try await stage.add("Now", keyed())
            try await stage.complete("Now")
            try await stage.advance(.seconds(60))
            try await stage.complete("Later")
        },
        StoreBehaviour("the latest ticker that is stored sets how many places there are") { stage in
            try await stage.addEach(["A", "B", "C"].map { PlannedStep($0, options: keyed()) })
            let first = try await stage.start("A")
            try await stage.add("D", keyed("k", 3))
            try expect("what is claimed", await stage.claimed(), is: ["B", "C"])
            try await stage.add("E", keyed("k", 1))
            try await stage.succeed(first)
            try expect("what is claimed then", await stage.claimed(), is: [])
        },
        StoreBehaviour("a child takes its place when it is released and due") { stage in
            let ids = try await stage.add([
                PlannedStep("Parent"), PlannedStep("Child", after: [.step(0)], options: keyed()),
            ])
            try await stage.add("Other", keyed())
            try await stage.complete("Parent")
            try expect("what is claimed", await stage.claimed(limit: 5), is: ["Other"])
            try await stage.check(ids[1], is: .pending, "the child")
            try expect("its explanation", await stage.answer(ids[1]), is: .waitsForPlace([.limitKeyTaken("k")]))
        },
    ]

    private static let pauses: [StoreBehaviour] = [
        StoreBehaviour("nothing of a paused queue is claimed, and all of it once it is resumed") { stage in
            try await stage.store.setPaused("slow", true, now: stage.time)
            try await stage.add("A", TickerOptions(queue: "slow"))
            let later = try await stage.add("B", due: .after(.seconds(5)), TickerOptions(queue: "slow")).id
            try await stage.add("C")
            try expect("what is claimed", await stage.claimed(), is: ["C"])
            try await stage.advance(.seconds(5))
            var rooms = ClaimRooms()
            rooms.limit(queue: "slow", to: 0)
            let claim = try await stage.claiming(rooms: rooms)
            try expect("what is claimed later", claim.runs.count, is: 0)
            try expect("what is held back for want of room", claim.heldBack, is: [])
            try await stage.check(later, is: .pending, "what became due")
            try await stage.store.setPaused("slow", false, now: stage.time)
            try expect("what is claimed in the end", await stage.claimed(), is: ["A", "B"])
        },
        StoreBehaviour("what runs goes on in a paused queue, and its children wait") { stage in
            let options = TickerOptions(queue: "slow")
            let ids = try await stage.add([
                PlannedStep("Parent", options: options), PlannedStep("Child", after: [.step(0)], options: options),
            ])
            let run = try await stage.start("Parent")
            try await stage.store.setPaused("slow", true, now: stage.time)
            try expect("the answer", await stage.succeed(run), is: .ended(.succeeded))
            try await stage.check(ids[1], is: .pending, "the child")
            try expect("what is claimed", await stage.claimed(), is: [])
            try expect("its explanation", await stage.answer(ids[1]), is: .waitsForPlace([.queuePaused("slow")]))
        },
        StoreBehaviour("pausing twice is as pausing once, and queues are listed in alphabetical order") { stage in
            for queue in ["b", "a", "b", "c"] { try await stage.store.setPaused(queue, true, now: stage.time) }
            for queue in ["c", "never paused"] { try await stage.store.setPaused(queue, false, now: stage.time) }
            try await stage.advance()
            try expect("the paused queues", await stage.store.pausedQueues(), is: ["a", "b"])
            try await stage.store.setPaused("b", false, now: stage.time)
            try expect("the paused queues then", await stage.store.pausedQueues(), is: ["a"])
        },
        StoreBehaviour("no more queues are paused than may be, and those that are may be paused again") { stage in
            let (store, now) = (stage.store, stage.time)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<TickerLimits.pausedQueues {
                    group.addTask { try await store.setPaused("queue \(number)", true, now: now) }
                }
                try await group.waitForAll()
            }
            try await expectError(.tooManyPausedQueues, "one more") {
                try await store.setPaused("more", true, now: now)
            }
            try await store.setPaused("queue 0", true, now: now)
            try expect("the paused queues", await store.pausedQueues().count, is: TickerLimits.pausedQueues)
            try await store.setPaused("queue 0", false, now: now)
            try await store.setPaused("more", true, now: now)
        },
    ]
}
