import Testing
import Tickers
import TickersTesting

@Suite("Middleware")
struct MiddlewareTests {
    @Test("the first one is outermost on both sides")
    func order() async throws {
        let log = Recorder<String>()
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        let diaries = [Diary(name: "outer", log: log), Diary(name: "inner", log: log)]
        try await virtually(seeds: 0..<1, functions, middleware: diaries) { scheduler, clock in
            let handle = try await scheduler.schedule(Plain.echo, 7, due: .after(.seconds(1)))
            await clock.rest()
            #expect(try await scheduler.output(of: handle) == 7)
        }
        let expected = [
            "outer schedules Echo", "inner schedules Echo", "inner stored 1", "outer stored 1",
            "outer enters Echo 1", "inner enters Echo 1", "inner leaves Echo", "outer leaves Echo",
        ]
        #expect(log.values == expected)
    }

    @Test("a call that is refused is seen with its error, and nothing is stored")
    func refused() async throws {
        let log = Recorder<String>()
        let functions = registry { $0.register(Plain.echo) { value, _ in value } }
        let diary = Diary(name: "diary", log: log)
        try await virtually(seeds: 0..<1, functions, middleware: [diary]) { scheduler, _ in
            await expectError(.unregisteredFunction) { try await scheduler.schedule(Plain.slow, 1) }
            await expectError(.invalidArgument) {
                try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(-1)))
            }
            let open = try await scheduler.counts().open
            #expect(open == 0)
            #expect(await scheduler.metrics().added == 0)
        }
        #expect(
            log.values.filter { $0.contains("saw") } == ["diary saw unregisteredFunction", "diary saw invalidArgument"]
        )
    }

    @Test("every step of a workflow and every child of a handler passes, with who adds it")
    func everyWay() async throws {
        let seen = Recorder<String>()
        let functions = registry {
            $0.register(Plain.echo) { value, context in
                try await context.schedule(Plain.note, "child")
                return value
            }
            $0.register(Plain.note) { _, _ in }
        }
        let watch = Around(change: { request in
            let adder = request.addedBy == nil ? "outside" : "a handler"
            let names = request.tickers.map(\.function)
            seen.add("\(request.workflowName)\(names) from \(adder)")
        })
        try await virtually(seeds: 0..<1, functions, middleware: [watch]) { scheduler, _ in
            var workflow = Workflow("pair")
            let first = workflow.add(Plain.echo, 1)
            workflow.add(Plain.note, "second", following: first)
            try await scheduler.ended(scheduler.schedule(workflow))
        }
        #expect(seen.values == ["pair[\"Echo\", \"Note\"] from outside", "[\"Note\"] from a handler"])
    }

    @Test("metadata and tags that it adds are stored, and read by handlers and callers")
    func changes() async throws {
        let seen = Recorder<[String: String]>()
        let functions = registry { $0.register(Plain.tick) { context in seen.add(context.metadata) } }
        let first = Around(change: { request in
            request.changeEach { draft in
                draft.metadata["shard"] = "7"
                draft.options.tags = (draft.options.tags ?? []) + ["watched"]
                draft.options.priority = .high
            }
        })
        let second = Around(change: { $0.changeEach { $0.metadata["shard", default: ""] += "b" } })
        try await virtually(seeds: 0..<1, functions, middleware: [first, second]) { scheduler, _ in
            let options = TickerOptions(tags: ["own"])
            let ticker = try await scheduler.ended(scheduler.schedule(Plain.tick, options: options))
            #expect(ticker.metadata == ["shard": "7b"])
            #expect(ticker.tags == ["own", "watched"])
            #expect(ticker.priority == .high)
            var workflow = Workflow("two")
            let one = workflow.add(Plain.tick)
            workflow.add(Plain.tick, following: one)
            let summary = try await scheduler.ended(scheduler.schedule(workflow))
            #expect(summary.tickers.map(\.tags) == [["watched"], ["watched"]])
        }
        #expect(seen.values == Array(repeating: ["shard": "7b"], count: 3))
    }

    @Test(
        "what a middleware makes of a ticker is checked like what a caller asks for",
        arguments: [
            ("entries", TickerLimits.metadataEntries + 1, 1), ("bytes", 1, TickerLimits.metadataBytes),
            ("no name", 0, 0),
        ]
    )
    func bounds(what: String, count: Int, length: Int) async throws {
        let functions = registry { $0.register(Plain.tick) { _ in } }
        let tooMuch = Around(change: { request in
            request.changeEach { draft in
                for index in 0..<count { draft.metadata["key \(index)"] = String(repeating: "x", count: length) }
                if count == 0 { draft.metadata[""] = "x" }
            }
        })
        try await virtually(seeds: 0..<1, functions, middleware: [tooMuch]) { scheduler, _ in
            await expectError(.invalidArgument) { try await scheduler.schedule(Plain.tick) }
            var workflow = Workflow("two")
            workflow.add(Plain.tick)
            workflow.add(Plain.tick)
            let two = workflow
            await expectError(.invalidArgument) { try await scheduler.schedule(two) }
            let open = try await scheduler.counts().open
            #expect(open == 0)
        }
    }

    @Test("as much metadata as is allowed is kept until the ticker is removed, and not longer")
    func fullMetadata() async throws {
        let value = String(repeating: "x", count: TickerLimits.metadataBytes / TickerLimits.metadataEntries - 2)
        let functions = registry { $0.register(Plain.tick) { _ in } }
        let full = Around(change: { request in
            request.changeEach { draft in
                for index in 0..<TickerLimits.metadataEntries { draft.metadata["\(10 + index)"] = value }
            }
        })
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let store = MemoryTickerStore(retention: Retention(age: .seconds(3_600), count: 1), seed: 1)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock, middleware: [full])
            try await scheduler.start()
            let first = try await scheduler.ended(scheduler.schedule(Plain.tick))
            #expect(first.metadata.count == TickerLimits.metadataEntries)
            for _ in 0..<3 { _ = try await scheduler.ended(scheduler.schedule(Plain.tick)) }
            #expect(try await scheduler.status(of: first.id) == nil)
            await scheduler.shutdown(grace: .zero)
        }
    }

    @Test("a draft that stands for another ticker gives its options, never its function")
    func swappedDrafts() async throws {
        let functions = registry {
            $0.register(Plain.tick) { _ in }
            $0.register(Plain.note) { _, _ in }
        }
        let swap = Around(change: { request in
            var saved: TickerDraft?
            request.changeEach { draft in
                draft.options.tags = [draft.function]
                if let saved { draft = saved }
                saved = draft
            }
        })
        try await virtually(seeds: 0..<1, functions, middleware: [swap]) { scheduler, _ in
            var workflow = Workflow("two")
            let tick = workflow.add(Plain.tick)
            workflow.add(Plain.note, "x", following: tick)
            let summary = try await scheduler.ended(scheduler.schedule(workflow))
            #expect(summary.tickers.map(\.function) == ["Tick", "Note"])
            #expect(summary.tickers.map(\.tags) == [["Tick"], ["Tick"]])
            #expect(summary.status == .succeeded)
        }
    }
}
