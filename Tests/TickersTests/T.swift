import Testing
import Tickers
import TickersTesting
import Synchronization

@Suite struct VirtualClockSmoke {
    static let noop = TickerFunction<Int, Int>("Noop")
    @Test func month() async throws {
        let clock = VirtualClock(seed: 3)
        let count = Mutex(0)
        var f = FunctionRegistry()
        f.register(Self.noop) { i, c in count.withLock { $0 += 1 }; return i * 2 }
        let functions = f
        let t = ContinuousClock.now
        try await clock.run {
            let s = Scheduler(functions: functions, clock: clock)
            try await s.start()
            var hs: [TickerHandle<Int>] = []
            for i in 0..<720 { hs.append(try await s.schedule(Self.noop, i, due: .after(.seconds(3600 * (i+1))))) }
            let v = try await s.output(of: hs[719])
            #expect(v == 1438)
            await s.shutdown()
        }
        #expect(count.withLock { $0 } == 720)
        print("took", ContinuousClock.now - t, clock.monotonic)
    }
    @Test func stalled() async throws {
        let clock = VirtualClock(seed: 3)
        var f = FunctionRegistry()
        f.register(Self.noop) { i, c in i }
        let functions = f
        await #expect(throws: VirtualClockError.self) {
        try await clock.run {
            let s = Scheduler(functions: functions, clock: clock)
            let h = try await s.schedule(Self.noop, 1)
            _ = try await s.output(of: h)
        } }
    }
}
