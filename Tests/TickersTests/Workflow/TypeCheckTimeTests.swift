import Testing
import Tickers
import TickersTesting

/// The long chain of ``TwentySteps`` does what it says. How long the compiler takes to check its types is measured with
/// `-Xfrontend -debug-time-function-bodies`: about 25 ms, and 300 ms with a wrong step in the middle.
@Suite struct TypeCheckTimeTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func twentyMixedStepsRun(seed: UInt64) async throws {
        let stage = Stage(seed: seed, encoding: .always)
        let summary = try await stage.run(TwentySteps.workflow())
        #expect(summary.name == "twenty steps")
        #expect(summary.tickers[0].tags == ["first"])
        let ran = summary.tickers.filter { $0.status == .succeeded }
        let skipped = summary.tickers.filter { $0.status == .skipped }
        #expect(ran.count + skipped.count == 35)
        #expect(ran.count == 23)
        #expect(stage.journal.lines.contains("plusOne 41"))
    }
}
