import Synchronization
import Tickers

/// Timers at random instants of a span: how long after its due time each handler starts, which is never before it.
///
/// The limit is the lateness of as many bare `Task.sleep` sleepers over the same span, in a phase of its own.
struct LatenessScenario: Scenario {
    private static let work = TickerFunction<Timestamp, Void>("Lateness")

    let name = "lateness"
    let summary = "lateness of timers over 10 s, with --quick over 2 s"
    let defaultCount = 10_000

    func run(_ settings: Settings) async throws -> Report {
        let span = settings.isQuick ? Duration.seconds(2) : .seconds(10)
        let offsets = Self.offsets(settings.count, over: span)
        let sleepers = try await Self.sleepers(offsets)
        let timers = try await timers(offsets)
        return report(timers, limit: sleepers, count: settings.count)
    }

    private func report(_ delays: Delays, limit: Delays, count: Int) -> Report {
        let early = delays.negative
        var report = Report(
            scenario: name,
            count: count,
            value: delays.p99,
            unit: "us",
            limit: limit.p99,
            details: delays.details + [Report.Detail(key: "early", figure: Double(early))]
        )
        report.targets = [Report.Target(text: "never early", isMet: early == 0)]
        if count >= 100_000 {
            report.targets.append(Report.Target(text: "p99 ≤ 5,000 us", isMet: delays.p99 <= 5_000))
        } else {
            report.targets += [
                Report.Target(text: "p50 ≤ 100 us", isMet: delays.p50 <= 100),
                Report.Target(text: "p99 ≤ 1,000 us", isMet: delays.p99 <= 1_000),
                Report.Target(text: "≤ 5.0 ×", isMet: report.ratio <= 5),
            ]
        }
        if early > 0 { report.breaches.append("\(early.grouped) of \(count.grouped) handlers started early.") }
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

    private func timers(_ offsets: [Duration]) async throws -> Delays {
        let clock = SystemClock()
        let tally = Tally(expecting: offsets.count)
        let delays = DelayLog(capacity: offsets.count)
        var functions = FunctionRegistry()
        functions.register(Self.work) { due, _ in
            delays.append(clock.wall.since(due))
            tally.hit()
        }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let first = clock.wall.advanced(by: Self.lead(offsets.count))
        for offset in offsets {
            let due = first.advanced(by: offset)
            try await scheduler.schedule(Self.work, due, due: .at(due))
        }
        precondition(clock.wall < first, "storing the timers took longer than \(Self.lead(offsets.count))")
        _ = await tally.last()
        await scheduler.shutdown()
        tally.check(name)
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
