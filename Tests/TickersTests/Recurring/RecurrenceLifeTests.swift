import Foundation
import Testing
import Tickers
import TickersTesting

private enum Life {
    static let beat = TickerFunction<Void, Void>("Beat")
    static let slow = TickerFunction<Void, Void>("SlowBeat")
}

/// An occurrence that has run, and how much later than its instant.
private struct Beat: Sendable {
    var occurrence: Occurrence
    var late: Duration
}

/// What a rule is told beside its instants, and what is done to its occurrences, as a scheduler does it.
@Suite("The life of recurrences")
struct RecurrenceLifeTests {
    private static let start = Timestamp(microseconds: 1_767_225_600_000_000)

    private static func at(_ seconds: Int) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    /// `slow` takes 40 seconds.
    private static func functions(_ beats: Recorder<Beat>) -> FunctionRegistry {
        registry { functions in
            functions.register(Life.beat) { context in
                guard let occurrence = context.occurrence else { return }
                beats.add(Beat(occurrence: occurrence, late: context.clock.wall.since(occurrence.instant)))
            }
            functions.register(Life.slow) { context in try await context.clock.sleep(for: .seconds(40)) }
            functions.registerWorkflow("steps") { _ in
                Workflow.begin(with: Life.beat).then(Life.slow).then(Life.beat).build()
            }
        }
    }

    /// Rules, and the seconds after the start at which they run.
    static let bounds: [(RecurrenceRule, [Int])] = [
        (.once(at(25)), [25]),
        (.every(.seconds(10)).starting(at: at(20)).ending(at: at(50)), [20, 30, 40, 50]),
        (.every(.seconds(10)).starting(at: at(20)).atMost(2), [20, 30]),
        (.cron("30 * * * * *", in: .gmt).ending(at: at(90)), [30, 90]),
        (.every(.seconds(10), anchor: at(-3)).ending(at: at(30)), [7, 17, 27]),
    ]

    @Test("start, end and maximum bound what runs, and then nothing comes", arguments: bounds)
    func bounded(_ rule: RecurrenceRule, _ expected: [Int]) async throws {
        let beats = Recorder<Beat>()
        try await virtually(seeds: 0..<1, Self.functions(beats)) { scheduler, clock in
            let recurrence = try await scheduler.recur("bounded", rule, run: Life.beat)
            #expect(recurrence.next == Self.at(expected[0]))
            try await clock.sleep(for: .seconds(200))
            let later = try #require(try await scheduler.recurrence("bounded"))
            #expect(later.next == nil && later.created == expected.count)
        }
        #expect(beats.values.map(\.occurrence.instant) == expected.map(Self.at))
        #expect(beats.values.allSatisfy { $0.late == .zero })
    }

    @Test("jitter delays the run by what follows from name and instant, and leaves the identity as it is")
    func jittered() async throws {
        let rule = RecurrenceRule.every(.seconds(60)).jittered(by: .seconds(50))
        let beats = Recorder<Beat>()
        try await virtually(Self.functions(beats)) { scheduler, clock in
            try await scheduler.recur("spread", rule, run: Life.beat)
            try await clock.sleep(for: .seconds(660))
        }
        let instants = beats.values.map(\.occurrence.instant)
        let once = (1...10).map { Self.at($0 * 60) }
        #expect(instants == once + once + once)
        for beat in beats.values { #expect(beat.late == rule.delay(of: beat.occurrence.instant, named: "spread")) }
        #expect(Set(beats.values.map(\.late)).count == 10)
    }

    @Test("removed, its occurrences that have not started are cancelled, and one that runs goes on")
    func removed() async throws {
        let beats = Recorder<Beat>()
        try await virtually(Self.functions(beats)) { scheduler, clock in
            try await scheduler.recur("waits", .every(.seconds(10)).jittered(by: .seconds(3_600)), run: Life.beat)
            try await scheduler.recur("runs", .every(.seconds(10)), run: Life.slow)
            try await clock.sleep(for: .seconds(11))
            let waiting = try #require(try await scheduler.removeRecurrence("waits")).unfinished
            let running = try #require(try await scheduler.removeRecurrence("runs")).unfinished
            #expect(waiting.count == 1 && running.count == 1)
            try await clock.sleep(for: .seconds(7_200))
            for (workflows, status) in [(waiting, TickerStatus.cancelled), (running, .succeeded)] {
                for id in workflows {
                    let workflow = try #require(try await scheduler.workflow(id))
                    #expect(workflow.tickers.map(\.status) == [status])
                }
            }
            #expect(try await scheduler.tickers().tickers.count == 2)
        }
        #expect(beats.count == 0)
    }

    @Test("the next one cancels the whole workflow of the one before, where that is asked for")
    func cancelled() async throws {
        let beats = Recorder<Beat>()
        try await virtually(Self.functions(beats)) { scheduler, clock in
            try await scheduler.recur("steps", .every(.seconds(30)), overlap: .cancelRunning)
            try await clock.sleep(for: .seconds(35))
            let first = try #require(try await scheduler.recurrence("steps")?.lastWorkflow)
            try await clock.sleep(for: .seconds(30))
            let workflow = try #require(try await scheduler.workflow(first))
            #expect(workflow.tickers.map(\.status) == [.succeeded, .cancelled, .cancelled])
            #expect(workflow.endedAt == Self.at(60))
            let second = try #require(try await scheduler.recurrence("steps"))
            #expect(second.unfinished.count == 1 && second.unfinished.first != first && second.overlapped == 0)
            try await scheduler.pauseRecurrence("steps")
            try await clock.sleep(for: .seconds(60))
            #expect(try await scheduler.recurrence("steps")?.unfinished == [])
        }
        let once = [30, 60, 60].map(Self.at)
        #expect(beats.values.map(\.occurrence.instant) == once + once + once)
    }

    @Test("its tickers ask for what the declaration says, and an updated rule counts from then on")
    func optionsAndUpdate() async throws {
        let beats = Recorder<Beat>()
        let options = TickerOptions(queue: "reports", priority: .low, tags: ["nightly"])
        try await virtually(Self.functions(beats)) { scheduler, clock in
            try await scheduler.recur("told", .every(.seconds(60)), run: Life.beat, options: options)
            try await clock.sleep(for: .seconds(100))
            let ticker = try #require(try await scheduler.tickers().tickers.first)
            #expect(ticker.queue == "reports" && ticker.priority == .low && ticker.tags == ["nightly"])
            let updated = try await scheduler.updateRecurrence("told") { $0.rule = .every(.seconds(7)) }
            #expect(updated.next == Self.at(105))
            try await clock.sleep(for: .seconds(20))
        }
        let once = [60, 105, 112, 119].map(Self.at)
        #expect(beats.values.map(\.occurrence.instant) == once + once + once)
        #expect(beats.values.allSatisfy { $0.late == .zero && $0.occurrence.missed == 0 })
    }
}
