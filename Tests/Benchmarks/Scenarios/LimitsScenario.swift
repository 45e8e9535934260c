/// The limit of the machine for everything that runs many small things: how fast tasks are spawned and finished.
struct LimitsScenario: Scenario {
    let name = "limits"
    let summary = "spawn and finish tasks, 64 in flight"
    let defaultCount = SpawnLimit.count

    func run(_ settings: Settings) async throws -> [Report] {
        _ = try await SpawnLimit.round(settings.count)
        var rates: [Double] = []
        for _ in 0..<settings.rounds {
            rates.append(Throughput.rate(settings.count, try await SpawnLimit.round(settings.count)))
        }
        return [Report(name, count: settings.count, values: rates, unit: "tasks/s", limits: rates)]
    }
}

/// Child tasks that do what a benchmark's handler does, one atomic addition, 64 of them in flight.
enum SpawnLimit {
    /// How many tasks a round spawns.
    static let count = 100_000

    /// Spawns and finishes `count` tasks.
    ///
    /// - Parameters:
    ///   - inFlight: How many there are at once.
    ///   - body: What each does before it is counted.
    static func round(
        _ count: Int = count,
        inFlight: Int = 64,
        body: (@Sendable () async -> Void)? = nil
    ) async throws -> Duration {
        let tally = Tally(expecting: count)
        let began = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for spawned in 0..<count {
                if spawned >= inFlight { await group.next() }
                if let body {
                    group.addTask {
                        await body()
                        tally.hit()
                    }
                } else {
                    group.addTask { tally.hit() }
                }
            }
        }
        let duration = ContinuousClock.now - began
        tally.check("limits")
        return duration
    }
}
