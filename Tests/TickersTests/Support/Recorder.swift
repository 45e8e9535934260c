import Synchronization
import Testing
import Tickers
import TickersSQLiteTesting
import TickersTesting

/// Collects what handlers did, in order.
final class Recorder<Value: Sendable>: Sendable {
    private let state = Mutex<[Value]>([])

    func add(_ value: Value) { state.withLock { $0.append(value) } }

    var values: [Value] { state.withLock { $0 } }
    var count: Int { state.withLock { $0.count } }
}

/// How many do something at once, and how many did at most.
final class Gauge: Sendable {
    private let state = Mutex((now: 0, peak: 0))

    func enter() {
        state.withLock { state in
            state.now += 1
            state.peak = max(state.peak, state.now)
        }
    }

    func leave() { state.withLock { $0.now -= 1 } }

    var peak: Int { state.withLock { $0.peak } }
}

/// A registry, built in one expression.
func registry(_ build: (inout FunctionRegistry) -> Void) -> FunctionRegistry {
    var functions = FunctionRegistry()
    build(&functions)
    return functions
}

/// Runs `body` with a started scheduler in virtual time, once per seed, each with the store whose turn it is, and shuts the
/// scheduler down afterwards.
func virtually(
    seeds: Range<UInt64> = 0..<3,
    _ functions: FunctionRegistry,
    options: SchedulerOptions = SchedulerOptions(),
    stores: [StoreKind] = StoreKind.everyday,
    middleware: [any TickerMiddleware] = [],
    _ body: @escaping @Sendable (Scheduler, VirtualClock) async throws -> Void
) async throws {
    for seed in seeds {
        let clock = VirtualClock(seed: seed)
        do {
            try await clock.run {
                let store = try await stores[seed: seed].make(seed: seed, clock: clock)
                let scheduler = Scheduler(
                    functions: functions,
                    store: store,
                    clock: clock,
                    options: options,
                    middleware: middleware
                )
                try await scheduler.start()
                try await body(scheduler, clock)
                await scheduler.shutdown(grace: .zero)
            }
        } catch {
            Issue.record("seed \(seed), store \(stores[seed: seed]): \(error)")
        }
    }
}

/// Expects a `TickerError` with this code.
func expectError(
    _ code: TickerError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("nothing was thrown instead of \(code)", sourceLocation: sourceLocation)
    } catch let error as TickerError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error) was thrown instead of \(code)", sourceLocation: sourceLocation)
    }
}

struct Broken: Error, CustomStringConvertible {
    var description = "broken on purpose"
}

enum Plain {
    static let echo = TickerFunction<Int, Int>("Echo")
    static let fail = TickerFunction<Int, Int>("Fail")
    static let slow = TickerFunction<Int, Int>("Slow")
    static let note = TickerFunction<String, Void>("Note")
    static let tick = TickerFunction<Void, Void>("Tick")
}

extension VirtualClock {
    /// Virtual time since the clock was made.
    var elapsed: Duration { .nanoseconds(monotonic.nanoseconds) }
}
