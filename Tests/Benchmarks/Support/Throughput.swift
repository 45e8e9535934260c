/// Rates of something and of the machine's limit, measured in turn so that both see the same noise.
struct Throughput: Sendable {
    private(set) var values: [Double] = []
    private(set) var limits: [Double] = []

    /// Measures a round and one of the task-spawn limit in turn, `settings.rounds` times, after one that does not count.
    ///
    /// - Parameter round: Does `count` of the thing and returns how long it took.
    init(_ settings: Settings, round: (_ count: Int) async throws -> Duration) async throws {
        try await self.init(
            settings,
            limitCount: SpawnLimit.count,
            limit: { try await SpawnLimit.round($0) },
            round: round
        )
    }

    /// The same beside another limit.
    ///
    /// - Parameters:
    ///   - limitCount: How many of what limits the thing; as many as of the thing unless given.
    ///   - limit: Does so many of what limits the thing and returns how long it took.
    init(
        _ settings: Settings,
        limitCount: Int? = nil,
        limit: (_ count: Int) async throws -> Duration,
        round: (_ count: Int) async throws -> Duration
    ) async throws {
        let limitCount = limitCount ?? settings.count
        _ = try await round(settings.count)
        for _ in 0..<settings.rounds {
            limits.append(Self.rate(limitCount, try await limit(limitCount)))
            values.append(Self.rate(settings.count, try await round(settings.count)))
        }
    }

    /// The report on these rates.
    ///
    /// - Parameters:
    ///   - ratio: What the ratio has to reach.
    ///   - rate: What the value has to reach on the machine for which the targets were set.
    func report(_ scenario: String, count: Int, unit: String, ratio: Double, rate: Int) -> Report {
        var report = Report(scenario, count: count, values: values, unit: unit, limits: limits)
        report.targets = [
            .atLeast(ratio, report.ratio, "\(ratio) ×"),
            .atLeast(Double(rate), report.value, "\(rate.grouped)/s", isChecked: false),
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
}
