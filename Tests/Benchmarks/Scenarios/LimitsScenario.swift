/// The limit of the machine for everything that runs many small things: how fast tasks are spawned and finished.
struct LimitsScenario: Scenario {
    let name = "limits"
    let summary = "spawn and finish tasks, 64 in flight"
    let defaultCount = SpawnLimit.count

    func run(_ settings: Settings) async throws -> Report {
        _ = try await SpawnLimit.round(settings.count)
        var rates: [Double] = []
        for _ in 0..<settings.rounds {
            rates.append(Throughput.rate(settings.count, try await SpawnLimit.round(settings.count)))
        }
        return Report(
            scenario: name,
            count: settings.count,
            value: rates.median,
            unit: "tasks/s",
            limit: rates.median,
            details: rates.extremes
        )
    }
}

/// Child tasks that do what a benchmark's handler does, one atomic addition, 64 of them in flight.
enum SpawnLimit {
    /// How many tasks a round spawns.
    static let count = 100_000
    private static let inFlight = 64

    /// Spawns and finishes `count` tasks.
    static func round(_ count: Int = count) async throws -> Duration {
        let tally = Tally(expecting: count)
        let began = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for spawned in 0..<count {
                if spawned >= inFlight { await group.next() }
                group.addTask { tally.hit() }
            }
        }
        let duration = ContinuousClock.now - began
        tally.check("limits")
        return duration
    }
}
