import Foundation
import Testing
import Tickers
import TickersTesting

private let seeds: [UInt64] = [1, 2, 3]

/// The wall clock moves apart from time, and work goes on where the clock cannot see it.
@Suite struct VirtualWallTests {
    /// Schedules a timer an hour ahead, lets `jump` of wall time happen after a minute, and says when it ran.
    private func timer(seed: UInt64, recheck: Int, jump: Int) async throws -> (at: Int64, wall: Timestamp) {
        let stage = Stage(seed: seed)
        let (clock, functions) = (stage.clock, stage.functions)
        return try await clock.run {
            var options = SchedulerOptions()
            options.clockRecheck = .seconds(recheck)
            let store = MemoryTickerStore(seed: seed)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock, options: options)
            try await scheduler.start()
            let timer = try await scheduler.schedule(Stage.pulse, due: .at(stage.after(3_600)))
            try await clock.sleep(for: .seconds(60))
            clock.jumpWall(by: .seconds(jump))
            let ended = try await scheduler.ended(timer)
            let seconds = clock.monotonic.nanoseconds / 1_000_000_000
            await scheduler.shutdown()
            return (seconds, ended.startedAt ?? .distantPast)
        }
    }

    @Test(arguments: seeds, [7, 30, 600])
    func jumpForwardIsNoticedWithinTheRecheck(seed: UInt64, recheck: Int) async throws {
        let ran = try await timer(seed: seed, recheck: recheck, jump: 7_200)
        #expect(ran.at >= 60)
        #expect(ran.at <= Int64(60 + recheck))
    }

    @Test(arguments: seeds, [7, 30, 600])
    func smallJumpForwardMakesItDueEarlier(seed: UInt64, recheck: Int) async throws {
        let ran = try await timer(seed: seed, recheck: recheck, jump: 1_000)
        let due = Timestamp(microseconds: 1_767_225_600_000_000).advanced(by: .seconds(3_600))
        #expect(ran.wall >= due)
        #expect(ran.at >= 2_600)
        #expect(ran.at <= Int64(2_600 + recheck))
    }

    @Test(arguments: seeds, [7, 30, 600])
    func jumpBackNeverMakesItEarly(seed: UInt64, recheck: Int) async throws {
        let ran = try await timer(seed: seed, recheck: recheck, jump: -7_200)
        #expect(ran.at == 3_600 + 7_200)
        #expect(ran.wall == Timestamp(microseconds: 1_767_225_600_000_000).advanced(by: .seconds(3_600)))
    }

    @Test(arguments: seeds)
    func jumpsDoNotTouchTimeToSleep(seed: UInt64) async throws {
        let clock = VirtualClock(seed: seed)
        try await clock.run {
            async let slept: Void = clock.sleep(for: .seconds(100))
            await clock.rest()
            clock.jumpWall(by: .seconds(-86_400))
            clock.jumpWall(by: .seconds(2 * 86_400))
            try await slept
            #expect(clock.monotonic.nanoseconds == 100_000_000_000)
            #expect(clock.wall == Timestamp(microseconds: 1_767_225_600_000_000).advanced(by: .seconds(86_500)))
        }
    }

    @Test(arguments: seeds)
    func timeWaitsForBlockingHandlers(seed: UInt64) async throws {
        let clock = VirtualClock(seed: seed)
        let work = TickerFunction<Int, Bool>("Work")
        let functions = registry { functions in
            functions.registerBlocking(work) { rounds, context in
                let before = context.clock.monotonic
                var hash: UInt64 = 14_695_981_039_346_656_037
                for round in 0..<rounds { hash = (hash ^ UInt64(round)) &* 1_099_511_628_211 }
                return hash != 0 && context.clock.monotonic == before
            }
        }
        try await clock.run {
            let scheduler = Scheduler(functions: functions, clock: clock)
            try await scheduler.start()
            // Timers are pending all the while: nothing but the blocking handlers keeps time from going to them.
            var handles: [TickerHandle<Bool>] = []
            for number in 0..<20 {
                handles.append(try await scheduler.schedule(work, 20_000, due: .after(.seconds(number))))
            }
            for handle in handles { #expect(try await scheduler.output(of: handle)) }
            #expect(clock.monotonic.nanoseconds == 19_000_000_000)
            await scheduler.shutdown()
        }
    }

    /// The virtual clock, but for what the protocol brings along.
    private struct PlainClock: TickerClock {
        let clock: VirtualClock
        var wall: Timestamp { clock.wall }
        var monotonic: MonotonicInstant { clock.monotonic }
        func sleep(until deadline: MonotonicInstant) async throws { try await clock.sleep(until: deadline) }
    }

    @Test("that the wall is set back is noticed within the recheck, by a real sleeper and by a virtual one alike")
    func setBack() async throws {
        for jump in [-86_400, -1] {
            let clock = VirtualClock(seed: 3)
            let noticed = Recorder<Duration>()
            try await clock.run {
                await withThrowingTaskGroup(of: Void.self) { group in
                    for sleeper in [clock, PlainClock(clock: clock)] as [any TickerClock] {
                        group.addTask {
                            try await sleeper.sleepUntilSetBack(recheck: .seconds(30))
                            noticed.add(clock.elapsed)
                        }
                    }
                    group.addTask {
                        try await clock.sleep(for: .seconds(100))
                        clock.jumpWall(by: .seconds(3_600))
                        try await clock.sleep(for: .seconds(35))
                        clock.jumpWall(by: .seconds(jump))
                    }
                }
            }
            #expect(noticed.values == [.seconds(150), .seconds(150)], "\(jump)")
        }
    }

    @Test("who waits for the wall to be set back keeps no time moving")
    func setBackNever() async throws {
        let clock = VirtualClock()
        await #expect(throws: VirtualClockError.self) {
            try await clock.run { try await clock.sleepUntilSetBack(recheck: .seconds(30)) }
        }
        #expect(clock.elapsed < .seconds(30))
    }

    @Test(arguments: seeds)
    func timeWaitsUntilWhatIsHeldIsReleased(seed: UInt64) async throws {
        let clock = VirtualClock(seed: seed)
        let seen = Recorder<MonotonicInstant>()
        try await clock.run {
            clock.hold()
            clock.hold()
            let outside = Thread {
                clock.release()
                seen.add(clock.monotonic)
                clock.release()
            }
            outside.start()
            try await clock.sleep(for: .seconds(1))
            seen.add(clock.monotonic)
        }
        #expect(seen.values.map(\.nanoseconds) == [0, 1_000_000_000])
    }
}
