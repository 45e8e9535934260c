import Testing
import Tickers
import TickersTesting

@Suite("Unique keys")
struct UniqueKeyTests {
    private static let functions = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(Plain.note) { _, _ in }
        $0.register(Plain.slow) { value, context in
            try await context.clock.sleep(for: .seconds(100))
            return value
        }
    }

    private func unique(_ key: UniqueKey) -> TickerOptions { TickerOptions(unique: key) }

    @Test("a key in use answers with the ticker that holds it, and nothing is stored")
    func existing() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let first = try await scheduler.schedule(Plain.slow, 1, options: unique("a"))
            let second = try await scheduler.schedule(Plain.slow, 2, options: unique("a"))
            #expect(second == first)
            #expect(!first.isExisting && second.isExisting)
            #expect(second.workflowID == first.workflowID)
            let counts = try await scheduler.counts()
            #expect(counts.open == 1)
            #expect(try await scheduler.output(of: second) == 1)
        }
    }

    @Test("a key belongs to its function")
    func perFunction() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            let slow = try await scheduler.schedule(Plain.slow, 1, options: unique("a"))
            let echo = try await scheduler.schedule(Plain.echo, 1, options: unique("a"))
            #expect(slow.id != echo.id)
        }
    }

    @Test("a key is free again once its ticker has ended, however it ended")
    func freed() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let first = try await scheduler.schedule(Plain.slow, 1, options: unique("a"))
            _ = try await scheduler.output(of: first)
            let second = try await scheduler.schedule(Plain.slow, 2, options: unique("a"))
            #expect(second.id != first.id)
            await clock.rest()
            #expect(try await scheduler.cancel(second) == .requested)
            _ = try await scheduler.ended(second)
            let third = try await scheduler.schedule(Plain.slow, 3, options: unique("a"))
            #expect(third.id != second.id)
        }
    }

    @Test("a rejected duplicate names who holds the key")
    func rejected() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let first = try await scheduler.schedule(Plain.slow, 1, options: unique("a"))
            await clock.rest()
            do {
                try await scheduler.schedule(Plain.slow, 2, options: unique(UniqueKey("a", onConflict: .reject)))
                Issue.record("nothing was thrown")
            } catch let error as TickerError {
                #expect(error.code == .uniqueKeyInUse)
                #expect(error.ticker == first.id)
                #expect(error.status == .running)
            }
            let counts = try await scheduler.counts()
            #expect(counts.open == 1)
        }
    }

    @Test("debounce: each new one takes the place of the one that still waits, and only the last runs")
    func debounce() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let key = unique(UniqueKey("index", onConflict: .replace))
            var handles: [TickerHandle<Int>] = []
            for value in 0..<5 {
                handles.append(
                    try await scheduler.schedule(Plain.echo, value, due: .after(.seconds(10)), options: key)
                )
                try await clock.sleep(for: .seconds(5))
            }
            #expect(try await scheduler.output(of: handles[4]) == 4)
            #expect(clock.elapsed == .seconds(30))
            for (earlier, later) in zip(handles, handles.dropFirst()) {
                let ticker = try await scheduler.status(of: earlier)
                #expect(ticker?.status == .cancelled)
                #expect(ticker?.reason == .replaced(by: later.id))
            }
        }
    }

    @Test("one that has started is not replaced")
    func startedIsNotReplaced() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let key = unique(UniqueKey("a", onConflict: .replace))
            let first = try await scheduler.schedule(Plain.slow, 1, options: key)
            await clock.rest()
            await expectError(.uniqueKeyInUse) { try await scheduler.schedule(Plain.slow, 2, options: key) }
            #expect(try await scheduler.output(of: first) == 1)
        }
    }

    @Test("throttle: a key held for a window stays in use after the end, and no longer than the window")
    func throttle() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let key = unique(UniqueKey("digest", held: .window(.seconds(60))))
            let first = try await scheduler.schedule(Plain.echo, 1, options: key)
            _ = try await scheduler.output(of: first)
            try await clock.sleep(for: .seconds(59))
            let second = try await scheduler.schedule(Plain.echo, 2, options: key)
            #expect(second == first)
            try await clock.sleep(for: .seconds(1))
            let third = try await scheduler.schedule(Plain.echo, 3, options: key)
            #expect(third != first)
        }
    }

    @Test("of 100 tasks that race for one key, one stores")
    func race() async throws {
        for conflict in [UniqueKey.Conflict.returnExisting, .reject] {
            try await virtually(seeds: 0..<20, Self.functions) { scheduler, _ in
                let key = unique(UniqueKey("a", onConflict: conflict))
                let stored = Recorder<TickerID>()
                let refused = Recorder<TickerError.Code>()
                await withTaskGroup(of: Void.self) { group in
                    for value in 0..<100 {
                        group.addTask {
                            do {
                                let handle = try await scheduler.schedule(Plain.slow, value, options: key)
                                if !handle.isExisting { stored.add(handle.id) }
                            } catch let error as TickerError {
                                refused.add(error.code)
                            } catch {
                                Issue.record("\(error)")
                            }
                        }
                    }
                }
                #expect(stored.count == 1)
                #expect(refused.values.allSatisfy { $0 == .uniqueKeyInUse })
                #expect(refused.count == (conflict == .reject ? 99 : 0))
                let counts = try await scheduler.counts()
                #expect(counts.open == 1)
            }
        }
    }

    @Test("a continuation with a key in use comes back as the one that holds it, in its workflow")
    func continuation() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            let parent = try await scheduler.schedule(Plain.slow, 1)
            let other = try await scheduler.schedule(Plain.slow, 2)
            let options = unique("receipt")
            let first = try await scheduler.schedule(Plain.echo, 1, following: parent, options: options)
            let second = try await scheduler.schedule(Plain.echo, 2, following: other, options: options)
            #expect(second == first)
            #expect(second.workflowID == parent.workflowID)
            #expect(try await scheduler.output(of: second) == 1)
        }
    }

    @Test("a step whose key is in use stands in the way of the whole workflow, unless it replaces")
    func steps() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            let held = try await scheduler.schedule(Plain.echo, 0, due: .after(.seconds(10)), options: unique("a"))
            let workflow = Workflow.begin(with: Plain.echo, 1).then(Plain.echo, 2, options: unique("a")).build()
            await expectError(.uniqueKeyInUse) { try await scheduler.schedule(workflow) }
            let before = try await scheduler.counts()
            #expect(before.open == 1)
            let key = unique(UniqueKey("a", onConflict: .replace))
            let replacing = Workflow.begin(with: Plain.echo, 1).then(Plain.echo, 2, options: key).build()
            let handle = try await scheduler.schedule(replacing)
            let old = try await scheduler.status(of: held)
            #expect(old?.reason == .replaced(by: handle.tickers[1]))
            let twice = Workflow.begin(with: Plain.echo, 1, options: unique("b"))
                .then(Plain.echo, 2, options: unique("b")).build()
            await expectError(.uniqueKeyInUse) { try await scheduler.schedule(twice) }
        }
    }

    @Test("a ticker that is retried by hand takes its key again, unless someone else has it by now")
    func retried() async throws {
        try await virtually(Self.functions) { scheduler, clock in
            let first = try await scheduler.schedule(Plain.slow, 1, due: .after(.seconds(5)), options: unique("a"))
            try await scheduler.cancel(first)
            try await scheduler.retry(first)
            let second = try await scheduler.schedule(Plain.slow, 2, options: unique("a"))
            #expect(second == first)
            await clock.rest()
            try await scheduler.cancel(first)
            _ = try await scheduler.ended(first)
            let third = try await scheduler.schedule(Plain.slow, 3, options: unique("a"))
            try await scheduler.retry(first)
            _ = try await scheduler.output(of: first)
            let fourth = try await scheduler.schedule(Plain.slow, 4, options: unique("a"))
            #expect(fourth == third || third.id != first.id)
        }
    }

    @Test("keys out of bounds are refused")
    func badKeys() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            for key in [
                UniqueKey(""), UniqueKey(String(repeating: "k", count: 201)), UniqueKey("k", held: .window(.zero)),
            ] {
                await expectError(.invalidArgument) {
                    try await scheduler.schedule(Plain.echo, 1, options: unique(key))
                }
            }
        }
    }

    @Test("keys agree with a naive model, and are forgotten with their windows", arguments: 0..<20)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ids = IDGenerator(seed: seed)
        var keys = UniqueKeys()
        var naive: [String: (holder: TickerID, until: Timestamp?)] = [:]
        var now = Timestamp(microseconds: 0)
        for _ in 0..<2_000 {
            now = now.advanced(by: .seconds(Int.random(in: 0...3, using: &random)))
            let key = "k\(Int.random(in: 0..<8, using: &random))"
            let name = UniqueKeys.Name(function: "f", key: key)
            if let held = naive[key], let until = held.until, until <= now { naive[key] = nil }
            #expect(keys.holder(of: name, now: now)?.ticker == naive[key]?.holder, "seed \(seed)")
            if let held = naive[key], Bool.random(using: &random) {
                keys.ended(name, of: held.holder)
                if held.until == nil { naive[key] = nil }
            } else if naive[key] == nil {
                let id = ids.next(now: now)
                let window = Int.random(in: 1...20, using: &random)
                let until = Bool.random(using: &random) ? now.advanced(by: .seconds(window)) : nil
                let holder = UniqueKeys.Holder(ticker: id, workflow: WorkflowID(first: id), until: until)
                keys.take(name, by: holder, now: now)
                naive[key] = (id, until)
            }
            #expect(keys.count <= 8)
        }
    }
}
