import Testing
import Tickers
import TickersSQLite
import TickersTesting

/// What is added to a workflow that is stored already, found again by a store that is opened anew.
@Suite("What is added later", .serialized)
struct ContinuationTests {
    private static let sweep = TickerFunction<Void, Int>("Sweep")
    private static let report = TickerFunction<Void, Int>("Report")

    private static var functions: FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(sweep) { _ in 1 }
        functions.register(report) { _ in 2 }
        return functions
    }

    @Test("a ticker that follows a lone one is there and runs after the file was closed", arguments: 1...3)
    func followsLoneTicker(count: Int) async throws {
        let scratch = try Scratch()
        let clock = VirtualClock()
        try await clock.run {
            let first = try SQLiteTickerStore(path: scratch.path(), clock: clock)
            let before = Scheduler(functions: Self.functions, store: first, clock: clock)
            let sweep = try await before.schedule(Self.sweep, due: .after(.seconds(3_600)))
            var reports: [TickerHandle<Int>] = []
            for _ in 0..<count { reports.append(try await before.schedule(Self.report, following: sweep)) }
            try await first.close()

            let second = try SQLiteTickerStore(path: scratch.path(), clock: clock)
            let after = Scheduler(functions: Self.functions, store: second, clock: clock)
            #expect(try await after.workflow(sweep.workflowID)?.tickers.count == 1 + count)
            try await after.start()
            for report in reports { #expect(try await after.output(of: report) == 2) }
            await after.shutdown()
            try await second.close()
        }
    }
}
