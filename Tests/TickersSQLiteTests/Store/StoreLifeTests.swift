import Synchronization
import Testing
import Tickers
import TickersSQLite
import TickersTesting

private enum Shop {
    static let price = TickerFunction<Int, Int>("Price")
    static let add = TickerFunction<Int, Int>("Add")
    static let fail = TickerFunction<Int, Int>("Fail")
    static let alarm = TickerFunction<TickerFailure, String>("Alarm")
    static let sum = TickerFunction<[Int], Int>("Sum")

    static func functions() -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(price) { price, _ in price }
        functions.register(add) { price, _ in price + 1 }
        functions.register(fail) { _, _ in throw CancellationError() }
        functions.register(alarm) { failure, _ in failure.function }
        functions.register(sum) { prices, _ in prices.reduce(0, +) }
        return functions
    }
}

@Suite("A store in a file", .serialized)
struct StoreLifeTests {
    @Test("runs what is scheduled, passes outputs on, and takes the branch of a failure", arguments: UInt64(0)..<5)
    func runs(seed: UInt64) async throws {
        let scratch = try Scratch()
        let clock = VirtualClock(seed: seed)
        try await clock.run {
            let store = try SQLiteTickerStore(path: scratch.path(), seed: seed, clock: clock)
            let scheduler = Scheduler(functions: Shop.functions(), store: store, clock: clock)
            try await scheduler.start()
            let lone = try await scheduler.schedule(Shop.price, 7)
            let later = try await scheduler.schedule(Shop.price, 8, due: .after(.seconds(3_600)))
            #expect(try await scheduler.output(of: lone) == 7)
            let chain = Workflow.begin(with: Shop.price, 1).then(Shop.add).then(Shop.add).build()
            let run = try await scheduler.schedule(chain)
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.status) == [.succeeded, .succeeded, .succeeded])
            let branch = Workflow.begin(with: Shop.fail, 1).onFailure(Shop.alarm).build()
            let failed = try await scheduler.ended(try await scheduler.schedule(branch))
            #expect(failed.tickers.map(\.status) == [.failed, .succeeded])
            #expect(try await scheduler.output(of: later) == 8)
            await scheduler.shutdown()
            try await store.close()
        }
    }
}
