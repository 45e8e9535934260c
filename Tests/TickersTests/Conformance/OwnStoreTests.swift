import Testing
import Tickers
import TickersTesting

/// The tests that the guide shows for a store of one's own. Its part is played by the one in memory that encodes.
@Suite("A store of one's own, as the testing guide checks it")
struct OwnStoreTests {
    private enum OurStore {
        static func open(keeping retention: Retention = .memoryDefault) -> any TickerStore {
            MemoryTickerStore(encoding: .always, retention: retention, seed: 7)
        }
    }

    // snippet: test-own-store
    @Test(arguments: StoreConformance.behaviours)
    func ourStoreBehaves(_ behaviour: StoreBehaviour) async throws {
        try await behaviour.check { OurStore.open() }
    }

    @Test(arguments: StoreConformance.retentionBehaviours)
    func ourStoreForgets(_ behaviour: StoreBehaviour) async throws {
        let retention = try #require(behaviour.retention)
        try await behaviour.check { OurStore.open(keeping: retention) }
    }

    @Test(arguments: UInt64(0)..<500)
    func ourStoreFollowsTheRules(seed: UInt64) async throws {
        try await StoreConformance.checkRandomWorkflow(seed: seed) { OurStore.open() }
    }
    // end snippet

    @Test func theMismatchIsTheOneThatTheGuidePrints() async throws {
        let name = "what has not started is cancelled at once, whatever it waits for"
        let behaviour = try #require(StoreConformance.behaviours.first { $0.name == name })
        let mismatch = await #expect(throws: ExpectationMismatch.self) {
            try await behaviour.check { BrokenStore(.cancelsNothing) }
        }
        #expect(
            mismatch?.message == """
                what has not started is cancelled at once, whatever it waits for
                the status of Waiting  expected  cancelled
                                       found     waiting
                """
        )
    }
}
