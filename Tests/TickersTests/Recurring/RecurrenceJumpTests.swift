import Foundation
import Testing
import Tickers
import TickersSQLiteTesting
import TickersTesting

private enum Jump {
    static let beat = TickerFunction<Void, Void>("Beat")
}

/// An occurrence that has run, and when by the clock that does not jump.
private struct Run: Sendable {
    var occurrence: Occurrence
    var at: Duration
}

/// A stretch of time in which the wall did not jump.
private struct Stretch: Sendable {
    var wall: Timestamp
    var began: Duration
    var ended: Duration
}

@Suite("Recurrences when the wall clock jumps")
struct RecurrenceJumpTests {
    private static let recheck = Duration.seconds(30)
    private static let rules: [String: RecurrenceRule] = [
        "often": .every(.seconds(7)),
        "minutes": .every(.seconds(60)),
        "hourly": .cron("0 * * * *", in: .gmt),
        "nightly": .daily(at: TimeOfDay(2), in: .gmt),
    ]
    /// From a second to ten years, and a night's suspend.
    private static let sizes = [1, 29, 61, 3_600, 8 * 3_600, 86_400, 31 * 86_400, 366 * 86_400, 3_652 * 86_400]

    private static func functions(_ runs: Recorder<Run>) -> FunctionRegistry {
        registry { functions in
            functions.register(Jump.beat) { context in
                guard let occurrence = context.occurrence else { return }
                runs.add(Run(occurrence: occurrence, at: .nanoseconds(context.clock.monotonic.nanoseconds)))
            }
        }
    }

    /// Plays one seed: jumps at four random moments, and looks at what has run in between.
    private static func play(_ seed: UInt64, _ policy: MissedPolicy) async throws {
        let runs = Recorder<Run>()
        let functions = functions(runs)
        let clock = VirtualClock(seed: seed)
        let stretches = try await clock.run {
            var random = SeededGenerator(seed: seed)
            let store = try await StoreKind.everyday[seed: seed].make(seed: seed, clock: clock)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            try await scheduler.start()
            for (name, rule) in rules { try await scheduler.recur(name, rule, run: Jump.beat, missed: policy) }
            var stretches: [Stretch] = []
            for jump in 0..<5 {
                let (wall, began) = (clock.wall, clock.elapsed)
                try await clock.sleep(for: .milliseconds(Int.random(in: 1...400_000, using: &random)))
                stretches.append(Stretch(wall: wall, began: began, ended: clock.elapsed))
                guard jump < 4, let size = sizes.randomElement(using: &random) else { continue }
                clock.jumpWall(by: .seconds(Bool.random(using: &random) ? size : -size))
            }
            await scheduler.shutdown()
            return stretches
        }
        let values = runs.values
        let identities = values.map { Occurrence(name: $0.occurrence.name, instant: $0.occurrence.instant, missed: 0) }
        #expect(Set(identities).count == values.count, "seed \(seed): an occurrence ran twice")
        for (name, rule) in rules {
            let ran = Dictionary(
                values.filter { $0.occurrence.name == name }.map { ($0.occurrence.instant, $0.at) },
                uniquingKeysWith: min
            )
            for stretch in stretches { check(stretch, of: name, rule, ran, "seed \(seed)") }
        }
    }

    /// What comes while the clock goes on steadily has run by then, at most 30 seconds late by the steady clock.
    private static func check(
        _ stretch: Stretch,
        of name: String,
        _ rule: RecurrenceRule,
        _ ran: [Timestamp: Duration],
        _ seed: String
    ) {
        let end = stretch.wall.advanced(by: stretch.ended - stretch.began - recheck)
        let begin = stretch.wall.advanced(by: recheck)
        guard begin < end else { return }
        for instant in rule.occurrences(after: begin, through: end, limit: 1_000) {
            let due = stretch.began + instant.since(stretch.wall)
            guard let at = ran[instant] else {
                Issue.record("\(seed): \"\(name)\" of \(instant) has not run, due at \(due)")
                continue
            }
            #expect(at <= due + recheck, "\(seed): \"\(name)\" of \(instant) ran at \(at), due at \(due)")
        }
    }

    @Test("by a second to ten years, either way, at seeded points: no occurrence twice, and none that waits")
    func jumps() async throws {
        for seed in UInt64(0)..<(isLong ? 1_000 : 48) {
            try await Self.play(seed, seed % 2 == 0 ? .runOnce : .runAll(limit: 5))
        }
    }

    @Test(
        "one that is forty days old comes within 30 seconds of its time, however far the clock goes back",
        arguments: sizes.filter { $0 > 30 }
    )
    func old(size: Int) async throws {
        let runs = Recorder<Run>()
        try await virtually(Self.functions(runs)) { scheduler, clock in
            let known = runs.count
            try await scheduler.recur("nightly", .daily(at: TimeOfDay(2), in: .gmt), run: Jump.beat)
            try await clock.sleep(for: .seconds(40 * 86_400 + 3_600))
            #expect(runs.count == known + 40)
            clock.jumpWall(by: .seconds(-size))
            let (back, due) = (clock.elapsed, clock.wall.advanced(by: .seconds(5_400)))
            try await scheduler.recur("soon", .once(due), run: Jump.beat)
            try await clock.sleep(for: .seconds(86_400))
            // What it has run it does not run again; before it was declared, it begins again.
            let isNew = size < 86_400 || size > 40 * 86_400 + 3_600
            let later = runs.values.dropFirst(known + 40)
            #expect(later.map(\.occurrence.name).sorted() == (isNew ? ["nightly", "soon"] : ["soon"]))
            for run in later where run.occurrence.name == "nightly" {
                let late = run.at - back - run.occurrence.instant.since(due.advanced(by: .seconds(-5_400)))
                #expect(late >= .zero && late <= Self.recheck)
            }
        }
    }

    @Test("a suspend of eight hours is made up for within 30 seconds, by one run of each")
    func suspend() async throws {
        let runs = Recorder<Run>()
        try await virtually(Self.functions(runs)) { scheduler, clock in
            let known = runs.count
            for name in ["minutes", "hourly", "nightly"] {
                guard let rule = Self.rules[name] else { continue }
                try await scheduler.recur(name, rule, run: Jump.beat)
            }
            try await clock.sleep(for: .seconds(10))
            clock.jumpWall(by: .seconds(8 * 3_600))
            try await clock.sleep(for: .seconds(30))
            let late = runs.values.dropFirst(known).sorted { $0.occurrence.name < $1.occurrence.name }
            #expect(late.map(\.occurrence.name) == ["hourly", "minutes", "nightly"])
            #expect(late.map(\.occurrence.missed) == [7, 479, 0])
            #expect(late.allSatisfy { $0.at <= .seconds(40) })
        }
    }

    @Test("an hour that the wall shows twice runs once")
    func backAnHour() async throws {
        let runs = Recorder<Run>()
        try await virtually(Self.functions(runs)) { scheduler, clock in
            try await scheduler.recur("minutes", .every(.seconds(60)), run: Jump.beat)
            try await clock.sleep(for: .seconds(3_630))
            clock.jumpWall(by: .seconds(-3_600))
            try await clock.sleep(for: .seconds(3_660))
        }
        #expect(runs.count == 3 * 61)
    }
}
