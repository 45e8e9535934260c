/// Rates of something and of the machine's limit, measured in turn so that both see the same noise.
struct Throughput: Sendable {
    private var values: [Double] = []
    private var limits: [Double] = []

    /// Measures a round and one of the task-spawn limit in turn, `settings.rounds` times, after one that does not count.
    ///
    /// - Parameter round: Does `count` of the thing and returns how long it took.
    init(_ settings: Settings, round: (_ count: Int) async throws -> Duration) async throws {
        _ = try await round(settings.count)
        for _ in 0..<settings.rounds {
            limits.append(Self.rate(SpawnLimit.count, try await SpawnLimit.round()))
            values.append(Self.rate(settings.count, try await round(settings.count)))
        }
    }

    /// The same beside another limit.
    ///
    /// - Parameter limit: Does `count` of what limits the thing and returns how long it took.
    init(
        _ settings: Settings,
        limit: (_ count: Int) async throws -> Duration,
        round: (_ count: Int) async throws -> Duration
    ) async throws {
        _ = try await round(settings.count)
        for _ in 0..<settings.rounds {
            limits.append(Self.rate(settings.count, try await limit(settings.count)))
            values.append(Self.rate(settings.count, try await round(settings.count)))
        }
    }

    /// The report on these rates: their median, and its ratio to the median of the limit.
    ///
    /// - Parameters:
    ///   - ratio: What the ratio has to reach.
    ///   - rate: What the value has to reach on the machine for which the targets were set.
    func report(_ scenario: any Scenario, count: Int, unit: String, ratio: Double, rate: Int) -> Report {
        var report = Report(
            scenario: scenario.name,
            count: count,
            value: values.median,
            unit: unit,
            limit: limits.median,
            details: values.extremes
        )
        report.targets = [
            Report.Target(text: "≥ \(ratio) ×", isMet: report.ratio >= ratio),
            Report.Target(text: "≥ \(rate.grouped)/s", isMet: report.value >= Double(rate)),
        ]
        return report
    }

    /// How many per second.
    static func rate(_ count: Int, _ duration: Duration) -> Double {
        Double(count) / max(duration, .nanoseconds(1)).inMicroseconds * 1_000_000
    }
}

extension [Double] {
    /// The middle value, or the mean of the middle two.
    var median: Double {
        precondition(!isEmpty, "there is no median of nothing")
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }

    /// The smallest and the largest value, for a report.
    var extremes: [Report.Detail] {
        [
            Report.Detail(key: "min", figure: self.min() ?? 0),
            Report.Detail(key: "max", figure: self.max() ?? 0),
        ]
    }
}
