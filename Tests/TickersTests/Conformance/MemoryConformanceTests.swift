import Testing
import Tickers
import TickersTesting

/// What every store has to do, of the one in memory.
@Suite("The store in memory does what every store has to")
struct MemoryConformanceTests {
    static let encodings: [PayloadEncoding] = [.never, .always]

    @Test("it behaves", arguments: StoreConformance.behaviours + StoreConformance.retentionBehaviours, encodings)
    func behaves(_ behaviour: StoreBehaviour, _ encoding: PayloadEncoding) async throws {
        let retention = behaviour.retention ?? .memoryDefault
        try await behaviour.check { MemoryTickerStore(encoding: encoding, retention: retention, seed: 7) }
    }
}
