import Synchronization
import Testing
import Tickers
import TickersTesting

private final class Door: Sendable {
    private let waiters = Mutex<[CheckedContinuation<Void, Never>]?>([])
    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = waiters.withLock { waiters in
                waiters?.append(continuation)
                return waiters == nil
            }
            if isOpen { continuation.resume() }
        }
    }
    func open() { for waiter in waiters.withLock({ $0.take() }) ?? [] { waiter.resume() } }
}

@Suite("Shutting down at odd moments")
struct ShutdownRaceTests {
    @Test("A claim that is under way when a shutdown begins leaves no run behind")
    func claimUnderWay() async throws {
        let lost = Recorder<UInt64>()
        let late = Recorder<UInt64>()
        for seed in UInt64(0)..<1_000 {
            let clock = VirtualClock(seed: seed)
            let isDown = Mutex(false)
            let functions = registry {
                $0.register(Plain.slow) { value, context in
                    if isDown.withLock({ $0 }) { late.add(seed) }
                    try await context.clock.sleep(for: .seconds(1))
                    return value
                }
            }
            try await clock.run {
                let scheduler = Scheduler(functions: functions, store: MemoryTickerStore(seed: seed), clock: clock)
                try await scheduler.start()
                await clock.rest()
                let handle = try await scheduler.schedule(Plain.slow, 1)
                await scheduler.shutdown(grace: .zero)
                isDown.withLock { $0 = true }
                try await clock.sleep(for: .seconds(60))
                if try await scheduler.status(of: handle)?.status == .running { lost.add(seed) }
            }
        }
        #expect(lost.values == [], "running for ever after shutdown")
        #expect(late.values == [], "a handler began after shutdown() had returned")
    }

    @Test("A handler may add children while the grace of a shutdown lasts")
    func childInGrace() async throws {
        for seed in UInt64(0)..<3 {
            let clock = VirtualClock(seed: seed)
            let functions = registry {
                $0.register(Plain.slow) { value, context in
                    try await context.clock.sleep(for: .seconds(2))
                    try await context.schedule(Plain.tick)
                    return value
                }
                $0.register(Plain.tick) { _ in }
            }
            try await clock.run {
                let scheduler = Scheduler(functions: functions, clock: clock)
                try await scheduler.start()
                let handle = try await scheduler.schedule(Plain.slow, 1)
                try await clock.sleep(for: .seconds(1))
                await scheduler.shutdown(grace: .seconds(10))
                let ticker = try #require(try await scheduler.status(of: handle))
                #expect(ticker.status != .failed, "\(ticker.failure?.message ?? "")")
            }
        }
    }

    @Test("A shutdown returns although more handlers are stuck than may be given up otherwise")
    func manyStuck() async throws {
        let door = Door()
        let functions = registry {
            $0.register(Plain.slow) { value, _ in
                await door.wait(); return value
            }
        }
        let clock = VirtualClock(seed: 1)
        let options = SchedulerOptions(maxConcurrent: 1_010)
        do {
            try await clock.run(limit: .seconds(86_400)) {
                let scheduler = Scheduler(functions: functions, clock: clock, options: options)
                try await scheduler.start()
                for value in 0..<1_010 { try await scheduler.schedule(Plain.slow, value) }
                await clock.rest()
                let downAt = Mutex<Duration?>(nil)
                async let opened: Void = {
                    try? await clock.sleep(for: .seconds(3_600))
                    door.open()
                }()
                await scheduler.shutdown(grace: .zero)
                downAt.withLock { $0 = clock.elapsed }
                let elapsed = downAt.withLock { $0! }
                #expect(elapsed <= .seconds(10), "shutdown took \(elapsed)")
                await opened
            }
        } catch { Issue.record("\(error)") }
    }

    @Test("After a cancelled run() the scheduler says that it was shut down")
    func runThenStart() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let scheduler = Scheduler(functions: registry { $0.register(Plain.tick) { _ in } }, clock: clock)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await scheduler.run() }
                await clock.rest()
                group.cancelAll()
            }
            await expectError(.shutDown) { try await scheduler.start() }
        }
    }

    @Test("A shutdown asked for by a handler does not wait for that handler")
    func fromInside() async throws {
        let box = Mutex<Scheduler?>(nil)
        let functions = registry {
            $0.register(Plain.tick) { _ in
                let scheduler = box.withLock { $0 }
                await scheduler?.shutdown(grace: .seconds(10))
            }
        }
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let scheduler = Scheduler(functions: functions, clock: clock)
            box.withLock { $0 = scheduler }
            try await scheduler.start()
            let handle = try await scheduler.schedule(Plain.tick)
            await clock.rest()
            await scheduler.shutdown()
            let status = try await scheduler.status(of: handle)?.status
            #expect(clock.elapsed < .seconds(1), "took \(clock.elapsed)")
            #expect(status == .succeeded)
        }
        box.withLock { $0 = nil }
    }
}
