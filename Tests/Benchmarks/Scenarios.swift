/// Something that is measured.
protocol Scenario: Sendable {
    /// The word on the command line.
    var name: String { get }
    /// What is measured, in one line of the usage.
    var summary: String { get }
    /// How many tickers, tasks or steps unless the command line says otherwise.
    var defaultCount: Int { get }
    /// How many with `--quick`; the same unless the scenario says otherwise.
    var quickCount: Int { get }

    /// Measures, and checks that what was to be done has been done.
    func run(_ settings: Settings) async throws -> [Report]
}

extension Scenario {
    var quickCount: Int { defaultCount }
}

/// How a scenario is to be run.
struct Settings: Sendable {
    /// How many tickers, tasks or steps.
    var count: Int
    /// How often it is measured; the median counts.
    var rounds: Int
    /// Whether to be done sooner at the price of noise.
    var isQuick: Bool
}

/// Every scenario, in the order in which `all` runs them. A new one is a file of its own and a line here.
enum Scenarios {
    static let all: [any Scenario] = [
        LimitsScenario(),
        DrainScenario(),
        EndToEndScenario(),
        ChainScenario(),
        LatencyScenario(),
        LatenessScenario(),
        CrowdedLatenessScenario(),
        MemoryScenario(),
        GrowthScenario(),
        IdleScenario(),
        RetentionScenario(),
        FanScenario(),
        CyclesScenario(),
        DurableScenario(),
        DurableSingleScenario(),
        DurableFanScenario(),
        DurableWholeScenario(),
        DurableHistoryScenario(),
        DurableOpeningScenario(),
        ScalingScenario(),
        CallersScenario(),
        FairnessScenario(),
        CronScenario(),
        PressureScenario(),
        BlockedScenario(),
        BlockedDurableScenario(),
        StallScenario(),
        RecurrencesScenario(),
    ]
}
