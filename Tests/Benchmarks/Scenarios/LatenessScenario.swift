import Synchronization
import Tickers

/// Ten thousand timers at random instants of a span: how long after its due time each handler starts, which is never
/// before it.
///
/// The limit is the lateness of as many bare `Task.sleep` sleepers over the same span, in a phase of its own.
struct LatenessScenario: Scenario {
    let name = "lateness"
    let summary = "lateness of timers over 10 s, with --quick a fifth of them over 2 s"
    let defaultCount = 10_000
    let quickCount = 2_000

    func run(_ settings: Settings) async throws -> [Report] {
        let timers = try await Timers(settings)
        var report = timers.report(name, settings)
        report.targets += [
            .atMost(100, timers.p50, "100 us p50", isChecked: false),
            .atMost(1_000, report.value, "1,000 us", isChecked: false),
            .atMost(5, report.ratio, "5.0 ×"),
        ]
        return [report]
    }
}

/// The same with ten times as many timers.
struct CrowdedLatenessScenario: Scenario {
    let name = "lateness-crowded"
    let summary = "lateness of ten times as many timers"
    let defaultCount = 100_000
    let quickCount = 20_000

    func run(_ settings: Settings) async throws -> [Report] {
        let timers = try await Timers(settings)
        var report = timers.report(name, settings)
        report.targets.append(.atMost(5_000, report.value, "5,000 us", isChecked: false))
        return [report]
    }
}

/// The lateness of a scheduler's timers and of bare sleepers, round by round.
private struct Timers {
    private static let work = TickerFunction<Timestamp, Void>("Lateness")

    private var timers: [Delays] = []
    private var sleepers: [Delays] = []

    init(_ settings: Settings) async throws {
        let span = settings.isQuick ? Duration.seconds(2) : .seconds(10)
        let offsets = Self.offsets(settings.count, over: span)
        // Each round takes its span twice.
        for _ in 0..<(settings.isQuick ? 1 : settings.rounds) {
            sleepers.append(try await Self.sleepers(offsets))
            timers.append(try await Self.timers(offsets))
        }
    }

    var p50: Double { timers.map(\.p50).median }

    func report(_ scenario: String, _ settings: Settings) -> Report {
        let early = timers.reduce(0) { $0 + $1.negative }
        let (values, limits) = (timers.map(\.p99), sleepers.map(\.p99))
        var report = Report(scenario, count: settings.count, values: values, unit: "us p99", limits: limits)
        report.details = [
            Report.Detail(key: "p50", figure: p50), Report.Detail(key: "early", figure: Double(early)),
            Report.Detail(key: "max", figure: timers.map(\.max).max() ?? 0),
        ]
        report.targets = [.atMost(0, Double(early), "0 early")]
        if early > 0 { report.breaches.append("\(early.grouped) of \(settings.count.grouped) handlers started early.") }
        return report
    }

    /// Random instants of the span, the same in every run, in no order.
    private static func offsets(_ count: Int, over span: Duration) -> [Duration] {
        var random = SeededGenerator(seed: 20_260_301)
        let microseconds = span.wholeMicroseconds
        return (0..<count).map { _ in .microseconds(Int64.random(in: 0..<microseconds, using: &random)) }
    }

    /// How long everything may take to be set up before the first is due.
    private static func lead(_ count: Int) -> Duration { .seconds(1) + .microseconds(20) * count }

    private static func timers(_ offsets: [Duration]) async throws -> Delays {
        let clock = SystemClock()
        let tally = Tally(expecting: offsets.count)
        let delays = DelayLog(capacity: offsets.count)
        var functions = FunctionRegistry()
        functions.register(work) { due, _ in
            delays.append(clock.wall.since(due))
            tally.hit()
        }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let first = clock.wall.advanced(by: lead(offsets.count))
        for offset in offsets {
            let due = first.advanced(by: offset)
            try await scheduler.schedule(work, due, due: .at(due))
        }
        precondition(clock.wall < first, "storing the timers took longer than \(lead(offsets.count))")
        _ = await tally.last()
        await scheduler.shutdown()
        tally.check("lateness")
        return delays.delays
    }

    private static func sleepers(_ offsets: [Duration]) async throws -> Delays {
        let delays = DelayLog(capacity: offsets.count)
        let first = ContinuousClock.now.advanced(by: lead(offsets.count))
        try await withThrowingDiscardingTaskGroup { group in
            for offset in offsets {
                let due = first.advanced(by: offset)
                group.addTask {
                    try await Task.sleep(until: due, tolerance: .zero, clock: .continuous)
                    delays.append(ContinuousClock.now - due)
                }
            }
        }
        return delays.delays
    }
}

/// Collects delays from many tasks at the pace of timers, for which a lock is quick enough.
private final class DelayLog: Sendable {
    private let log: Mutex<[Duration]>

    init(capacity: Int) {
        var log: [Duration] = []
        log.reserveCapacity(capacity)
        self.log = Mutex(log)
    }

    func append(_ delay: Duration) { log.withLock { $0.append(delay) } }

    var delays: Delays { Delays(log.withLock { $0 }) }
}
