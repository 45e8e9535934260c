import Testing
import Tickers
import TickersTesting

@Suite("Expiry")
struct ExpiryTests {
    private static let functions = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(Plain.fail) { _, context in
            if context.attempt < 3 { throw Broken() }
            return 1
        }
        $0.register(Plain.slow) { value, context in
            try await context.clock.sleep(for: .seconds(100))
            return value
        }
    }

    @Test("one that could not start in time ends skipped, on time, though every place is taken")
    func saturated() async throws {
        let options = SchedulerOptions(maxConcurrent: 1)
        try await virtually(Self.functions, options: options) { scheduler, clock in
            let slow = try await scheduler.schedule(Plain.slow, 1)
            let expiring = TickerOptions(expiry: .afterDue(.seconds(10)))
            let late = try await scheduler.schedule(Plain.echo, 2, due: .after(.seconds(5)), options: expiring)
            let ticker = try await scheduler.ended(late)
            #expect(ticker.status == .skipped)
            #expect(ticker.reason == .expired)
            #expect(clock.elapsed == .seconds(15))
            await expectError(.tickerSkipped) { _ = try await scheduler.output(of: late) }
            _ = try await scheduler.output(of: slow)
        }
    }

    @Test("one that starts in time runs, however long it then takes and however often it is retried")
    func inTime() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let slow = try await scheduler.schedule(
                Plain.slow,
                1,
                options: TickerOptions(expiry: .afterDue(.microseconds(1)))
            )
            let retry = RetryPolicy.fixed(maxAttempts: 3, every: .seconds(60))
            let options = TickerOptions(retry: retry, expiry: .at(clock.wall.advanced(by: .seconds(1))))
            let failing = try await scheduler.schedule(Plain.fail, 1, options: options)
            #expect(try await scheduler.output(of: slow) == 1)
            #expect(try await scheduler.output(of: failing) == 1)
        }
    }

    @Test("a child's time after its due time does not run while it waits; an instant holds always")
    func children() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let parent = try await scheduler.schedule(Plain.slow, 1)
            let relative = try await scheduler.schedule(
                Plain.echo,
                2,
                following: parent,
                options: TickerOptions(expiry: .afterDue(.seconds(1)))
            )
            let instant = clock.wall.advanced(by: .seconds(50))
            let absolute = try await scheduler.schedule(
                Plain.echo,
                3,
                following: parent,
                options: TickerOptions(expiry: .at(instant))
            )
            let below = try await scheduler.schedule(Plain.echo, 4, following: absolute.when(.always))
            let expired = try await scheduler.ended(absolute)
            #expect(expired.reason == .expired)
            #expect(clock.elapsed == .seconds(50))
            // What follows an expired ticker is judged as after any skip.
            #expect(try await scheduler.output(of: below) == 4)
            #expect(try await scheduler.output(of: relative) == 2)
            #expect(clock.elapsed == .seconds(100))
        }
    }

    @Test("an expired ticker that is retried by hand runs")
    func retried() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let options = TickerOptions(expiry: .at(clock.wall.advanced(by: .seconds(-1))))
            let handle = try await scheduler.schedule(Plain.echo, 7, options: options)
            let expired = try await scheduler.ended(handle)
            #expect(expired.reason == .expired)
            #expect(try await scheduler.retry(handle) == .retried)
            #expect(try await scheduler.output(of: handle) == 7)
        }
    }

    @Test("an expiry before the due time is refused")
    func negative() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            for duration in [Duration.seconds(-1), .zero] {
                let options = TickerOptions(expiry: .afterDue(duration))
                await expectError(.invalidArgument) { try await scheduler.schedule(Plain.echo, 1, options: options) }
            }
        }
    }

    @Test("expiries of tickers that have long started take no room")
    func swept() throws {
        var table = TickerTable(seed: 1)
        let spec = TickerSpec(function: "f", options: TickerOptions(expiry: .afterDue(.seconds(3_600))))
        let now = Timestamp(microseconds: 0)
        for _ in 0..<10_000 {
            _ = try table.store(NewTicker(spec: spec, input: .payload(.nothing), due: .now), now: now)
            let runs = table.claim(ClaimRequest(limit: 1, serving: ["f"]), now: now).runs
            _ = table.finish(FinishedRun(run: runs[0], outcome: .succeeded(.nothing)), now: now)
        }
        #expect(table.timeLimitCount < 1_000)
    }
}
