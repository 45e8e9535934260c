import struct Foundation.Date
import Testing
import Tickers
import TickersTesting

@Suite("Flare: the job client")
struct FlareClientTests {
    private static let oneAtATime = SchedulerOptions(maxConcurrent: 1)

    @Test("F20 Schedule now: pending until there is room, and its id comes back")
    func now() async {
        await play(options: Self.oneAtATime) { scheduler, stage in
            try await scheduler.schedule(Work.job, Job("busy", seconds: 10))
            try await stage.go(to: 1)
            let mail = try await scheduler.schedule(Work.job, "mail")
            let ticker = try #require(try await scheduler.status(of: mail))
            #expect(ticker.id == mail.id)
            #expect(ticker.status == .pending)
            #expect(try await scheduler.output(of: mail) == "mail")
            #expect(try await stage.started(mail) == .seconds(10))
        }
    }

    @Test("F21 A function that the registry lacks is a typed error at the call, and nothing is stored")
    func unregistered() async {
        await play { scheduler, _ in
            let error = await expectError(.unregisteredFunction) {
                try await scheduler.schedule(Work.unheardOf, "mail")
            }
            let message = try #require(error?.message)
            #expect(message.contains("UnheardOf"))
            let counts = try await scheduler.counts()
            #expect(counts.open + counts.ended == 0)
        }
    }

    @Test("F22 After a delay: scheduled, then pending, and never early")
    func afterDelay() async {
        await play(options: Self.oneAtATime) { scheduler, stage in
            let mail = try await scheduler.schedule(Work.job, "mail", due: .after(.seconds(86_400)))
            try await scheduler.schedule(Work.job, Job("busy", seconds: 20), due: .after(.seconds(86_390)))
            for second in [0, 86_399] {
                try await stage.go(to: second)
                #expect(try await stage.status(mail) == .scheduled)
                #expect(try await scheduler.status(of: mail)?.due == stage.instant(86_400))
            }
            try await stage.go(to: 86_400)
            #expect(try await stage.status(mail) == .pending)
            _ = try await scheduler.output(of: mail)
            #expect(try await stage.started(mail) == .seconds(86_410))
        }
        await play { scheduler, stage in
            let mail = try await scheduler.schedule(Work.job, "mail", due: .after(.seconds(86_400)))
            _ = try await scheduler.output(of: mail)
            #expect(try await stage.started(mail) == .seconds(86_400))
        }
    }

    @Test("F23 At an instant: scheduled, then pending, and never early; one that has passed means at once")
    func atInstant() async {
        await play(options: Self.oneAtATime) { scheduler, stage in
            let date = Date(timeIntervalSince1970: stage.instant(500).date.timeIntervalSince1970)
            let article = try await scheduler.schedule(Work.job, "article", due: .at(date))
            try await scheduler.schedule(Work.job, Job("busy", seconds: 20), due: .at(stage.instant(490)))
            try await stage.go(to: 499)
            #expect(try await stage.status(article) == .scheduled)
            try await stage.go(to: 500)
            #expect(try await stage.status(article) == .pending)
            _ = try await scheduler.output(of: article)
            #expect(try await stage.started(article) == .seconds(510))
            let late = try await scheduler.schedule(Work.job, "late", due: .at(stage.start))
            _ = try await scheduler.output(of: late)
            #expect(try await stage.started(late) == .seconds(510))
        }
    }

    @Test("F24 Cancelling a waiting, scheduled or pending ticker ends it as cancelled, and it never runs")
    func cancel() async {
        await play(options: Self.oneAtATime) { scheduler, stage in
            let busy = try await scheduler.schedule(Work.job, Job("busy", seconds: 100))
            try await stage.go(to: 1)
            let pending = try await scheduler.schedule(Work.job, "never")
            let scheduled = try await scheduler.schedule(Work.job, "never", due: .after(.seconds(60)))
            let waiting = try await scheduler.schedule(Work.job, "never", following: busy)
            for (ticker, status) in [(pending, TickerStatus.pending), (scheduled, .scheduled), (waiting, .waiting)] {
                #expect(try await stage.status(ticker) == status)
                #expect(try await scheduler.cancel(ticker) == .cancelled)
                let after = try #require(try await scheduler.status(of: ticker))
                #expect(after.status == .cancelled)
                #expect(after.reason == .byRequest)
                #expect(after.endedAt == stage.instant(1))
            }
            try await stage.go(to: 1_000)
            #expect(stage.journal.lines == ["busy"])
        }
    }

    @Test("F25 Cancelling what has ended is reported, not thrown, and changes nothing")
    func cancelEnded() async {
        await play { scheduler, stage in
            let succeeded = try await scheduler.schedule(Work.job, "good")
            let failed = try await scheduler.schedule(Work.job, Job("bad", failures: Job.always))
            let cancelled = try await scheduler.schedule(Work.job, "later", due: .after(.seconds(60)))
            let skipped = try await scheduler.schedule(Work.job, "child", following: cancelled)
            try await scheduler.cancel(cancelled)
            try await stage.go(to: 10)
            for ticker in [succeeded, failed, cancelled, skipped] {
                let before = try await scheduler.status(of: ticker)
                #expect(try await scheduler.cancel(ticker) == .alreadyEnded)
                #expect(try await scheduler.status(of: ticker) == before)
            }
        }
    }

    @Test("F26 Cancelling an unknown id is a typed error")
    func cancelUnknown() async {
        await play { scheduler, _ in
            let unknown = try TickerID.unknown()
            let error = await expectError(.unknownTicker) { try await scheduler.cancel(unknown) }
            #expect(error?.ticker == unknown)
        }
    }

    @Test("F27 Cancelling a parent cascades to the continuations that wait, at every level")
    func cancelCascades() async {
        await play { scheduler, stage in
            let step1 = try await scheduler.schedule(Work.job, "1", due: .after(.seconds(60)))
            let step2 = try await scheduler.schedule(Work.job, "2", following: step1)
            let step3 = try await scheduler.schedule(Work.job, "3", following: step2)
            let beside = try await scheduler.schedule(Work.job, "beside")
            try await scheduler.cancel(step1)
            #expect(try await stage.status(step1) == .cancelled)
            #expect(try await stage.status(step2) == .skipped)
            #expect(try await stage.status(step3) == .skipped)
            #expect(try await scheduler.output(of: beside) == "beside")
            try await stage.go(to: 100)
            #expect(stage.journal.lines == ["beside"])
        }
    }

    @Test("F32 The status of an unknown id is nil")
    func unknownStatus() async {
        await play { scheduler, _ in
            let unknown = try TickerID.unknown()
            #expect(try await scheduler.status(of: unknown) == nil)
        }
    }

    private static let report = TickerFunction<Int, Int>(
        "Report",
        options: TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(60)), tags: ["monthly", "pdf"])
    )

    @Test("F33 A status has id, state, times, progress, error and tags")
    func status() async {
        await play { scheduler, stage in
            let report = try await scheduler.schedule(Self.report, 3, due: .after(.seconds(5)))
            try await stage.go(to: 20)
            var ticker = try #require(try await scheduler.status(of: report))
            #expect(ticker.id == report.id && ticker.workflowID == report.workflowID)
            #expect(ticker.function == "Report" && ticker.tags == ["monthly", "pdf"])
            #expect(ticker.status == .retrying && ticker.attempts == 1)
            #expect(ticker.createdAt == stage.start && ticker.startedAt == stage.instant(5))
            #expect(ticker.endedAt == nil && ticker.due == stage.instant(75))
            #expect(ticker.progress == TickerProgress(fraction: 0.5, text: "attempt 1"))
            #expect(ticker.failure?.message == "out of paper" && ticker.failure?.errorType == "Broken")
            ticker = try await scheduler.ended(report)
            #expect(ticker.status == .succeeded && ticker.attempts == 2)
            #expect(ticker.startedAt == stage.instant(75) && ticker.endedAt == stage.instant(85))
            #expect(ticker.progress == TickerProgress(fraction: 1, text: "attempt 2"))
        } register: { functions, _ in
            functions.register(Self.report) { pages, context in
                try await context.report(progress: 0.5 * Double(context.attempt), "attempt \(context.attempt)")
                try await context.clock.sleep(for: .seconds(10))
                if context.attempt == 1 { throw Broken("out of paper") }
                return pages
            }
        }
    }

    @Test("F34 Queue, attempts, unique key and timeout are given per call, over the function's own")
    func perCall() async {
        let own = TickerOptions(queue: "reports", retry: .fixed(maxAttempts: 2, every: .zero), timeout: .seconds(60))
        let function = TickerFunction<Int, Int>("Slow", options: own)
        await play { scheduler, stage in
            let plain = try await scheduler.ended(scheduler.schedule(function, 100))
            #expect(plain.queue == "reports")
            #expect(plain.status == .failed && plain.failure?.kind == .timedOut)
            #expect(plain.attempts == 2 && stage.elapsed == .seconds(120))
            let options = TickerOptions(queue: "big", retry: RetryPolicy.none, timeout: .seconds(10))
            let short = try await scheduler.ended(scheduler.schedule(function, 100, options: options))
            #expect(short.queue == "big" && short.attempts == 1 && stage.elapsed == .seconds(130))
            let long = TickerOptions(timeout: .seconds(1_000))
            let patient = try await scheduler.ended(scheduler.schedule(function, 100, options: long))
            #expect(patient.queue == "reports" && patient.maxAttempts == 2)
            #expect(patient.status == .succeeded && stage.elapsed == .seconds(230))
            let single = TickerOptions(unique: "big one")
            let first = try await scheduler.schedule(function, 10, options: single)
            let second = try await scheduler.schedule(function, 20, options: single)
            let other = try await scheduler.schedule(function, 10)
            #expect(first == second && other != first)
            #expect(try await scheduler.status(of: first)?.queue == "reports")
        } register: { functions, _ in
            functions.register(function) { seconds, context in
                try await context.clock.sleep(for: .seconds(seconds))
                return seconds
            }
        }
    }

    @Test("F35 A unique key in use: the existing ticker comes back, or a typed error, or it is replaced")
    func uniqueKey() async {
        await play { scheduler, stage in
            func call(_ name: String, _ policy: UniqueKey.Conflict) async throws -> TickerHandle<String> {
                let options = TickerOptions(unique: UniqueKey("order 42", onConflict: policy))
                return try await scheduler.schedule(Work.job, Job(name), due: .after(.seconds(60)), options: options)
            }
            let first = try await call("first", .returnExisting)
            let same = try await call("second", .returnExisting)
            #expect(same == first && same.isExisting)
            let error = await expectError(.uniqueKeyInUse) { _ = try await call("third", .reject) }
            #expect(error?.ticker == first.id && error?.status == .scheduled)
            let replacing = try await call("fourth", .replace)
            #expect(replacing != first && !replacing.isExisting)
            #expect(try await stage.status(first) == .cancelled)
            #expect(try await scheduler.output(of: replacing) == "fourth")
            #expect(stage.journal.lines == ["fourth"])
            let free = try await call("fifth", .reject)
            #expect(try await scheduler.output(of: free) == "fifth")
        }
    }

    @Test("F36 Errors are typed and distinct")
    func errors() async {
        await play { scheduler, _ in
            let later = try await scheduler.schedule(Work.job, "later", due: .after(.seconds(60)))
            let child = try await scheduler.schedule(Work.job, "child", following: later)
            let bad = try await scheduler.schedule(Work.job, Job("bad", failures: Job.always))
            try await scheduler.cancel(later)
            let negative = TickerDue.after(.seconds(-1))
            let errors = [
                await expectError(.unknownTicker) { try await scheduler.retry(try TickerID.unknown()) },
                await expectError(.parentEnded) { try await scheduler.schedule(Work.job, "x", following: later) },
                await expectError(.unregisteredFunction) { try await scheduler.schedule(Work.unheardOf, "x") },
                await expectError(.invalidArgument) { try await scheduler.schedule(Work.job, "x", due: negative) },
                await expectError(.tickerFailed) { _ = try await scheduler.output(of: bad) },
                await expectError(.tickerCancelled) { _ = try await scheduler.output(of: later) },
                await expectError(.tickerSkipped) { _ = try await scheduler.output(of: child) },
                await expectError(.alreadyRunning) { try await scheduler.start() },
            ]
            #expect(Set(errors.compactMap { $0?.code }).count == errors.count)
            #expect(errors.allSatisfy { $0?.message.isEmpty == false })
            #expect(errors[4]?.failure?.message == "bad is broken")
        }
    }

    /// Any part of an app.
    private struct RequestHandler: Sendable {
        let scheduler: Scheduler

        func handle(_ name: String) async throws -> TickerHandle<String> {
            try await scheduler.schedule(Work.job, Job(name))
        }
    }

    @Test("F37 Any part of the app can hold the scheduler and use it at the same time as others")
    func sendable() async {
        await play { scheduler, stage in
            let ids = try await withThrowingTaskGroup(of: TickerHandle<String>.self) { group in
                for number in 0..<100 {
                    let handler = RequestHandler(scheduler: scheduler)
                    group.addTask { try await handler.handle("\(number)") }
                }
                return try await group.reduce(into: Set<TickerID>()) { $0.insert($1.id) }
            }
            #expect(ids.count == 100)
            for id in ids { #expect(try await scheduler.ended(id).status == .succeeded) }
            #expect(Set(stage.journal.lines).count == 100)
        }
    }
}
