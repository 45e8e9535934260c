import Tickers

/// Chains of five steps, each built and scheduled while the scheduler runs, each step's input the output of the one
/// before: from the first call to the end of the last handler, counted by the step.
struct ChainScenario: Scenario {
    private static let step = TickerFunction<Int, Int>("Step")
    private static let stepsPerChain = 5

    let name = "chain"
    let summary = "steps in chains of 5, rounded up to whole chains"
    let defaultCount = 100_000

    func run(_ settings: Settings) async throws -> [Report] {
        let chains = (settings.count + Self.stepsPerChain - 1) / Self.stepsPerChain
        var settings = settings
        settings.count = chains * Self.stepsPerChain
        let throughput = try await Throughput(settings) { try await round($0) }
        return [throughput.report(name, count: settings.count, unit: "steps/s", ratio: 0.5, rate: 250_000)]
    }

    private func round(_ steps: Int) async throws -> Duration {
        let tally = Tally(expecting: steps)
        var functions = FunctionRegistry()
        functions.register(Self.step) { number, _ in
            tally.hit()
            return number
        }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let began = ContinuousClock.now
        let producer = Task {
            for number in 0..<steps / Self.stepsPerChain { try await scheduler.schedule(Self.chain(number)) }
        }
        try await producer.value
        let duration = await tally.last() - began
        await scheduler.shutdown()
        tally.check(name)
        return duration
    }

    private static func chain(_ number: Int) -> Workflow {
        Workflow.begin(with: step, number).then(step).then(step).then(step).then(step).build()
    }
}
