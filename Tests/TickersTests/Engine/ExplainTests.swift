import Testing
import Tickers
import TickersTesting

@Suite("Why a ticker is not running")
struct ExplainTests {
    private static let charge = TickerFunction<Int, Int>("ChargeCard")
    private static let stock = TickerFunction<Int, Int>("CheckStock")
    private static let ship = TickerFunction<Int, Int>("Ship")
    private static let alarm = TickerFunction<Int, Int>("Alarm")

    private static let functions = registry {
        $0.register(charge) { _, _ in throw Broken() }
        $0.register(stock) { value, _ in value }
        $0.register(ship) { value, _ in value }
        $0.register(alarm) { value, _ in value }
        $0.register(Plain.slow) { value, context in
            try await context.clock.sleep(for: .seconds(60))
            return value
        }
    }

    @Test("a waiting ticker: each edge with its parent, what it has said, and what it waits for")
    func waiting() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 5, every: .seconds(3)))
            var graph = Workflow("order")
            let charge = graph.add(Self.charge, 1, options: retry)
            let stock = graph.add(Self.stock, 2)
            let slow = graph.add(Plain.slow, 3)
            let ship = graph.add(
                Self.ship,
                4,
                following: [
                    charge, stock, slow.when(.onCompletion), charge.when(.onFailure, onParentFailure: .runNow),
                ],
                join: .atLeast(3)
            )
            let last = graph.add(Self.alarm, 5, following: ship.when(.always))
            let run = try await scheduler.schedule(graph)
            await clock.rest()
            let explanation = try #require(try await scheduler.explain(run[ship]))
            #expect(explanation.answer == .waitsForParents(missing: 2))
            #expect(explanation.edges.map(\.word) == [.open, .yes, .open, .open])
            #expect(explanation.edges.map(\.status) == [.retrying, .succeeded, .running, .retrying])
            #expect(
                explanation.edges.map(\.parent) == [run[charge], run[stock], run[slow], run[charge]].map(\.tickerID)
            )
            #expect(explanation.edges[0].due == clock.wall.advanced(by: .seconds(3)))
            #expect(
                explanation.description == """
                    Ship waits for its parents: 2 more of them have to say yes.
                    - waits for ChargeCard to succeed; it is retrying, next attempt in 3 s
                    - waits for Slow to succeed, fail or be cancelled; it is running
                    - waits for ChargeCard to fail (its failure releases this at once); it is retrying, next attempt in 3 s
                    """
            )
            #expect("\(explanation.edges[1])" == "CheckStock succeeded: yes")
            let after = try #require(try await scheduler.explain(run[last]))
            #expect(after.description.contains("- waits for Ship to end; it waits for its own parents"))
            try await scheduler.cancelWorkflow(run)
        }
    }

    @Test("a scheduled and a retrying ticker: when they are due")
    func due() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            let later = try await scheduler.schedule(Self.ship, 1, due: .after(.seconds(5_400)))
            let due = clock.wall.advanced(by: .seconds(5_400))
            let scheduled = try #require(try await scheduler.explain(later))
            #expect(scheduled.answer == .waitsForDue(due))
            #expect(scheduled.description == "Ship is due in 1 h 30 min, at \(due).")
            let retry = TickerOptions(retry: .fixed(maxAttempts: 5, every: .seconds(3)))
            let flaky = try await scheduler.schedule(Self.charge, 1, options: retry)
            await clock.rest()
            let again = clock.wall.advanced(by: .seconds(3))
            let retrying = try #require(try await scheduler.explain(flaky))
            #expect(retrying.answer == .waitsForDue(again))
            let words =
                "ChargeCard failed in attempt 1 of 5: broken on purpose. The next one is due in 3 s, at \(again)."
            #expect(retrying.description == words)
            try await scheduler.cancel(flaky)
        }
    }

    @Test("a pending ticker: not started, runs nothing, no handler, shut down")
    func pendingBySetup() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let store = MemoryTickerStore(seed: 1)
            let runner = Scheduler(functions: Self.functions, store: store, clock: clock)
            var options = SchedulerOptions()
            options.runs = .nothing
            let adder = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: options)
            let known = try await adder.schedule(Self.ship, 1)
            func reasons(_ scheduler: Scheduler, _ ticker: TickerID) async throws -> [PendingReason]? {
                guard case .waitsForPlace(let reasons) = try await scheduler.explain(ticker)?.answer else { return nil }
                return reasons
            }
            #expect(try await reasons(runner, known.id) == [.schedulerNotStarted])
            #expect(
                try await reasons(adder, known.id)
                    == [.schedulerNotStarted, .schedulerRunsNothing, .noHandler(function: "Ship")]
            )
            try await runner.start()
            let unknown = try await adder.schedule(Plain.note, "x")
            await clock.rest()
            #expect(try await reasons(runner, unknown.id) == [.noHandler(function: "Note")])
            #expect(try await reasons(runner, known.id) == nil)
            let words = try await runner.explain(unknown)?.description
            #expect(words == "Note is due and has not started: no handler is registered for \"Note\".")
            await runner.shutdown()
            let late = try await adder.schedule(Self.ship, 2)
            #expect(try await reasons(runner, late.id) == [.schedulerStopped])
            await adder.shutdown()
        }
    }

    @Test("a pending ticker: the places of the scheduler, the queue, the function")
    func pendingByPlaces() async throws {
        let functions = registry {
            $0.register(Plain.slow, maxConcurrent: 2) { value, context in
                try await context.clock.sleep(for: .seconds(60))
                return value
            }
            $0.register(Plain.echo) { value, context in
                try await context.clock.sleep(for: .seconds(60))
                return value
            }
        }
        let options = SchedulerOptions(maxConcurrent: 4, queues: ["narrow": 1])
        try await virtually(seeds: 0..<1, functions, options: options) { scheduler, clock in
            func reasons(_ ticker: some TickerReference) async throws -> [PendingReason] {
                await clock.rest()
                guard case .waitsForPlace(let reasons) = try await scheduler.explain(ticker)?.answer else {
                    Issue.record("it is not pending")
                    return []
                }
                return reasons
            }
            let narrow = TickerOptions(queue: "narrow")
            try await scheduler.schedule(Plain.echo, 1, options: narrow)
            let second = try await scheduler.schedule(Plain.echo, 2, options: narrow)
            #expect(try await reasons(second) == [.queueFull("narrow")])
            let slow = try await scheduler.schedule(Plain.slow, inputs: [1, 2, 3])
            #expect(try await reasons(slow[2]) == [.functionFull("Slow")])
            let both = try await scheduler.schedule(Plain.slow, 4, options: narrow)
            #expect(try await reasons(both) == [.queueFull("narrow"), .functionFull("Slow")])
            let more = try await scheduler.schedule(Plain.echo, inputs: [5, 6])
            #expect(try await reasons(more[1]) == [.schedulerFull])
        }
    }

    @Test("a failure that ends with a full stop of its own gets no second one")
    func fullStop() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            let hasty = TickerOptions(timeout: .milliseconds(300))
            let slow = try await scheduler.schedule(Plain.slow, 1, options: hasty)
            _ = try await scheduler.ended(slow)
            let words = try await scheduler.explain(slow)?.description
            #expect(words == "Slow failed in attempt 1 of 1: The attempt took longer than 0.3 seconds.")
        }
    }

    @Test("a running one since when, an ended one why, with the name of who was to blame")
    func ends() async throws {
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, clock in
            let slow = try await scheduler.schedule(Plain.slow, 1)
            let charge = try await scheduler.schedule(Self.charge, 1, due: .after(.seconds(1)))
            let ship = try await scheduler.schedule(Self.ship, 1, following: charge)
            let alarm = try await scheduler.schedule(Self.alarm, 1, following: charge.when(.onFailure))
            let gone = try await scheduler.schedule(Self.ship, 1, due: .after(.seconds(60)))
            try await scheduler.cancel(gone)
            try await clock.sleep(for: .seconds(2))
            func words(_ ticker: some TickerReference) async throws -> String? {
                try await scheduler.explain(ticker)?.description
            }
            #expect(try await words(slow) == "Slow has been running for 2 s, in attempt 1 of 1.")
            #expect(try await words(charge) == "ChargeCard failed in attempt 1 of 1: broken on purpose.")
            #expect(try await words(ship) == "Ship was skipped: ChargeCard failed.")
            #expect(try await words(alarm) == "Alarm succeeded.")
            #expect(try await words(gone) == "Ship was cancelled: by request.")
            let skipped = try #require(try await scheduler.explain(ship))
            #expect(skipped.answer == .ended(.parentFailed(charge.id), culprit: "ChargeCard"))
            #expect(skipped.edges.map(\.description) == ["ChargeCard failed: no, it had to succeed"])
            #expect(try await scheduler.explain(TickerID(high: 1, low: 1)) == nil)
        }
    }

    @Test("of a wide join the first open edges are told, the others counted")
    func wide() async throws {
        let driver = TableDriver()
        var steps = (0..<100).map { _ in PlannedStep("Part") }
        steps.append(PlannedStep("Whole", after: (0..<100).map { .step($0) }))
        let refs = try driver.add(steps)
        for run in driver.claim("Part", limit: 10) { driver.succeed(run) }
        let explanation = driver.table.explanation(of: refs[100], now: driver.now)
        #expect(explanation.answer == .waitsForParents(missing: 90))
        #expect(explanation.openEdges.count == 90)
        let lines = explanation.description.split(separator: "\n")
        #expect(lines.count == 22)
        #expect(lines.last == "- and 70 more")
    }

    @Test(
        "durations in words, never rounded down to what has not come",
        arguments: [
            (0, "0 s"), (-5, "0 s"), (1, "1 ms"), (250_000, "250 ms"), (999_001, "1 s"), (3_000_000, "3 s"),
            (3_250_000, "3 s 250 ms"), (12_345_678, "13 s"), (125_000_000, "2 min 5 s"), (3_600_000_000, "1 h"),
            (5_400_000_000, "1 h 30 min"), (345_600_000_000, "4 d"), (349_200_000_000, "4 d 1 h"),
        ]
    )
    func durations(microseconds: Int64, words: String) {
        #expect(Duration.microseconds(microseconds).inWords == words)
    }
}
