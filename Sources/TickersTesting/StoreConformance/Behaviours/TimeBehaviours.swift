import Tickers

extension StoreBehaviour {
    /// When tickers are due.
    static let times: [StoreBehaviour] = [
        StoreBehaviour("nothing is claimed early, not by a microsecond") { stage in
            let due = stage.time.advanced(by: .microseconds(1))
            try await stage.add("Work", due: .at(due))
            let early = try await stage.claiming()
            try expect("what is claimed", early.runs.count, is: 0)
            try expect("when the next is due", early.nextDue, is: due)
            try await stage.advance(.microseconds(1))
            let run = try await stage.start("Work")
            try expect("when it was due", run.scheduledFor, is: due)
            try expect("when it started", await stage.ticker(run.lease.ticker).startedAt, is: due)
        },
        StoreBehaviour("a delay is rounded up to a whole microsecond") { stage in
            let id = try await stage.add("Work", due: .after(.nanoseconds(1_001))).id
            let due = stage.time.advanced(by: .microseconds(2))
            try expect("the due time", await stage.ticker(id).due, is: due)
        },
        StoreBehaviour("a child is due at the latest of its instant, its release, and its release plus its delay") {
            stage in
            let ids = try await stage.add([
                PlannedStep("Parent"),
                PlannedStep("Now", after: [.step(0)]),
                PlannedStep("Passed", after: [.step(0)], due: .at(stage.instant(1))),
                PlannedStep("Ahead", after: [.step(0)], due: .at(stage.instant(10))),
                PlannedStep("Delayed", after: [.step(0)], due: .after(.seconds(3))),
                PlannedStep("Both, delay later", after: [.step(0)], due: .at(stage.instant(4)).after(.seconds(3))),
                PlannedStep("Both, instant later", after: [.step(0)], due: .at(stage.instant(9)).after(.seconds(3))),
            ])
            let start = stage.time
            try await stage.advance(.seconds(2))
            try await stage.complete("Parent")
            for (id, seconds) in zip(ids[1...], [2, 2, 10, 5, 5, 9]) {
                let ticker = try await stage.ticker(id)
                let due = start.advanced(by: .seconds(seconds))
                try expect("the due time of \(ticker.function)", ticker.due, is: due)
                try expect("its status", ticker.status, is: seconds == 2 ? .pending : .scheduled)
            }
            try expect("what starts at once", Set(await stage.claimed()), is: ["Now", "Passed"])
            try await stage.advance(.seconds(3))
            try expect("what starts later", Set(await stage.claimed()), is: ["Delayed", "Both, delay later"])
        },
        StoreBehaviour("time alone does not release a child, nor a parent alone what is due later") { stage in
            let ids = try await stage.add([
                PlannedStep("Parent", due: .after(.seconds(60))),
                PlannedStep("Child", after: [.step(0)], due: .at(stage.instant(1))),
            ])
            try await stage.advance(.seconds(30))
            try await stage.check(ids[1], is: .waiting, "the child whose instant has passed")
            try expect("what is claimed", await stage.claimed(), is: [])
            try await stage.advance(.seconds(30))
            try await stage.complete("Parent")
            try await stage.check(ids[1], is: .pending, "the child")
        },
        StoreBehaviour("the ends of time and instants before 1970 are kept as they are") { stage in
            let before = Timestamp(microseconds: -1_234_567)
            let past = try await stage.add("Past", due: .at(.distantPast)).id
            let old = try await stage.add("Old", due: .at(before)).id
            let never = try await stage.add("Never", due: .at(.distantFuture)).id
            let endless = try await stage.add("Endless", due: .after(.seconds(Int64.max))).id
            try expect("the statuses", await stage.statuses([past, old]), is: [.pending, .pending])
            try expect("the others", await stage.statuses([never, endless]), is: [.scheduled, .scheduled])
            try expect("the due time", await stage.ticker(never).due, is: .distantFuture)
            try expect("the due time after the longest delay", await stage.ticker(endless).due, is: .distantFuture)
            let claim = try await stage.claiming()
            try expect("what is claimed", Set(claim.runs.map(\.spec.function)), is: ["Past", "Old"])
            try expect("when the next is due", claim.nextDue, is: .distantFuture)
            try await stage.advance(.seconds(9_000_000_000))
            try expect("what is claimed 285 years later", await stage.claimed(), is: [])
            try expect("the answer to cancel", await stage.cancel(never), is: .cancelled)
            let ticker = try await stage.ticker(never)
            try expect("its creation and end", [ticker.createdAt, ticker.endedAt], is: [StoreStage.start, stage.time])
        },
        StoreBehaviour("what is due at once is not held by a clock that is set back") { stage in
            try await stage.add("At once")
            try await stage.add("At an instant", due: .at(stage.time))
            try await stage.advance(.seconds(-3_600))
            try expect("what is claimed", await stage.claimed(), is: ["At once"])
            try await stage.advance(.seconds(3_600))
            try expect("what is claimed then", await stage.claimed(), is: ["At an instant"])
        },
    ]
}
