import Testing
import Tickers
import TickersTesting

@Suite("Flare: retry by hand")
struct FlareRetryTests {
    @Test("F28 A retrying or failed ticker that is retried is pending, and runs as soon as there is room")
    func pending() async {
        await play(options: SchedulerOptions(maxConcurrent: 1)) { scheduler, stage in
            let options = TickerOptions(retry: .fixed(maxAttempts: 5, every: .seconds(5_000)))
            let retrying = try await scheduler.schedule(Work.job, Job("a", failures: Job.always), options: options)
            let failed = try await scheduler.schedule(Work.job, Job("b", failures: Job.always))
            try await stage.go(to: 1)
            try await scheduler.schedule(Work.job, Job("busy", seconds: 99))
            try await stage.go(to: 2)
            stage.journal.repair()
            for (ticker, status) in [(retrying, TickerStatus.retrying), (failed, .failed)] {
                #expect(try await stage.status(ticker) == status)
                #expect(try await scheduler.retry(ticker) == .retried)
                #expect(try await stage.status(ticker) == .pending)
            }
            for ticker in [retrying, failed] {
                #expect(try await scheduler.ended(ticker).status == .succeeded)
                #expect(try await stage.started(ticker) == .seconds(100))
            }
        }
    }

    @Test("F29 A retry in any other state is refused with that state, not thrown, and changes nothing")
    func refused() async {
        await play(options: SchedulerOptions(maxConcurrent: 1)) { scheduler, stage in
            let succeeded = try await scheduler.schedule(Work.job, "good")
            _ = try await scheduler.output(of: succeeded)
            let running = try await scheduler.schedule(Work.job, Job("busy", seconds: 10))
            try await stage.go(to: 1)
            let pending = try await scheduler.schedule(Work.job, "pending")
            let scheduled = try await scheduler.schedule(Work.job, "scheduled", due: .after(.seconds(20)))
            let waiting = try await scheduler.schedule(Work.job, "waiting", following: scheduled)
            let all: [(TickerHandle<String>, TickerStatus)] = [
                (succeeded, .succeeded), (running, .running), (pending, .pending), (scheduled, .scheduled),
                (waiting, .waiting),
            ]
            for (ticker, status) in all {
                let before = try await scheduler.status(of: ticker)
                #expect(before?.status == status)
                #expect(try await scheduler.retry(ticker) == .refused(status))
                #expect(try await scheduler.status(of: ticker) == before)
            }
            _ = try await scheduler.output(of: waiting)
            #expect(stage.journal.lines == ["good", "busy", "pending", "scheduled", "waiting"])
        }
    }

    @Test("F30 A retry of an unknown id is a typed error")
    func unknown() async {
        await play { scheduler, _ in
            await expectError(.unknownTicker) { try await scheduler.retry(try TickerID.unknown()) }
        }
    }

    @Test("F31 With its attempts used up, one more is granted, each time")
    func oneMore() async {
        await play { scheduler, _ in
            let options = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(10)))
            let bad = try await scheduler.schedule(Work.job, Job("bad", failures: 5), options: options)
            var ticker = try await scheduler.ended(bad)
            #expect(ticker.status == .failed && ticker.attempts == 3 && ticker.maxAttempts == 3)
            for attempts in 4...5 {
                #expect(try await scheduler.retry(bad) == .retried)
                ticker = try await scheduler.ended(bad)
                #expect(ticker.status == .failed && ticker.attempts == attempts && ticker.maxAttempts == attempts)
            }
            #expect(try await scheduler.retry(bad) == .retried)
            ticker = try await scheduler.ended(bad)
            #expect(ticker.status == .succeeded && ticker.attempts == 6)
        }
    }
}
