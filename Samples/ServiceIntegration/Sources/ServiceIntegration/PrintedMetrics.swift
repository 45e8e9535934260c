import CoreMetrics
import Synchronization

/// A backend that adds up counters and prints them; a real one sends them somewhere.
final class PrintedMetrics: MetricsFactory, Sendable {
    private let counters = Mutex<[String: Int64]>([:])

    /// The counters that are not zero, in alphabetical order.
    var lines: [String] {
        counters.withLock { counters in
            counters.filter { $0.value != 0 }.map { "\($0.key) \($0.value)" }.sorted()
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let name = label + dimensions.map { "{\($0.0)=\"\($0.1)\"}" }.joined()
        return Adder(name: name, backend: self)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        NOOPMetricsHandler.instance.makeRecorder(label: label, dimensions: dimensions, aggregate: aggregate)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        NOOPMetricsHandler.instance.makeTimer(label: label, dimensions: dimensions)
    }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private final class Adder: CounterHandler {
        let name: String
        let backend: PrintedMetrics

        init(name: String, backend: PrintedMetrics) {
            self.name = name
            self.backend = backend
        }

        func increment(by amount: Int64) { backend.counters.withLock { $0[name, default: 0] += amount } }
        func reset() { backend.counters.withLock { $0[name] = 0 } }
    }
}
