import Testing
import Tickers
import TickersTesting

/// What every store has to do, of the one in memory. The one that encodes is checked by `OwnStoreTests`.
@Suite("The store in memory does what every store has to")
struct MemoryConformanceTests {
    static let behaviours =
        StoreConformance.behaviours + StoreConformance.retentionBehaviours + StoreConformance.recurrenceBehaviours

    @Test("it behaves", arguments: behaviours)
    func behaves(_ behaviour: StoreBehaviour) async throws {
        let retention = behaviour.retention ?? .memoryDefault
        try await behaviour.check { MemoryTickerStore(retention: retention, seed: 7) }
    }

    @Test("it behaves also when what can be is accepted beside its transactions", arguments: behaviours)
    func behavesAccepting(_ behaviour: StoreBehaviour) async throws {
        let retention = behaviour.retention ?? .memoryDefault
        try await behaviour.check { MemoryTickerStore(retention: retention, seed: 7, accepting: .always) }
    }

    @Test("it agrees with the reference model on every step of 500 random workflows")
    func agrees() async throws {
        var seen = RandomPlay.Census()
        for seed in UInt64(0)..<500 {
            seen += try await StoreConformance.playRandomWorkflow(seed: seed) { MemoryTickerStore(seed: seed) }
        }
        // A play that went quiet would make the comparison worthless.
        #expect(seen.steps > 500 * 10 && seen.added > 500 && seen.retried > 250 && seen.late > 250, "\(seen)")
    }

    @Test("the hook that opens a store again is called, and never while something runs")
    func reopening() async throws {
        let reopened = Recorder<Int>()
        let reopen: StoreReopening = { store in
            reopened.add(try await store.counts().running)
            return store
        }
        for behaviour in StoreConformance.behaviours {
            try await behaviour.check(makeStore: { MemoryTickerStore(seed: 7) }, reopen: reopen)
        }
        #expect(reopened.count > StoreConformance.behaviours.count)
        var seen = RandomPlay.Census()
        for seed in UInt64(0)..<100 {
            let makeStore = { @Sendable in MemoryTickerStore(seed: seed) }
            seen += try await StoreConformance.playRandomWorkflow(seed: seed, makeStore: makeStore, reopen: reopen)
        }
        #expect(seen.reopened > 100, "\(seen)")
        #expect(reopened.values.allSatisfy { $0 == 0 })
    }

    @Test("no two behaviours have one name")
    func names() {
        let names = Self.behaviours.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
