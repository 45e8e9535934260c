import Testing
import Tickers
import TickersSQLite
import TickersTesting

@Suite("The overview for people", .serialized)
struct OverviewTests {
    @Test("can be read beside a store by a connection that trusts no schema")
    func readBeside() async throws {
        let scratch = try Scratch()
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let store = try SQLiteTickerStore(path: scratch.path(), seed: 1, clock: clock)
            var play = GraphPlay(.condition(.onFailure), clock: clock)
            _ = try await play.go(on: store)
            let reader = try scratch.reader()
            let rows = try reader.statement("SELECT * FROM ticker_overview WHERE function = 'failure'")
            #expect(try rows.step())
            #expect((rows.text(3), rows.text(5), rows.text(6)) == ("failure", "failed", "1/1"))
            #expect(rows.text(12).contains("as it always does"))
            rows.reset()
            try await store.close()
        }
    }
}
