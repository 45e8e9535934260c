import Tickers

/// A graph of many edges, none of them in order, checked as a whole; and the same with one more edge that closes a cycle.
/// The slower of the two counts.
///
/// The limit is the time in which the same order is found in bare arrays that know the graph by a formula.
struct CyclesScenario: Scenario {
    private static let work = TickerFunction<Void, Void>("Cycles")
    private static let edgesPerStep = 4

    let name = "cycles"
    let summary = "edges of one graph checked for cycles"
    let defaultCount = 1_000_000

    func run(_ settings: Settings) async throws -> [Report] {
        let steps = max(2, settings.count / Self.edgesPerStep)
        let (graph, closed) = Self.graphs(steps)
        var values: [Double] = []
        var cycles: [Double] = []
        var limits: [Double] = []
        for _ in 0..<settings.rounds {
            limits.append(Self.bareOrder(steps))
            values.append(try Self.measure { try graph.validate() })
            cycles.append(
                try Self.measure {
                    do {
                        try closed.validate()
                        preconditionFailure("cycles: a cycle was not found")
                    } catch let error as TickerError {
                        precondition(error.code == .invalidWorkflow, "cycles: \(error)")
                    }
                }
            )
        }
        var report = Report(
            name,
            count: settings.count,
            values: zip(values, cycles).map { max($0, $1) },
            unit: "ms",
            limits: limits
        )
        report.details = [
            Report.Detail(key: "sound", figure: values.median), Report.Detail(key: "cycle", figure: cycles.median),
        ]
        report.targets = [.atMost(2_000, report.value, "2,000 ms")]
        return [report]
    }

    /// Each step follows the next ones, so a walk in the order of adding meets every child before its parents.
    private static func graphs(_ count: Int) -> (sound: Workflow, closed: Workflow) {
        var graph = Workflow("cycles")
        let steps = (0..<count).map { _ in graph.add(work) }
        for (number, step) in steps.enumerated() {
            for parent in steps.dropFirst(number + 1).prefix(edgesPerStep) { graph.add(parent: parent, to: step) }
        }
        var closed = graph
        closed.add(parent: steps[0], to: steps[count - 1])
        return (graph, closed)
    }

    private static func measure(_ body: () throws -> Void) rethrows -> Double {
        let began = ContinuousClock.now
        try body()
        return (ContinuousClock.now - began).inMilliseconds
    }

    /// The same order of the same graph, found in bare arrays of numbers.
    private static func bareOrder(_ count: Int) -> Double {
        let duration = measure {
            var open = Array(repeating: Int32(0), count: count)
            for step in 0..<count { open[step] = Int32(min(edgesPerStep, count - 1 - step)) }
            var order: [Int] = [count - 1]
            order.reserveCapacity(count)
            var next = 0
            while next < order.count {
                let parent = order[next]
                for child in max(0, parent - edgesPerStep)..<parent {
                    open[child] -= 1
                    if open[child] == 0 { order.append(child) }
                }
                next += 1
            }
            precondition(order.count == count, "cycles: \(order.count) of \(count) steps were placed")
        }
        return max(duration, 0.001)
    }
}
