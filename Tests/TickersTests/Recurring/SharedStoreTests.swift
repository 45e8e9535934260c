import Testing
import Tickers
import TickersSQLiteTesting
import TickersTesting

private enum Shared {
    static let beat = TickerFunction<Void, Void>("Beat")
    static let other = TickerFunction<Void, Void>("OtherBeat")
    static let first = TickerFunction<Void, Void>("First")
    static let second = TickerFunction<Void, Void>("Second")
    static let third = TickerFunction<Void, Void>("Third")
}

/// Several schedulers on one store, and what counts as unfinished.
@Suite("Recurrences, schedulers and workflows")
struct SharedStoreTests {
    @Test("two schedulers on one store create each occurrence once", arguments: StoreKind.everyday)
    func together(_ kind: StoreKind) async throws {
        for seed in UInt64(0)..<3 {
            let seen = Recorder<Occurrence>()
            let functions = registry { functions in
                functions.register(Shared.beat) { context in
                    if let occurrence = context.occurrence { seen.add(occurrence) }
                }
            }
            let clock = VirtualClock(seed: seed)
            try await clock.run {
                let store = try await kind.make(seed: seed, clock: clock)
                let schedulers = (0..<2).map { _ in Scheduler(functions: functions, store: store, clock: clock) }
                for scheduler in schedulers {
                    try await scheduler.start()
                    for number in 0..<10 {
                        try await scheduler.recur("r\(number)", .every(.seconds(60)), run: Shared.beat)
                    }
                }
                try await clock.sleep(for: .seconds(3_630))
                for scheduler in schedulers { await scheduler.shutdown() }
                let stored = try await store.recurrences(named: nil).map(Recurrence.init)
                #expect(stored.map(\.created) == Array(repeating: 60, count: 10), "seed \(seed)")
            }
            #expect(seen.count == 600, "seed \(seed)")
            #expect(Set(seen.values).count == 600, "seed \(seed)")
        }
    }

    @Test("a scheduler leaves alone what only another one can run", arguments: StoreKind.everyday)
    func apart(_ kind: StoreKind) async throws {
        let seen = Recorder<String>()
        func functions(_ function: TickerFunction<Void, Void>) -> FunctionRegistry {
            registry { functions in functions.register(function) { context in seen.add(context.function) } }
        }
        let clock = VirtualClock(seed: 2)
        try await clock.run { [one = functions(Shared.beat), two = functions(Shared.other)] in
            let store = try await kind.make(seed: 2, clock: clock)
            let other = Scheduler(functions: two, store: store, clock: clock)
            try await other.recur("theirs", .every(.seconds(10)), run: Shared.other)
            let scheduler = Scheduler(functions: one, store: store, clock: clock)
            try await scheduler.start()
            try await scheduler.recur("ours", .every(.seconds(10)), run: Shared.beat)
            try await clock.sleep(for: .seconds(35))
            #expect(seen.values == ["Beat", "Beat", "Beat"])
            try await other.start()
            try await clock.sleep(for: .seconds(1))
            #expect(seen.values == ["Beat", "Beat", "Beat", "OtherBeat"])
            await scheduler.shutdown()
            await other.shutdown()
        }
    }

    @Test("an occurrence is unfinished until its retries, its steps and what its handlers add have ended")
    func unfinished() async throws {
        let functions = registry { functions in
            functions.register(Shared.first) { context in
                try await context.clock.sleep(for: .seconds(2))
                if context.attempt == 1 { throw Broken() }
                try await context.schedule(Shared.third, due: .after(.seconds(20)))
            }
            functions.register(Shared.second) { _ in }
            functions.register(Shared.third) { context in try await context.clock.sleep(for: .seconds(4)) }
            functions.registerWorkflow("w") { _ in
                let retry = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(9)))
                return Workflow.begin(with: Shared.first, options: retry).then(Shared.second).build()
            }
        }
        try await virtually(functions) { scheduler, clock in
            try await scheduler.recur("w", .every(.seconds(10)), overlap: .skip)
            // At 10 it starts and fails at 12, again at 21 and succeeds at 23; the added step runs from 43 to 47.
            var states: [[Int]] = []
            for instant in [11, 13, 22, 24, 35, 46, 49] {
                try await clock.sleep(for: .seconds(instant) - clock.elapsed)
                let recurrence = try #require(try await scheduler.recurrence("w"))
                states.append([instant, recurrence.unfinished.count, recurrence.overlapped])
            }
            #expect(
                states == [[11, 1, 0], [13, 1, 0], [22, 1, 1], [24, 1, 1], [35, 1, 2], [46, 1, 3], [49, 0, 3]]
            )
            try await clock.sleep(for: .seconds(2))
            #expect(try await scheduler.recurrence("w")?.created == 2)
            #expect(try await scheduler.recurrence("w")?.unfinished.count == 1)
        }
    }

    @Test("what comes while a scheduler shuts down is left for the next one")
    func shuttingDown() async throws {
        let functions = registry { functions in
            functions.register(Shared.beat) { context in try await context.clock.sleep(for: .seconds(25)) }
        }
        try await virtually(functions) { scheduler, clock in
            try await scheduler.recur("beat", .every(.seconds(10)), run: Shared.beat)
            try await clock.sleep(for: .seconds(15))
            await scheduler.shutdown(grace: .seconds(60))
            #expect(clock.elapsed == .seconds(35))
            let recurrence = try #require(try await scheduler.recurrence("beat"))
            #expect(recurrence.created == 1)
            #expect(recurrence.next?.since(recurrence.createdAt) == .seconds(20))
            #expect(recurrence.problem == nil)
        }
    }
}
