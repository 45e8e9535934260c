import Testing
import Tickers
import TickersSQLiteTesting
import TickersTesting

private enum Outage {
    static let work = TickerFunction<Void, Void>("Work")
    static let urgent = TickerFunction<Void, Void>("Urgent")
}

/// What ran after an outage, and how.
private final class Aftermath: Sendable {
    let occurrences = Recorder<Occurrence>()
    let urgent = Recorder<Duration>()
    let atOnce = Gauge()

    var functions: FunctionRegistry {
        registry { functions in
            functions.register(Outage.work) { context in
                self.atOnce.enter()
                defer { self.atOnce.leave() }
                if let occurrence = context.occurrence { self.occurrences.add(occurrence) }
                try await context.clock.sleep(for: Self.work)
            }
            functions.register(Outage.urgent) { context in
                self.urgent.add(.nanoseconds(context.clock.monotonic.nanoseconds))
            }
        }
    }

    static let work = Duration.milliseconds(1)
}

@Suite("Recurrences after a day without the process")
struct OutageTests {
    private static let workers = 8
    private static let day = 1_440
    private static let stop = Duration.seconds(90)
    private static let down = Duration.seconds(86_400)

    /// Declares recurrences of one per minute, is away for a day, and comes back.
    private func outage(
        _ kind: StoreKind,
        _ policy: MissedPolicy,
        recurrences: Int,
        _ body: @escaping @Sendable (Scheduler, VirtualClock, Aftermath) async throws -> Void
    ) async throws {
        let clock = VirtualClock(seed: 1)
        let (before, after) = (Aftermath(), Aftermath())
        try await clock.run {
            let store = try await kind.make(seed: 1, clock: clock)
            var scheduler = Scheduler(functions: before.functions, store: store, clock: clock)
            try await scheduler.start()
            for number in 0..<recurrences {
                try await scheduler.recur("r\(number)", .every(.seconds(60)), run: Outage.work, missed: policy)
            }
            try await clock.sleep(for: Self.stop)
            await scheduler.shutdown()
            #expect(before.occurrences.count == recurrences)
            try await clock.sleep(for: Self.down)
            let options = SchedulerOptions(maxConcurrent: Self.workers)
            scheduler = Scheduler(functions: after.functions, store: store, clock: clock, options: options)
            try await scheduler.start()
            try await body(scheduler, clock, after)
            await scheduler.shutdown(grace: .zero)
        }
        #expect(after.atOnce.peak <= Self.workers)
    }

    @Test(
        "what was missed runs as the policy says, never more at once than there are workers",
        arguments: StoreKind.everyday,
        [(MissedPolicy.skip, 0), (.runOnce, 1), (.runAll(limit: 10), 10), (.within(.seconds(300)), 5)]
    )
    func policies(_ kind: StoreKind, _ sentence: (policy: MissedPolicy, each: Int)) async throws {
        let (policy, each) = sentence
        let recurrences = 100
        try await outage(kind, policy, recurrences: recurrences) { scheduler, clock, after in
            try await clock.sleep(for: .seconds(20))
            #expect(after.occurrences.count == recurrences * each, "\(policy)")
            let missed = after.occurrences.values.reduce(0) { $0 + $1.missed }
            #expect(missed == (each == 0 ? 0 : recurrences * (Self.day - each)), "\(policy)")
            // The next one is on time, and the first to be told what was skipped.
            try await clock.sleep(for: .seconds(20))
            let onTime = after.occurrences.values.dropFirst(recurrences * each)
            #expect(onTime.count == recurrences, "\(policy)")
            #expect(onTime.allSatisfy { $0.missed == (each == 0 ? Self.day : 0) }, "\(policy)")
            let stored = try await scheduler.recurrences()
            #expect(stored.allSatisfy { $0.created == each + 2 && $0.passedOver == Self.day - each }, "\(policy)")
            #expect(Set(after.occurrences.values).count == after.occurrences.count, "\(policy)")
        }
    }

    /// A day of a hundred takes a minute in a debug build.
    private static let full = isLong ? [(StoreKind.memory, 100)] : []

    @Test("all of a day run when there is room for all of it", arguments: StoreKind.everyday.map { ($0, 3) } + full)
    func everything(_ kind: StoreKind, recurrences: Int) async throws {
        try await outage(kind, .runAll(limit: 2_000), recurrences: recurrences) { _, clock, after in
            try await clock.sleep(for: .seconds(29))
            #expect(after.occurrences.count == recurrences * Self.day)
            #expect(Set(after.occurrences.values).count == after.occurrences.count)
            #expect(after.atOnce.peak == Self.workers)
        }
    }

    @Test("new urgent work does not wait for the backlog", arguments: StoreKind.everyday)
    func urgent(_ kind: StoreKind) async throws {
        try await outage(kind, .runAll(limit: 20), recurrences: 100) { scheduler, clock, after in
            await clock.rest()
            let asked = clock.elapsed
            let handle = try await scheduler.schedule(Outage.urgent, options: TickerOptions(priority: .high))
            #expect(try await scheduler.ended(handle).status == .succeeded)
            let waited = try #require(after.urgent.values.first) - asked
            #expect(waited <= Aftermath.work * 2, "it waited for \(waited)")
            #expect(after.occurrences.count < 100)
            try await clock.sleep(for: .seconds(10))
            #expect(after.occurrences.count == 2_000)
        }
    }
}
