import Tickers
import Synchronization

let noop = TickerFunction<Int, Void>("Noop")
@main enum Main {
    static func main() async throws {
        let n = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1])! : 100_000
        for round in 0..<5 {
            let done = Atomic2()
            var f = FunctionRegistry()
            f.register(noop) { i, c in done.hit() }
            let s = Scheduler(functions: f)
            let t0 = ContinuousClock.now
            try await s.start()
            await done.wait(n) {
                for i in 0..<n { try! await s.schedule(noop, i) }
            }
            let d = ContinuousClock.now - t0
            print("end-to-end", Double(n) / (Double(d.components.seconds) + Double(d.components.attoseconds) / 1e18))
            await s.shutdown()
            // drain
            let done2 = Atomic2()
            var g = FunctionRegistry()
            g.register(noop) { i, c in done2.hit() }
            let s2 = Scheduler(functions: g)
            for i in 0..<n { try await s2.schedule(noop, i) }
            let t1 = ContinuousClock.now
            try await s2.start()
            await done2.wait(n) {}
            let d2 = ContinuousClock.now - t1
            print("drain", Double(n) / (Double(d2.components.seconds) + Double(d2.components.attoseconds) / 1e18))
            await s2.shutdown()
            _ = round
        }
    }
}
final class Atomic2: Sendable {
    let count = Atomic(0)
    let target = Atomic(Int.max)
    let c = Mutex<CheckedContinuation<Void, Never>?>(nil)
    func hit() {
        if count.add(1, ordering: .relaxed).newValue == target.load(ordering: .relaxed) {
            c.withLock { $0.take() }?.resume()
        }
    }
    func wait(_ n: Int, _ body: @Sendable () async -> Void) async {
        await body()
        await withCheckedContinuation { k in
            c.withLock { $0 = k }
            target.store(n, ordering: .sequentiallyConsistent)
            if count.load(ordering: .sequentiallyConsistent) >= n { c.withLock { $0.take() }?.resume() }
        }
    }
}
