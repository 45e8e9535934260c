import Testing
import Tickers
import TickersTesting

@Suite("A wall clock that jumps")
struct ClockJumpTests {
    private static let year: Duration = .seconds(365 * 86_400)

    private static func functions(_ starts: Recorder<Timestamp>) -> FunctionRegistry {
        registry {
            $0.register(Plain.echo) { value, context in
                starts.add(context.clock.wall)
                return value
            }
        }
    }

    @Test("a jump ahead makes due what it passes, within the recheck of 30 seconds")
    func ahead() async throws {
        let starts = Recorder<Timestamp>()
        try await virtually(seeds: 0..<1, Self.functions(starts)) { scheduler, clock in
            let handle = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(30 * 86_400)))
            try await clock.sleep(for: .seconds(100))
            clock.jumpWall(by: Self.year)
            #expect(try await scheduler.output(of: handle) == 1)
            #expect(clock.elapsed >= .seconds(100) && clock.elapsed <= .seconds(130))
        }
    }

    @Test("a jump back makes a due time later again: nothing is early by the wall")
    func back() async throws {
        let starts = Recorder<Timestamp>()
        try await virtually(seeds: 0..<1, Self.functions(starts)) { scheduler, clock in
            let due = clock.wall.advanced(by: .seconds(60))
            let handle = try await scheduler.schedule(Plain.echo, 1, due: .at(due))
            try await clock.sleep(for: .seconds(59))
            clock.jumpWall(by: .seconds(-3_600))
            #expect(try await scheduler.output(of: handle) == 1)
            #expect(clock.wall == due)
            #expect(clock.elapsed == .seconds(3_660))
        }
    }

    @Test("what is to run at once is not held by a clock that goes back")
    func immediate() async throws {
        let starts = Recorder<Timestamp>()
        let functions = Self.functions(starts)
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: functions, clock: clock)
            let handle = try await scheduler.schedule(Plain.echo, 1)
            let child = try await scheduler.schedule(Plain.echo, 2, following: handle)
            clock.jumpWall(by: .zero - Self.year)
            try await scheduler.start()
            #expect(try await scheduler.output(of: child) == 2)
            #expect(clock.elapsed == .zero)
            await scheduler.shutdown()
        }
    }

    @Test("a year ahead and back again, at random moments: nothing lost, nothing early, nothing stuck")
    func aheadAndBack() async throws {
        for seed in UInt64(0)..<50 {
            let starts = Recorder<Timestamp>()
            let clock = VirtualClock(seed: seed)
            let functions = Self.functions(starts)
            try await clock.run(limit: .seconds(3 * 366 * 86_400)) {
                var random = SeededGenerator(seed: seed)
                // The default retention goes by the wall too: a year ahead, everything that ended is old.
                let store = MemoryTickerStore(retention: Retention(age: .seconds(1 << 32), count: 100), seed: seed)
                let scheduler = Scheduler(functions: functions, store: store, clock: clock)
                try await scheduler.start()
                var handles: [TickerHandle<Int>] = []
                for value in 0..<20 {
                    let delay = Duration.seconds(Int.random(in: 0...200, using: &random))
                    handles.append(try await scheduler.schedule(Plain.echo, value, due: .after(delay)))
                    if value % 5 == 4 {
                        try await clock.sleep(for: .milliseconds(Int.random(in: 1...90_000, using: &random)))
                        clock.jumpWall(by: value % 10 == 4 ? Self.year : .zero - Self.year)
                    }
                }
                for handle in handles {
                    let ticker = try await scheduler.ended(handle)
                    #expect(ticker.status == .succeeded, "seed \(seed)")
                    let (due, started) = (try #require(ticker.due), try #require(ticker.startedAt))
                    #expect(started >= due || ticker.createdAt >= due, "seed \(seed)")
                }
                await scheduler.shutdown()
            }
            #expect(starts.count == 20, "seed \(seed)")
        }
    }
}
