import Foundation
import Tickers

/// What a recurrence costs that waits for the night: bytes in memory, and the processor time of a scheduler that has so many.
///
/// Each has a name, a rule, an input of its own, as there would be one per customer. The limit is what a bare task costs that
/// sleeps until then. Each round is a process of its own, because what an allocator has had before it does not ask for again.
struct RecurrencesScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Recurring")

    let name = "recurrences"
    let summary = "bytes in memory per recurrence that waits for its time"
    let defaultCount = 100_000
    let quickCount = 20_000

    func run(_ settings: Settings) async throws -> [Report] {
        var values: [Double] = []
        var limits: [Double] = []
        var idle: Double?
        if settings.rounds == 1 {
            let (bytes, percent) = try await recurrences(settings.count, idleFor: settings.isQuick ? 1 : 4)
            values = [bytes]
            idle = percent
            limits = [try await SleepingTasks.bytes(settings.count)]
        } else {
            (values, limits) = try ChildRun.rounds(of: name, settings)
            idle = try await recurrences(settings.count, idleFor: settings.isQuick ? 1 : 4).percent
        }
        var report = Report(name, count: settings.count, values: values, unit: "B", limits: limits)
        report.targets = [.atMost(400, report.value, "400 B")]
        if let idle {
            report.details = [Report.Detail(key: "idle_percent", figure: idle)]
            report.targets.append(.atMost(0.05, idle, "0.0 % of a core while idle"))
        }
        return [report]
    }

    /// Bytes for each, and the percentage of a core that all of them take while nothing is due.
    private func recurrences(_ count: Int, idleFor seconds: Int) async throws -> (bytes: Double, percent: Double) {
        guard let berlin = TimeZone(identifier: "Europe/Berlin") else { throw UnknownZone() }
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        // In half a day, so that nothing comes while it is measured.
        let hour = (Calendar(identifier: .gregorian).component(.hour, from: SystemClock().wall.date) + 12) % 24
        let before = try ResidentMemory.mebibytes()
        for number in 0..<count {
            let rule = RecurrenceRule.cron("\(number % 60) \(hour) * * *", in: berlin)
            try await scheduler.recur("daily report \(number)", rule, run: Self.work, number)
        }
        let after = try ResidentMemory.mebibytes()
        // Threads have gone to sleep.
        try await Task.sleep(for: .seconds(1))
        let share = try await IdleScenario.share(of: .seconds(seconds))
        let stored = try await scheduler.recurrences().count
        precondition(stored == count, "\(name): \(stored) recurrences are stored instead of \(count)")
        await scheduler.shutdown()
        return ((after - before) * 1_048_576 / Double(count), share.percent)
    }

    private struct UnknownZone: Error, CustomStringConvertible {
        let description = "this system knows no time zone Europe/Berlin"
    }
}
