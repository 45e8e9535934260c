import Testing
import Tickers
import TickersTesting

private let seeds: [UInt64] = [1, 2, 3]

/// How virtual time moves, and when it does not.
@Suite struct VirtualClockTests {
    private static let hour = Duration.seconds(3_600)

    @Test(arguments: seeds)
    func aMonthOfTimersRunsInOrder(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        try await stage.play { scheduler in
            // Stored last first, so that the order is that of the clock and not that of the calls.
            for number in (1...720).reversed() {
                try await scheduler.schedule(Stage.plusOne, number, due: .after(Self.hour * number))
            }
            try await stage.clock.sleep(for: Self.hour * 720)
            await stage.clock.rest()
        }
        #expect(stage.journal.lines == (1...720).map { "plusOne \($0)" })
        #expect(stage.clock.monotonic.nanoseconds == 720 * 3_600_000_000_000)
        #expect(stage.clock.wall == stage.after(720 * 3_600))
    }

    @Test(arguments: seeds)
    func timersOfOneInstantAreReleasedTogether(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let tickers = try await stage.play { scheduler in
            var handles: [TickerHandle<Int>] = []
            for number in 0..<40 {
                let seconds = number.isMultiple(of: 2) ? 60 : 61
                handles.append(try await scheduler.schedule(Stage.plusOne, number, due: .after(.seconds(seconds))))
            }
            var tickers: [Ticker] = []
            for handle in handles { tickers.append(try await scheduler.ended(handle)) }
            return tickers
        }
        for (number, ticker) in tickers.enumerated() {
            #expect(ticker.startedAt == stage.after(number.isMultiple(of: 2) ? 60 : 61), "seed \(seed)")
        }
        #expect(stage.journal.lines.prefix(20).allSatisfy { ($0.last?.wholeNumberValue ?? 1).isMultiple(of: 2) })
    }

    @Test(arguments: seeds)
    func sleepersOfOneInstantWakeTogether(seed: UInt64) async throws {
        let clock = VirtualClock(seed: seed)
        try await clock.run {
            let awake = Recorder<Int>()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await clock.sleep(for: .seconds(5))
                        awake.add(1)
                        await clock.rest()
                        return awake.count
                    }
                }
                for try await count in group { #expect(count == 10) }
            }
            #expect(clock.monotonic.nanoseconds == 5_000_000_000)
        }
    }

    @Test(arguments: seeds)
    func restWaitsForTheInstantAndNotForTime(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        try await stage.play { scheduler in
            for number in 0..<100 { try await scheduler.schedule(Stage.plusOne, number) }
            let later = try await scheduler.schedule(Stage.pulse, due: .after(.seconds(1)))
            await stage.clock.rest()
            #expect(stage.journal.lines.count == 100)
            #expect(stage.clock.monotonic.nanoseconds == 0)
            #expect(try await scheduler.status(of: later)?.status == .scheduled)
        }
    }

    @Test(arguments: seeds)
    func sleepInThePastReturnsAtOnce(seed: UInt64) async throws {
        let clock = VirtualClock(seed: seed)
        try await clock.run {
            try await clock.sleep(until: MonotonicInstant(nanoseconds: -1))
            try await clock.sleep(for: .zero)
            try await clock.sleep(untilWall: .distantPast, recheck: .seconds(1))
            #expect(clock.monotonic.nanoseconds == 0)
        }
    }

    @Test(arguments: seeds)
    func cancelledSleepersWakeWithoutTimePassing(seed: UInt64) async throws {
        let clock = VirtualClock(seed: seed)
        try await clock.run {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for wall in [true, false] {
                    group.addTask {
                        do {
                            if wall {
                                let instant = clock.wall.advanced(by: Self.hour)
                                try await clock.sleep(untilWall: instant, recheck: .seconds(30))
                            } else {
                                try await clock.sleep(for: Self.hour)
                            }
                            return false
                        } catch is CancellationError {
                            return true
                        }
                    }
                }
                await clock.rest()
                group.cancelAll()
                for try await wasCancelled in group { #expect(wasCancelled) }
            }
            #expect(clock.monotonic.nanoseconds == 0)
        }
    }

    @Test func limitEndsARunThatGoesTooFar() async throws {
        let clock = VirtualClock(seed: 1)
        let error = await #expect(throws: VirtualClockError.self) {
            try await clock.run(limit: .seconds(100)) {
                for _ in 0..<10 { try await clock.sleep(for: .seconds(30)) }
            }
        }
        // Three sleeps fit, and the clock does not move for the fourth.
        #expect(error == .limitReached(at: clock.wall))
        #expect(clock.monotonic.nanoseconds == 90_000_000_000)
    }

    @Test func waitingForWhatCannotComeIsAStall() async throws {
        let stage = Stage(seed: 1)
        let functions = stage.functions
        let clock = stage.clock
        let error = await #expect(throws: VirtualClockError.self) {
            try await clock.run {
                let scheduler = Scheduler(functions: functions, clock: clock)
                let never = try await scheduler.schedule(Stage.seven)
                _ = try await scheduler.output(of: never)
            }
        }
        #expect(error == .stalled(at: stage.after(0)))
        #expect(error?.description.contains("2026-01-01T00:00:00.000000Z") == true)
    }

    /// Such a body can be over on the executor's thread before its caller goes on.
    @Test func bodiesThatNeedNoTimeAreNeverTakenForStalled() async throws {
        for seed: UInt64 in 0..<2_000 {
            let clock = VirtualClock(seed: seed)
            let answer = try await clock.run { seed }
            #expect(answer == seed)
        }
    }

    @Test func aBodyThatWaitedInVainHasTimeToEndInAnOrderlyWay() async throws {
        let stage = Stage(seed: 1)
        let (functions, clock) = (stage.functions, stage.clock)
        await #expect(throws: VirtualClockError.limitReached(at: stage.after(0))) {
            try await clock.run(limit: .seconds(100)) {
                let scheduler = Scheduler(functions: functions, clock: clock)
                try await scheduler.start()
                let long = try await scheduler.schedule(Stage.sleep, 120)
                do {
                    _ = try await scheduler.output(of: long)
                } catch {
                    // The handler's 120 seconds fit into the day that the body has left.
                    await scheduler.shutdown(grace: .seconds(600))
                    #expect(try await scheduler.status(of: long)?.status == .succeeded)
                    throw error
                }
            }
        }
    }

    @Test(arguments: seeds)
    func oneClockRunsOneBodyAfterTheOther(seed: UInt64) async throws {
        let clock = VirtualClock(seed: seed)
        struct Mishap: Error {}
        await #expect(throws: Mishap.self) {
            try await clock.run {
                try await clock.sleep(for: .seconds(1))
                throw Mishap()
            }
        }
        await #expect(throws: VirtualClockError.self) {
            try await clock.run(limit: .seconds(1)) { try await clock.sleep(for: .seconds(2)) }
        }
        let seen = try await clock.run {
            try await clock.sleep(for: .seconds(1))
            return clock.monotonic
        }
        // Time goes on where it stood: the third body begins at one second, and ends at two.
        #expect(seen.nanoseconds == 2_000_000_000)
    }

    @Test func cancellingTheCallerCancelsTheBody() async throws {
        let clock = VirtualClock(seed: 1)
        let (began, begin) = AsyncStream.makeStream(of: Void.self)
        let run = Task {
            try await clock.run {
                clock.hold()
                defer { clock.release() }
                begin.finish()
                try await clock.sleep(for: .seconds(1))
            }
        }
        for await _ in began {}
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(clock.monotonic.nanoseconds == 0)
    }
}

@Suite struct VirtualClockEnduranceTests {
    @Test("runs of one clock follow each other at once, and none is taken for the rest of the one before")
    func manyRuns() async throws {
        let clock = VirtualClock()
        for number in 1...5_000 {
            let result = try await clock.run {
                await clock.rest()
                return number
            }
            #expect(result == number)
        }
        #expect(clock.elapsed == .zero)
    }

    @Test("the way to rest is as short the last time as the first")
    func manyRests() async throws {
        let clock = VirtualClock()
        try await clock.run {
            for _ in 0..<300_000 { await clock.rest() }
        }
        #expect(clock.elapsed == .zero)
    }
}
