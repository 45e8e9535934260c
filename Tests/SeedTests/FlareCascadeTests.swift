import Testing
import Tickers
import TickersTesting

@Suite("Flare: what the parent's end does")
struct FlareCascadeTests {
    @Test("F12 Success releases every waiting child")
    func success() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10))
            var children: [TickerHandle<String>] = []
            for number in 0..<20 {
                children.append(try await scheduler.schedule(Work.job, Job("\(number)"), following: order))
            }
            try await stage.go(to: 9)
            for child in children { #expect(try await stage.status(child) == .waiting) }
            try await stage.go(to: 10)
            for child in children { #expect(try await stage.status(child) == .succeeded) }
        }
    }

    @Test("F13 Failure with retries left releases and skips nothing; later success releases, final failure skips")
    func failureWithRetriesLeft() async {
        await play { scheduler, stage in
            let options = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(60)))
            let healing = try await scheduler.schedule(Work.job, Job("healing", failures: 2), options: options)
            let broken = try await scheduler.schedule(Work.job, Job("broken", failures: Job.always), options: options)
            var children: [TickerHandle<String>] = []
            for parent in [healing, broken] {
                children.append(try await scheduler.schedule(Work.job, "next", following: parent))
                children.append(try await scheduler.schedule(Work.job, "repair", following: parent.when(.onFailure)))
            }
            for second in [30, 90] {
                try await stage.go(to: second)
                #expect(try await stage.status(healing) == .retrying)
                #expect(try await stage.status(broken) == .retrying)
                for child in children { #expect(try await stage.status(child) == .waiting) }
            }
            try await stage.go(to: 120)
            var ends: [TickerStatus] = []
            for child in children { ends.append(try await scheduler.ended(child).status) }
            #expect(ends == [.succeeded, .skipped, .skipped, .succeeded])
        }
    }

    @Test("F14 Final failure ends every waiting success-child as skipped, with the reason and the end time")
    func finalFailure() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10, failures: Job.always))
            var children: [TickerHandle<String>] = []
            for _ in 0..<3 { children.append(try await scheduler.schedule(Work.job, "child", following: order)) }
            #expect(try await scheduler.ended(order).status == .failed)
            for child in children {
                let ticker = try #require(try await scheduler.status(of: child))
                #expect(ticker.status == .skipped)
                #expect(ticker.reason == .parentFailed(order.id))
                #expect(ticker.endedAt == stage.instant(10))
                #expect(ticker.attempts == 0)
            }
            #expect(stage.journal.lines == ["order"])
        }
    }

    @Test("F15 So does cancelling the parent, with that as the reason")
    func cancelledParent() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, "order", due: .after(.seconds(60)))
            let receipt = try await scheduler.schedule(Work.job, "receipt", following: order)
            try await stage.go(to: 20)
            #expect(try await scheduler.cancel(order) == .cancelled)
            let ticker = try #require(try await scheduler.status(of: receipt))
            #expect(ticker.status == .skipped)
            #expect(ticker.reason == .parentCancelled(order.id))
            #expect(ticker.endedAt == stage.instant(20))
            try await stage.go(to: 120)
            #expect(stage.journal.lines == [])
        }
    }

    @Test("F16 Only waiting children are touched, and the cascade goes all the way down")
    func onlyWaiting() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 100))
            let done = try await scheduler.schedule(Work.job, "done", following: order.when(.inProgress))
            let beside = Job("beside", seconds: 500)
            let running = try await scheduler.schedule(Work.job, beside, following: order.when(.inProgress))
            var chain = [try await scheduler.schedule(Work.job, "level", following: order)]
            for level in 1..<50 {
                chain.append(try await scheduler.schedule(Work.job, "level", following: chain[level - 1]))
            }
            try await stage.go(to: 10)
            #expect(try await scheduler.cancel(order) == .requested)
            #expect(try await scheduler.ended(order).status == .cancelled)
            #expect(try await scheduler.status(of: chain[0])?.reason == .parentCancelled(order.id))
            for level in 1..<50 {
                let ticker = try #require(try await scheduler.status(of: chain[level]))
                #expect(ticker.reason == .parentSkipped(chain[level - 1].id))
                #expect(ticker.endedAt == stage.instant(10))
            }
            #expect(try await stage.status(done) == .succeeded)
            #expect(try await stage.status(running) == .running)
            #expect(try await scheduler.ended(running).status == .succeeded)
            #expect(stage.elapsed == .seconds(500))
        }
    }

    @Test("F17 Fan-out: all are released together, and one's failure leaves its siblings alone")
    func fanOut() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10))
            let mail = try await scheduler.schedule(Work.job, Job("mail", seconds: 5), following: order)
            let bad = Job("stock", seconds: 1, failures: Job.always)
            let stock = try await scheduler.schedule(Work.job, bad, following: order)
            let track = try await scheduler.schedule(Work.job, Job("track", seconds: 3), following: order)
            _ = try await scheduler.ended(order.workflowID)
            for child in [mail, stock, track] { #expect(try await stage.started(child) == .seconds(10)) }
            let ends = [try await stage.status(mail), try await stage.status(stock), try await stage.status(track)]
            #expect(ends == [.succeeded, .failed, .succeeded])
        }
    }

    @Test("F18 A chain of n levels runs in order, each after the one before")
    func levels() async {
        for levels in [2, 4, 200] {
            await play { scheduler, stage in
                var last = try await scheduler.schedule(Work.job, Job("0", seconds: 1))
                for level in 1..<levels {
                    last = try await scheduler.schedule(Work.job, Job("\(level)", seconds: 1), following: last)
                }
                _ = try await scheduler.output(of: last)
                #expect(stage.journal.lines == (0..<levels).map { "\($0)" })
                for level in 0..<levels { #expect(stage.journal.times(of: "\(level)") == [.seconds(level)]) }
            }
        }
    }

    @Test("F19 Chains and fan-outs mix")
    func mixed() async {
        await play(seeds: 0..<10) { scheduler, stage in
            let validate = try await scheduler.schedule(Work.job, Job("validate", seconds: 1))
            let charge = try await scheduler.schedule(Work.job, Job("charge", seconds: 1), following: validate)
            let ship = try await scheduler.schedule(Work.job, Job("ship", seconds: 1), following: charge)
            let invoice = try await scheduler.schedule(Work.job, Job("invoice", seconds: 5), following: charge)
            try await scheduler.schedule(Work.job, "notify", following: ship)
            try await scheduler.schedule(Work.job, "survey", following: ship)
            try await scheduler.schedule(Work.job, "archive", following: invoice)
            let summary = try await scheduler.ended(validate.workflowID)
            #expect(summary.status == .succeeded)
            let starts = ["validate": 0, "charge": 1, "ship": 2, "invoice": 2, "notify": 3, "survey": 3, "archive": 7]
            for (name, second) in starts { #expect(stage.journal.times(of: name) == [.seconds(second)], "\(name)") }
            #expect(stage.journal.lines.count == starts.count)
        }
    }
}
