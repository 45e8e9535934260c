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

    @Test("it agrees with the reference model on every step of 500 random workflows", arguments: encodings)
    func agrees(_ encoding: PayloadEncoding) async throws {
        var seen = RandomPlay.Census()
        for seed in UInt64(0)..<500 {
            seen += try await StoreConformance.playRandomWorkflow(
                seed: seed,
                makeStore: { MemoryTickerStore(encoding: encoding, seed: seed) }
            )
        }
        // A play that went quiet would make the comparison worthless.
        #expect(seen.steps > 500 * 10 && seen.added > 500 && seen.retried > 250 && seen.late > 250, "\(seen)")
    }
}
