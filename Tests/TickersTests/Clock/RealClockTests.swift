import Foundation
import Testing
import Tickers

/// The few tests that wait for the machine's clocks, some tens of milliseconds each.
@Suite(.serialized) struct RealClockTests {
    private let clock = SystemClock()

    @Test func sleepIsNeverShort() async throws {
        for microseconds in stride(from: 0, through: 4_000, by: 500) {
            let deadline = clock.monotonic.advanced(by: .microseconds(microseconds))
            try await clock.sleep(until: deadline)
            #expect(clock.monotonic >= deadline)
        }
    }

    @Test func sleepUntilTheWallIsNeverShort() async throws {
        for microseconds in stride(from: 0, through: 4_000, by: 500) {
            let instant = clock.wall.advanced(by: .microseconds(microseconds))
            // Rechecked every millisecond, so that the last piece is a part of one.
            try await clock.sleep(untilWall: instant, recheck: .milliseconds(1))
            #expect(clock.wall >= instant)
        }
    }

    @Test func cancelledSleepThrowsAtOnce() async throws {
        let sleeper = Task { [clock] in try await clock.sleep(for: .seconds(3_600)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    @Test func wallShowsTheTimeOfDay() {
        let before = Timestamp(Date())
        let reading = clock.wall
        let after = Timestamp(Date())
        // Date counts from 2001 as a floating-point number, which is worth less than a microsecond today.
        #expect(reading >= before.advanced(by: .microseconds(-2)))
        #expect(reading <= after.advanced(by: .microseconds(2)))
    }

    @Test func alarmIsSetToTheEarliestInstantAskedFor() async {
        let alarm = Alarm<MonotonicInstant> { [clock] in try await clock.sleep(until: $0) }
        let (rings, ring) = AsyncStream.makeStream(of: MonotonicInstant.self)
        let start = clock.monotonic
        let soon = start.advanced(by: .milliseconds(20))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [clock] in await alarm.run { ring.yield(clock.monotonic) } }
            alarm.arm(start.advanced(by: .seconds(3_600)))
            alarm.arm(soon)
            alarm.arm(start.advanced(by: .seconds(60)))
            var iterator = rings.makeAsyncIterator()
            let first = await iterator.next()
            #expect(first.map { $0 >= soon } == true)
            // It can be set again once it has rung.
            let again = clock.monotonic.advanced(by: .milliseconds(5))
            alarm.arm(again)
            let second = await iterator.next()
            #expect(second.map { $0 >= again } == true)
            group.cancelAll()
        }
    }

    @Test func timerRunsAndIsNotEarly() async throws {
        let echo = Plain.echo
        let functions = registry { $0.register(echo) { number, _ in number } }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let due = clock.wall.advanced(by: .milliseconds(20))
        let timer = try await scheduler.schedule(echo, 1, due: .at(due))
        let ended = try await scheduler.ended(timer)
        #expect(ended.status == .succeeded)
        #expect(ended.startedAt.map { $0 >= due } == true)
        await scheduler.shutdown()
    }

    @Test func blockingHandlersHoldUpNobody() async throws {
        let gate = DispatchSemaphore(value: 0)
        let (entries, entered) = AsyncStream.makeStream(of: Int.self)
        let block = TickerFunction<Int, Int>("Block")
        let functions = registry { functions in
            functions.registerBlocking(block) { number, _ in
                entered.yield(number)
                gate.wait()
                return number
            }
            functions.register(Plain.echo) { number, _ in number }
        }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        var blocked: [TickerHandle<Int>] = []
        for number in 0..<4 { blocked.append(try await scheduler.schedule(block, number)) }
        var inside: Set<Int> = []
        for await number in entries where inside.insert(number).inserted && inside.count == 4 { break }
        // All four sit on their threads now and stay until the gate opens, which is after this one has ended.
        let free = try await scheduler.schedule(Plain.echo, 7)
        #expect(try await scheduler.output(of: free) == 7)
        for handle in blocked { #expect(try await scheduler.status(of: handle)?.status == .running) }
        for _ in blocked { gate.signal() }
        for (number, handle) in blocked.enumerated() { #expect(try await scheduler.output(of: handle) == number) }
        await scheduler.shutdown()
    }
}
