import Testing
import Tickers
import TickersTesting

@Suite("Cancelling")
struct CancelTests {
    private static let patient = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(Plain.fail) { _, _ in throw Broken() }
        $0.register(Plain.slow) { value, context in
            try await context.clock.sleep(for: .seconds(60))
            return value
        }
    }

    @Test("waiting, scheduled, pending and retrying tickers are cancelled at once, and again is already ended")
    func notRunning() async throws {
        try await virtually(Self.patient, options: SchedulerOptions(maxConcurrent: 1)) { scheduler, clock in
            let running = try await scheduler.schedule(Plain.slow, 1)
            await clock.rest()
            let pending = try await scheduler.schedule(Plain.echo, 2)
            let scheduled = try await scheduler.schedule(Plain.echo, 3, due: .after(.seconds(1)))
            let waiting = try await scheduler.schedule(Plain.echo, 4, following: running)
            for handle in [pending, scheduled, waiting] {
                #expect(try await scheduler.cancel(handle) == .cancelled)
                let ticker = try #require(try await scheduler.status(of: handle))
                #expect(ticker.status == .cancelled)
                #expect(ticker.reason == .byRequest)
                #expect(ticker.endedAt == clock.wall)
                #expect(try await scheduler.cancel(handle) == .alreadyEnded)
                await expectError(.tickerCancelled) { _ = try await scheduler.output(of: handle) }
            }
            #expect(try await scheduler.output(of: running) == 1)
        }
    }

    @Test("between attempts")
    func retrying() async throws {
        try await virtually(Self.patient) { scheduler, clock in
            let options = TickerOptions(retry: .fixed(maxAttempts: 5, every: .seconds(60)))
            let handle = try await scheduler.schedule(Plain.fail, 1, options: options)
            await clock.rest()
            #expect(try await scheduler.cancel(handle) == .cancelled)
            let ticker = try await scheduler.ended(handle)
            #expect(ticker.attempts == 1)
            #expect(ticker.status == .cancelled)
        }
    }

    @Test("a running handler is asked to stop: cancelled if it throws, succeeded if it returns")
    func running() async throws {
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try await context.clock.sleep(for: .seconds(60))
                return value
            }
            $0.register(Plain.echo) { value, context in
                do { try await context.clock.sleep(for: .seconds(60)) } catch {
                    #expect(context.isCancelled)
                    return value
                }
                return -1
            }
        }
        try await virtually(functions) { scheduler, clock in
            let throwing = try await scheduler.schedule(Plain.slow, 1)
            let returning = try await scheduler.schedule(Plain.echo, 2)
            await clock.rest()
            #expect(try await scheduler.cancel(throwing) == .requested)
            #expect(try await scheduler.cancel(returning) == .requested)
            #expect(try await scheduler.ended(throwing).status == .cancelled)
            #expect(try await scheduler.ended(throwing).reason == .byRequest)
            #expect(try await scheduler.output(of: returning) == 2)
            #expect(clock.elapsed == .zero)
        }
    }

    @Test("children of a cancelled ticker: by condition run or are skipped, all the way down")
    func cascade() async throws {
        try await virtually(Self.patient) { scheduler, _ in
            let root = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(10)))
            let child = try await scheduler.schedule(Plain.echo, 2, following: root)
            let grandchild = try await scheduler.schedule(Plain.echo, 3, following: child)
            let onCancelled = try await scheduler.schedule(Plain.echo, 4, following: root.when(.onCancelled))
            let always = try await scheduler.schedule(Plain.echo, 5, following: grandchild.when(.always))
            #expect(try await scheduler.cancel(root) == .cancelled)
            #expect(try await scheduler.ended(child).reason == .parentCancelled(root.id))
            #expect(try await scheduler.ended(grandchild).reason == .parentSkipped(child.id))
            await expectError(.tickerSkipped) { _ = try await scheduler.output(of: grandchild) }
            #expect(try await scheduler.output(of: onCancelled) == 4)
            #expect(try await scheduler.output(of: always) == 5)
        }
    }

    @Test("a whole workflow: what has not ended ends, what has ended stays")
    func workflow() async throws {
        try await virtually(Self.patient) { scheduler, clock in
            let plan = Workflow.begin(with: Plain.echo, 1)
                .then(Plain.slow, 2)
                .child(Plain.echo, 3, when: .onCancelled)
                .then(Plain.echo)
                .build()
            let run = try await scheduler.schedule(plan)
            await clock.rest()
            let (cancelled, requested) = try await scheduler.cancelWorkflow(run.id)
            #expect(cancelled == 2)
            #expect(requested == 1)
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.status) == [.succeeded, .cancelled, .cancelled, .cancelled])
            #expect(summary.endedAt == clock.wall)
        }
    }

    @Test("an unknown id is a typed error, its status is nil")
    func unknown() async throws {
        try await virtually(Self.patient) { scheduler, _ in
            let id = try #require(TickerID("0190d6a5-0000-7000-8000-000000000000"))
            await expectError(.unknownTicker) { try await scheduler.cancel(id) }
            await expectError(.unknownTicker) { try await scheduler.schedule(Plain.echo, 1, following: id) }
            await expectError(.unknownTicker) { _ = try await scheduler.ended(id) }
            #expect(try await scheduler.status(of: id) == nil)
            #expect(try await scheduler.counts().open == 0)
        }
    }

    /// The handler ends at the very instant at which the cancel comes in; which is first depends on the seed.
    @Test("a cancel that races the end, a thousand times: one answer, one end, and they agree")
    func race() async throws {
        let answers = Recorder<CancelResult>()
        for seed in UInt64(0)..<1_000 {
            let clock = VirtualClock(seed: seed)
            try await clock.run {
                let functions = registry {
                    $0.register(Plain.slow) { value, context in
                        try await context.clock.sleep(for: .seconds(1))
                        return value
                    }
                }
                let scheduler = Scheduler(functions: functions, store: MemoryTickerStore(seed: seed), clock: clock)
                try await scheduler.start()
                let handle = try await scheduler.schedule(Plain.slow, 1)
                let child = try await scheduler.schedule(Plain.slow, 2, following: handle)
                await clock.rest()
                try await clock.sleep(for: .seconds(1))
                let answer = try await scheduler.cancel(handle)
                answers.add(answer)
                let ticker = try await scheduler.ended(handle)
                switch answer {
                case .alreadyEnded: #expect(ticker.status == .succeeded, "seed \(seed)")
                case .requested: #expect(ticker.status == .succeeded || ticker.status == .cancelled, "seed \(seed)")
                case .cancelled: Issue.record("seed \(seed): a running ticker was cancelled at once")
                }
                let expected: TickerStatus = ticker.status == .succeeded ? .succeeded : .skipped
                #expect(try await scheduler.ended(child).status == expected, "seed \(seed)")
                await scheduler.shutdown(grace: .zero)
            }
        }
        #expect(Set(answers.values) == [.alreadyEnded, .requested])
    }

    @Test("a cancel right after the schedule, at every stage of the hand-over, is never lost")
    func handOver() async throws {
        for seed in UInt64(0)..<300 {
            let clock = VirtualClock(seed: seed)
            try await clock.run {
                let functions = registry {
                    $0.register(Plain.slow) { value, context in
                        try await context.clock.sleep(for: .seconds(3_600))
                        return value
                    }
                }
                let scheduler = Scheduler(functions: functions, store: MemoryTickerStore(seed: seed), clock: clock)
                try await scheduler.start()
                let handle = try await scheduler.schedule(Plain.slow, 1)
                // Each question is a hop to the store, so the cancel meets the run a little further on its way.
                for _ in 0..<Int(seed % 7) { _ = try await scheduler.counts() }
                _ = try await scheduler.cancel(handle)
                #expect(try await scheduler.ended(handle).status == .cancelled, "seed \(seed)")
                #expect(clock.elapsed == .zero, "seed \(seed)")
                await scheduler.shutdown(grace: .zero)
            }
        }
    }
}
