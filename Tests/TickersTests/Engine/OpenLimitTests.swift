import Testing
import Tickers
import TickersTesting

@Suite("A limit on open tickers")
struct OpenLimitTests {
    private static func options(_ limit: Int, _ whenFull: SchedulerOptions.WhenFull) -> SchedulerOptions {
        var options = SchedulerOptions()
        options.maxOpen = limit
        options.whenFull = whenFull
        return options
    }

    private static var functions: FunctionRegistry { registry { $0.register(Plain.echo) { value, _ in value } } }

    @Test("a call that finds no room throws full and stores nothing; an end makes room")
    func refused() async throws {
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: Self.functions, clock: clock, options: Self.options(2, .refuse))
            let first = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(10)))
            try await scheduler.schedule(Plain.echo, 2, due: .after(.seconds(10)))
            let error = await #expect(throws: TickerError.self) { try await scheduler.schedule(Plain.echo, 3) }
            #expect(error?.code == .full)
            let tooMany = await #expect(throws: TickerError.self) {
                try await scheduler.schedule(Plain.echo, inputs: [1, 2, 3])
            }
            #expect(tooMany?.code == .full)
            #expect(try await scheduler.counts().open == 2)
            try await scheduler.cancel(first)
            try await scheduler.schedule(Plain.echo, 3)
            #expect(try await scheduler.counts().open == 2)
            await scheduler.shutdown()
        }
    }

    @Test("many callers at once never pass it")
    func concurrent() async throws {
        for seed in UInt64(0)..<20 {
            let clock = VirtualClock(seed: seed)
            try await clock.run {
                let scheduler = Scheduler(functions: Self.functions, clock: clock, options: Self.options(50, .refuse))
                let stored = Recorder<Int>()
                await withTaskGroup(of: Void.self) { group in
                    for caller in 0..<20 {
                        group.addTask {
                            for number in 0..<10 {
                                do {
                                    let due = TickerDue.after(.seconds(60))
                                    try await scheduler.schedule(Plain.echo, caller * 10 + number, due: due)
                                    stored.add(number)
                                } catch {
                                    #expect((error as? TickerError)?.code == .full, "seed \(seed)")
                                }
                            }
                        }
                    }
                }
                #expect(try await scheduler.counts().open == 50, "seed \(seed)")
                #expect(stored.values.count == 50, "seed \(seed)")
                await scheduler.shutdown()
            }
        }
    }

    @Test("a caller that waits is let in when something ends, and everything runs")
    func waits() async throws {
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: Self.functions, clock: clock, options: Self.options(5, .wait))
            try await scheduler.start()
            for number in 0..<200 {
                try await scheduler.schedule(Plain.echo, number, due: .after(.seconds(1)))
                #expect(try await scheduler.counts().open <= 5)
            }
            try await clock.sleep(for: .seconds(2))
            let counts = try await scheduler.counts()
            #expect(counts.open == 0 && counts.succeeded == 200)
            await scheduler.shutdown()
        }
    }

    @Test("room that others make is found within a second; a cancelled caller and a shutdown end the wait")
    func waitEnds() async throws {
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: Self.functions, clock: clock, options: Self.options(1, .wait))
            let only = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(100)))
            async let second = scheduler.schedule(Plain.echo, 2, due: .after(.seconds(100)))
            try await clock.sleep(for: .seconds(5))
            try await scheduler.cancel(only)
            let began = clock.monotonic
            _ = try await second
            #expect(clock.monotonic.since(began) <= .seconds(1))

            let waiting = Task { try await scheduler.schedule(Plain.echo, 3) }
            try await clock.sleep(for: .milliseconds(10))
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }

            async let late = scheduler.schedule(Plain.echo, 4)
            try await clock.sleep(for: .milliseconds(10))
            await scheduler.shutdown()
            do {
                _ = try await late
                Issue.record("a wait outlived the scheduler")
            } catch {
                #expect((error as? TickerError)?.code == .shutDown)
            }
        }
    }

    @Test("children that handlers add are never refused")
    func children() async throws {
        let clock = VirtualClock()
        try await clock.run {
            let functions = registry {
                $0.register(Plain.echo) { value, context in
                    if value == 0 { for child in 1...3 { try await context.schedule(Plain.echo, child) } }
                    return value
                }
            }
            let scheduler = Scheduler(functions: functions, clock: clock, options: Self.options(1, .refuse))
            try await scheduler.start()
            _ = try await scheduler.output(of: try await scheduler.schedule(Plain.echo, 0))
            try await clock.sleep(for: .seconds(1))
            #expect(try await scheduler.counts().succeeded == 4)
            await scheduler.shutdown()
        }
    }
}
