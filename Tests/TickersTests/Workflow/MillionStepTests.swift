import Testing
import Tickers

/// A chain of a million steps on the stack that secondary threads have on Apple's systems.
@Suite("A million steps", .serialized)
struct MillionStepTests {
    private static let million = 1_000_000

    /// What became of a chain that was cancelled at its root.
    private struct Fate: Sendable {
        var cancelling: Duration
        var skipped: Int
        var reasonOfLast: EndReason?
        var parentOfLast: TickerID
    }

    private static func chain(_ steps: Int) -> NewWorkflow {
        let spec = TickerSpec(function: "Step", options: .inherited)
        let ticker = NewTicker(spec: spec, input: .payload(.nothing), due: .now)
        let edges = (1..<steps).map { NewEdge(parent: .step($0 - 1), child: $0, condition: .onSuccess) }
        return NewWorkflow(tickers: Array(repeating: ticker, count: steps), edges: edges)
    }

    private static func fate(of steps: Int) async -> Result<Fate, any Error> {
        await onStack(ofKiB: 512) {
            Result {
                let driver = TableDriver()
                let refs = try driver.table.add(chain(steps), now: driver.now)
                let cancelling = threadTime { driver.cancel(refs[0]) }
                let last = driver[refs[steps - 1]]
                return Fate(
                    cancelling: cancelling,
                    skipped: driver.table.counts.skipped,
                    reasonOfLast: last.reason,
                    parentOfLast: driver.id(refs[steps - 2])
                )
            }
        }
    }

    @Test("cancelled at the root all others are skipped, in linear time and without recursion")
    func cancelled() async throws {
        let small = try await Self.fate(of: Self.million / 10).get()
        let large = try await Self.fate(of: Self.million).get()
        for (fate, steps) in [(small, Self.million / 10), (large, Self.million)] {
            #expect(fate.skipped == steps - 1)
            #expect(fate.reasonOfLast == .parentSkipped(fate.parentOfLast))
        }
        let (one, ten) = (small.cancelling, large.cancelling)
        #expect(ten < one * 30, "\(Self.million / 10) steps took \(one), \(Self.million) took \(ten)")
    }

    @Test("a chain that was skipped waits again after a retry of its root, without recursion")
    func retried() async throws {
        let steps = Self.million / 10
        let counts = try await onStack(ofKiB: 512) {
            Result {
                let driver = TableDriver()
                let refs = try driver.table.add(Self.chain(steps), now: driver.now)
                driver.cancel(refs[0])
                #expect(driver.table.retry(refs[0], now: driver.now) == .retried)
                return driver.table.counts
            }
        }.get()
        #expect(counts.waiting == steps - 1)
    }

    @Test("a graph of 200,000 edges in no order is checked, and the one edge that closes a cycle is found")
    func cycle() throws {
        // Each step follows the four that were added behind it, so nothing is in order.
        let function = TickerFunction<Void, Void>("Step")
        var graph = Workflow("large")
        let steps = (0..<50_000).map { _ in graph.add(function) }
        for (number, step) in steps.enumerated() {
            for parent in steps.dropFirst(number + 1).prefix(4) { graph.add(parent: parent, to: step) }
        }
        try graph.validate()
        let (first, last) = (steps[0], steps[steps.count - 1])
        graph.add(parent: first, to: last)
        let error = #expect(throws: TickerError.self) { try graph.validate() }
        #expect(error?.code == .invalidWorkflow)
        #expect(error?.message.contains("a cycle of") == true, "\(String(describing: error))")
    }
}
