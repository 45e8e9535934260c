import Foundation
import Testing
import Tickers
import TickersTesting

private enum Beat {
    static let tick = TickerFunction<String, Void>("Tick")
    static let slow = TickerFunction<Int, Void>("SlowTick")
    static let step = TickerFunction<String, String>("Step")
}

/// What ran, for which instant, and when.
private struct Seen: Sendable, Equatable {
    var text: String
    var instant: Int
    var missed: Int
}

/// Recurrences in a scheduler, in virtual time, over each kind of store.
@Suite("Recurrences in a scheduler")
struct RecurringEngineTests {
    private static let hour = Duration.seconds(3_600)
    private static let start = Timestamp(microseconds: 1_767_225_600_000_000)

    private static func seconds(_ instant: Timestamp) -> Int { Int(instant.since(start).components.seconds) }

    private func functions(_ seen: Recorder<Seen>, takes seconds: Int = 0) -> FunctionRegistry {
        registry { functions in
            functions.register(Beat.tick) { text, context in
                guard let occurrence = context.occurrence else { return }
                seen.add(Seen(text: text, instant: Self.seconds(occurrence.instant), missed: occurrence.missed))
                if seconds > 0 { try await context.clock.sleep(for: .seconds(seconds)) }
            }
            functions.register(Beat.step) { text, context in
                let instant = context.occurrence.map { Self.seconds($0.instant) } ?? -1
                seen.add(Seen(text: text, instant: instant, missed: 0))
                return text
            }
            functions.registerWorkflow("nightly") { occurrence in
                Workflow.begin(with: Beat.step, "extract \(Self.seconds(occurrence.instant))").then(Beat.step).build()
            }
            functions.registerWorkflow("broken") { _ in throw Broken() }
        }
    }

    @Test("an interval runs at each of its instants, and says which one it is")
    func interval() async throws {
        let seen = Recorder<Seen>()
        try await virtually(functions(seen)) { scheduler, clock in
            try await scheduler.recur("beat", .every(.seconds(10)), run: Beat.tick, "a")
            try await clock.sleep(for: .seconds(45))
            let recurrence = try #require(try await scheduler.recurrence("beat"))
            #expect(recurrence.created == 4)
            #expect(recurrence.last.map(Self.seconds) == 40)
            #expect(recurrence.next.map(Self.seconds) == 50)
            #expect(recurrence.unfinished == [])
        }
        let once = [10, 20, 30, 40].map { Seen(text: "a", instant: $0, missed: 0) }
        #expect(seen.values == once + once + once)
    }

    @Test("a template makes a workflow for each occurrence")
    func template() async throws {
        let seen = Recorder<Seen>()
        try await virtually(functions(seen)) { scheduler, clock in
            try await scheduler.recur("nightly", .daily(at: TimeOfDay(2), in: .gmt))
            try await clock.sleep(for: Self.hour * 30)
            let recurrence = try #require(try await scheduler.recurrence("nightly"))
            let workflow = try #require(recurrence.lastWorkflow)
            let summary = try #require(try await scheduler.workflow(workflow))
            #expect(summary.tickers.map(\.status) == [.succeeded, .succeeded])
        }
        let text = "extract 7200"
        let once = [Seen(text: text, instant: 7_200, missed: 0), Seen(text: text, instant: 7_200, missed: 0)]
        let twice = ["extract 93600", "extract 93600"].map { Seen(text: $0, instant: 93_600, missed: 0) }
        #expect(seen.values == Array(repeating: once + twice, count: 3).flatMap(\.self))
    }

    @Test("declaring it again changes nothing, and keeps what an operator has changed unless told otherwise")
    func upsert() async throws {
        try await virtually(functions(Recorder())) { scheduler, clock in
            let rule = RecurrenceRule.every(.seconds(10))
            try await scheduler.recur("beat", rule, run: Beat.tick, "a")
            try await scheduler.updateRecurrence("beat") { $0.rule = .every(.seconds(60)) }
            try await scheduler.pauseRecurrence("beat")
            var again = try await scheduler.recur("beat", rule, run: Beat.tick, "a", overlap: .skip)
            #expect(again.rule == .every(.seconds(60)))
            #expect(again.overlap == .skip)
            #expect(again.isPaused)
            again = try await scheduler.recur("beat", .every(.seconds(20)), run: Beat.tick, "a", overlap: .skip)
            #expect(again.rule == .every(.seconds(20)))
            #expect(again.isPaused && again.next == nil)
            again = try await scheduler.recur("beat", rule, run: Beat.tick, "a", upsert: .replacing)
            #expect(again.rule == rule && again.overlap == .allow && !again.isPaused)
            #expect(try await scheduler.recurrences().map(\.name) == ["beat"])
        }
    }

    @Test("paused it rests, resumed it goes on from then, removed it is gone with what has not started")
    func operators() async throws {
        let seen = Recorder<Seen>()
        try await virtually(functions(seen)) { scheduler, clock in
            try await scheduler.recur("beat", .every(.seconds(10)), run: Beat.tick, "a")
            try await clock.sleep(for: .seconds(15))
            try await scheduler.pauseRecurrence("beat")
            try await clock.sleep(for: .seconds(30))
            try await scheduler.resumeRecurrence("beat")
            try await clock.sleep(for: .seconds(10))
            #expect(try await scheduler.removeRecurrence("beat")?.created == 2)
            try await clock.sleep(for: .seconds(100))
            #expect(try await scheduler.recurrences() == [])
            #expect(try await scheduler.removeRecurrence("beat") == nil)
            await expectError(.unknownRecurrence) { try await scheduler.pauseRecurrence("beat") }
            await expectError(.unknownRecurrence) { try await scheduler.triggerRecurrence("beat") }
        }
        let once = [10, 50].map { Seen(text: "a", instant: $0, missed: 0) }
        #expect(seen.values == once + once + once)
    }

    @Test("triggered it runs at once, beside its rule, also while it rests")
    func trigger() async throws {
        let seen = Recorder<Seen>()
        try await virtually(functions(seen)) { scheduler, clock in
            try await scheduler.recur("beat", .every(.seconds(100)), run: Beat.tick, "a")
            try await scheduler.pauseRecurrence("beat")
            try await clock.sleep(for: .seconds(5))
            let workflow = try #require(try await scheduler.triggerRecurrence("beat"))
            try await scheduler.ended(workflow)
            #expect(try await scheduler.recurrence("beat")?.created == 0)
        }
        #expect(seen.values == Array(repeating: Seen(text: "a", instant: 5, missed: 0), count: 3))
    }

    @Test("triggered again and again at one instant of its rule, each occurrence has an instant of its own")
    func triggerAtOnce() async throws {
        let clock = VirtualClock(seed: 1)
        let instants = Recorder<Timestamp>()
        let functions = registry { functions in
            functions.register(Beat.slow) { _, context in
                if let occurrence = context.occurrence { instants.add(occurrence.instant) }
            }
        }
        try await clock.run {
            let scheduler = Scheduler(functions: functions, clock: clock)
            try await scheduler.start()
            try await scheduler.recur("beat", .every(.seconds(10)), run: Beat.slow, 0)
            try await clock.sleep(for: .seconds(10))
            for _ in 0..<5 { try await scheduler.triggerRecurrence("beat") }
            await clock.rest()
            await scheduler.shutdown()
        }
        #expect(instants.count == 6)
        #expect(Set(instants.values).count == 6)
    }

    @Test(
        "what comes while an earlier one has not ended does as its policy says",
        arguments: [
            (OverlapPolicy.allow, [10, 20, 30, 40, 50, 60], 0),
            (.skip, [10, 40], 4), (.queueOne, [10, 20, 40], 2), (.cancelRunning, [10, 20, 30, 40, 50, 60], 0),
        ]
    )
    func overlap(_ policy: OverlapPolicy, _ instants: [Int], _ overlapped: Int) async throws {
        let seen = Recorder<Seen>()
        try await virtually(functions(seen, takes: 24)) { scheduler, clock in
            try await scheduler.recur("beat", .every(.seconds(10)), run: Beat.tick, "a", overlap: policy)
            try await clock.sleep(for: .seconds(64))
            let recurrence = try #require(try await scheduler.recurrence("beat"))
            #expect(recurrence.overlapped == overlapped, "\(policy)")
            #expect(recurrence.created == instants.count, "\(policy)")
        }
        let once = instants.map { Seen(text: "a", instant: $0, missed: 0) }
        #expect(seen.values == once + once + once, "\(policy)")
    }

    @Test("what is triggered, kept from running, waiting or refused is not counted as created by the rule")
    func counts() async throws {
        let functions = registry { functions in
            functions.register(Beat.slow) { seconds, context in try await context.clock.sleep(for: .seconds(seconds)) }
        }
        let unique = TickerOptions(unique: UniqueKey("one", onConflict: .reject))
        try await virtually(functions) { scheduler, clock in
            let rule = RecurrenceRule.every(.seconds(10))
            try await scheduler.recur("queued", rule, run: Beat.slow, 14, overlap: .queueOne)
            try await scheduler.recur("unique", rule, run: Beat.slow, 14, options: unique)
            func counts(_ name: String) async throws -> [Int] {
                let recurrence = try #require(try await scheduler.recurrence(name))
                return [recurrence.created, recurrence.overlapped, recurrence.uncreated, recurrence.isWaiting ? 1 : 0]
            }
            try await clock.sleep(for: .seconds(11))
            #expect(try await counts("queued") == [1, 0, 0, 0])
            // It waits, so the next one does not run, nor do others that are triggered.
            #expect(try await scheduler.triggerRecurrence("queued") == nil)
            #expect(try await counts("queued") == [1, 0, 0, 1])
            #expect(try await scheduler.triggerRecurrence("unique") == nil)
            #expect(try await counts("unique") == [1, 0, 1, 0])
            try await clock.sleep(for: .seconds(10))
            #expect(try await counts("queued") == [1, 1, 0, 1])
            #expect(try await counts("unique") == [1, 0, 2, 0])
            try await clock.sleep(for: .seconds(20))
            // The triggered one ran from 24 to 38; that of the rule for 30 waited for it.
            #expect(try await counts("queued") == [2, 1, 0, 1])
            #expect(try await counts("unique") == [2, 0, 3, 0])
        }
    }

    @Test("a template that throws is told of, and the recurrence goes on")
    func brokenTemplate() async throws {
        try await virtually(functions(Recorder())) { scheduler, clock in
            let events = scheduler.events()
            try await scheduler.recur("broken", .every(.seconds(10)))
            try await clock.sleep(for: .seconds(25))
            let recurrence = try #require(try await scheduler.recurrence("broken"))
            #expect(recurrence.problem == "broken on purpose")
            #expect(recurrence.created == 0 && recurrence.uncreated == 2)
            #expect(recurrence.next.map(Self.seconds) == 30)
            var failed: [Int] = []
            for await event in events {
                if case .occurrenceFailed(let occurrence, _) = event { failed.append(Self.seconds(occurrence.instant)) }
                if failed.count == 2 { break }
            }
            #expect(failed == [10, 20])
        }
    }

    @Test("what cannot be is refused when it is declared, and nothing is stored")
    func refusals() async throws {
        try await virtually(functions(Recorder())) { scheduler, _ in
            await expectError(.invalidSchedule) {
                try await scheduler.recur("a", .cron("0 0 30 2 *", in: .gmt), run: Beat.tick, "a")
            }
            await expectError(.invalidArgument) {
                try await scheduler.recur("", .every(.seconds(1)), run: Beat.tick, "a")
            }
            await expectError(.unregisteredFunction) {
                try await scheduler.recur("a", .every(.seconds(1)), run: Beat.slow, 1)
            }
            await expectError(.unregisteredFunction) { try await scheduler.recur("unknown", .every(.seconds(1))) }
            #expect(try await scheduler.recurrences() == [])
            let next = try scheduler.preview(.every(.seconds(30)), next: 3)
            #expect(next.map(Self.seconds) == [30, 60, 90])
        }
    }

    @Test("a day of seconds has 86,400 occurrences, each on its second, with handlers that take up to 900 ms")
    func everySecond() async throws {
        let clock = VirtualClock(seed: 3)
        let late = Recorder<Duration>()
        var functions = FunctionRegistry()
        functions.register(Beat.slow) { _, context in
            guard let occurrence = context.occurrence else { return }
            late.add(context.clock.wall.since(occurrence.instant))
            let milliseconds = Int(occurrence.instant.microseconds / 1_000_000 % 10) * 100
            try await context.clock.sleep(for: .milliseconds(milliseconds))
        }
        try await clock.run { [functions] in
            let scheduler = Scheduler(functions: functions, clock: clock)
            try await scheduler.start()
            try await scheduler.recur("second", .every(.seconds(1)), run: Beat.slow, 0)
            try await clock.sleep(for: .seconds(86_400))
            await clock.rest()
            #expect(try await scheduler.recurrence("second")?.created == 86_400)
            await scheduler.shutdown()
        }
        #expect(late.count == 86_400)
        #expect(late.values.allSatisfy { $0 == .zero })
    }
}
