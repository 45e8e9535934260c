import Testing
import Tickers
import TickersTesting

@Suite("Events, progress and children from handlers")
struct EventTests {
    private static func statuses(of id: TickerID, in events: [TickerEvent]) -> [TickerStatus] {
        events.compactMap { event in
            guard case .ticker(let change) = event, change.id == id else { return nil }
            return change.status
        }
    }

    @Test("every change of a ticker's status, in order, and the workflow's end")
    func order() async throws {
        let options = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(10)))
        let function = TickerFunction<Int, Int>("Twice", options: options)
        let functions = registry {
            $0.register(function) { value, context in
                try await context.report(progress: 0.5, "half")
                if context.attempt == 1 { throw Broken() }
                return value
            }
            $0.register(Plain.echo) { value, _ in value }
        }
        try await virtually(seeds: 0..<30, functions) { scheduler, _ in
            let events = scheduler.events()
            let parent = try await scheduler.schedule(function, 1, due: .after(.seconds(5)))
            let child = try await scheduler.schedule(Plain.echo, 2, following: parent)
            var seen: [TickerEvent] = []
            for await event in events {
                seen.append(event)
                if case .workflowEnded = event { break }
            }
            let expected: [TickerStatus] = [.scheduled, .running, .retrying, .running, .succeeded]
            #expect(Self.statuses(of: parent.id, in: seen) == expected)
            #expect(Self.statuses(of: child.id, in: seen) == [.waiting, .pending, .running, .succeeded])
            #expect(seen.contains(.progress(parent.id, TickerProgress(fraction: 0.5, text: "half"))))
            let ticker = try #require(try await scheduler.status(of: parent))
            #expect(ticker.progress == TickerProgress(fraction: 0.5, text: "half"))
            #expect(seen.last == .workflowEnded(parent.workflowID, at: try #require(ticker.endedAt)))
        }
    }

    @Test(
        "a change says from when the ticker may run; what became of a failed attempt is told though it is due at once"
    )
    func due() async throws {
        let options = TickerOptions(retry: .intervals([.zero, .seconds(10)]))
        let functions = registry {
            $0.register(Plain.fail) { _, context in
                if context.attempt == 3 { throw TickerSignal.snooze(.zero) }
                throw Broken()
            }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let start = clock.wall
            let events = scheduler.events()
            let handle = try await scheduler.schedule(Plain.fail, 1, due: .after(.seconds(5)), options: options)
            var told: [TickerChange] = []
            for await case .ticker(let change) in events {
                told.append(change)
                if told.count == 7 { break }
            }
            let running = TickerStatus.running
            #expect(told.map(\.status) == [.scheduled, running, .retrying, running, .retrying, running, .pending])
            #expect(
                told.map { $0.due?.since(start) } == [5, nil, 5, nil, 15, nil, 15].map { $0.map(Duration.seconds) }
            )
            try await scheduler.cancel(handle)
        }
    }

    @Test("a subscriber that does not keep up loses the oldest, learns how many, and slows nobody")
    func lagging() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        var options = SchedulerOptions()
        options.eventBuffer = 10
        try await virtually(functions, options: options) { scheduler, clock in
            var events = scheduler.events().makeAsyncIterator()
            for value in 0..<100 { try await scheduler.schedule(Plain.echo, value) }
            await clock.rest()
            guard case .lagged(let missed) = await events.next() else {
                Issue.record("the first event does not say that others are missing")
                return
            }
            // Stored, running, succeeded and the workflow's end for each of a hundred.
            #expect(missed == 400 - 10)
            for _ in 0..<10 { #expect(await events.next() != nil) }
        }
    }

    @Test("the stream ends with the scheduler, after what it holds")
    func end() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        let clock = VirtualClock()
        try await clock.run {
            let scheduler = Scheduler(functions: functions, clock: clock)
            let events = scheduler.events()
            try await scheduler.start()
            _ = try await scheduler.output(of: scheduler.schedule(Plain.echo, 1))
            await scheduler.shutdown()
            var count = 0
            for await _ in events { count += 1 }
            #expect(count == 4)
            var after = scheduler.events().makeAsyncIterator()
            #expect(await after.next() == nil)
        }
    }

    @Test("a waiting caller that is cancelled leaves the ticker alone")
    func cancelledWait() async throws {
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        try await virtually(functions) { scheduler, clock in
            let handle = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(60)))
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        _ = try await scheduler.output(of: handle)
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
                await clock.rest()
                group.cancelAll()
                #expect(await group.next() == true)
            }
            #expect(try await scheduler.output(of: handle) == 1)
        }
    }

    @Test("a handler's children: beside it, after it, after its failure; in its workflow")
    func children() async throws {
        let log = Recorder<String>()
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try await context.schedule(Plain.note, "beside", when: .inProgress)
                try await context.schedule(Plain.note, "after", due: .after(.seconds(5)))
                try await context.schedule(Plain.note, "repair", when: .onFailure)
                try await context.clock.sleep(for: .seconds(60))
                log.add("parent")
                if value < 0 { throw Broken() }
                return value
            }
            $0.register(Plain.note) { text, _ in log.add(text) }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let good = try await scheduler.schedule(Plain.slow, 1)
            _ = try await scheduler.output(of: good)
            try await clock.sleep(for: .seconds(5))
            await clock.rest()
            #expect(log.values == ["beside", "parent", "after"])
            let summary = try #require(try await scheduler.workflow(good.workflowID))
            #expect(summary.tickers.map(\.status) == [.succeeded, .succeeded, .succeeded, .skipped])
            let bad = try await scheduler.schedule(Plain.slow, -1)
            _ = try await scheduler.ended(bad)
            await clock.rest()
            #expect(log.values.suffix(3) == ["beside", "parent", "repair"])
        }
    }

    @Test("children of an attempt that is repeated are withdrawn, so that the repetition does not double them")
    func withdrawn() async throws {
        let log = Recorder<String>()
        let options = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(10)))
        let function = TickerFunction<Int, Int>("Adds", options: options)
        let functions = registry {
            $0.register(function) { value, context in
                try await context.schedule(Plain.note, "after \(context.attempt)")
                try await context.schedule(Plain.note, "repair \(context.attempt)", when: .onFailure)
                if context.attempt < value { throw Broken() }
                return value
            }
            $0.register(Plain.note) { text, _ in log.add(text) }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            _ = try await scheduler.ended(scheduler.schedule(function, 3))
            await clock.rest()
            #expect(log.values == ["after 3"])
            let failing = try await scheduler.schedule(function, 9)
            _ = try await scheduler.ended(failing)
            await clock.rest()
            #expect(log.values == ["after 3", "repair 3"])
            let summary = try #require(try await scheduler.workflow(failing.workflowID))
            let withdrawn = summary.tickers.filter { $0.reason == .withdrawn(failing.id) }
            #expect(withdrawn.count == 4)
        }
    }

    @Test("an attempt that is over can add nothing and report nothing")
    func attemptOver() async throws {
        let contexts = Recorder<TickerContext>()
        let functions = registry {
            $0.register(Plain.echo) { value, context in
                contexts.add(context)
                return value
            }
            $0.register(Plain.note) { _, _ in }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            _ = try await scheduler.output(of: scheduler.schedule(Plain.echo, 1))
            let context = try #require(contexts.values.first)
            await expectError(.attemptEnded) { try await context.schedule(Plain.note, "late") }
            await expectError(.attemptEnded) { try await context.report(progress: 1) }
        }
    }
}
