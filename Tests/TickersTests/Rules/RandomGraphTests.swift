import Testing
import Tickers
import TickersTesting

/// 10,000 random workflows with random fates, each step compared with a second telling of the rules: joins, edge policies,
/// children that handlers add and that are withdrawn with their attempts, cancellations, and retries by hand.
@Suite("Random workflows")
struct RandomGraphTests {
    /// Four tests of 2,500 graphs, so that they share the cores.
    static let shards: [UInt64] = [0, 2_500, 5_000, 7_500]
    static let graphsPerShard: UInt64 = 2_500

    @Test(
        "the table and the reference agree after every step, waiting is explained, and nothing is ever stuck",
        arguments: shards
    )
    func agrees(_ firstSeed: UInt64) throws {
        var seen = RandomPlay.Census()
        for seed in firstSeed..<(firstSeed + Self.graphsPerShard) {
            let driver = TableDriver(seed: seed)
            var play = RandomPlay(seed: seed, start: driver.now)
            if let mismatch = try play.played(on: driver) {
                Issue.record("\(mismatch)")
                return
            }
            seen += play.census
        }
        // A generator that went quiet would make the comparison worthless.
        let graphs = Int(Self.graphsPerShard)
        #expect(seen.steps > graphs * 10, "\(seen)")
        #expect(seen.added > graphs, "\(seen)")
        #expect(seen.withdrawn > graphs / 10, "\(seen)")
        #expect(seen.retried > graphs / 2, "\(seen)")
        #expect(seen.late > graphs / 2, "\(seen)")
        #expect(seen.explained > graphs * 10, "\(seen)")
    }
}
