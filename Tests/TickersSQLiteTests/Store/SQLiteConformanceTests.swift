import Testing
import Tickers
import TickersSQLite
import TickersTesting

/// What every store has to do, of the one in a file.
@Suite("The store in a file does what every store has to", .serialized)
struct SQLiteConformanceTests {
    static let behaviours =
        StoreConformance.behaviours + StoreConformance.retentionBehaviours
        + StoreConformance.recurrenceBehaviours

    @Test("it behaves", arguments: behaviours)
    func behaves(_ behaviour: StoreBehaviour) async throws {
        let scratch = try Scratch()
        let retention = behaviour.retention ?? .diskDefault
        try await behaviour.check { try scratch.store(retention: retention, seed: 7) }
    }

    @Test("it behaves when it is closed and opened between the steps", arguments: behaviours)
    func behavesReopened(_ behaviour: StoreBehaviour) async throws {
        let scratch = try Scratch()
        let retention = behaviour.retention ?? .diskDefault
        try await behaviour.check(
            makeStore: { try scratch.store(retention: retention, seed: 7) },
            reopen: { try await scratch.reopened($0, retention: retention, seed: 8) }
        )
    }

    @Test(
        "it agrees with the reference model on every step of random workflows, opened again in between",
        arguments: [false, true]
    )
    func agrees(isReopened: Bool) async throws {
        var seen = RandomPlay.Census()
        for seed in UInt64(0)..<60 {
            let scratch = try Scratch()
            let reopening: StoreReopening = { try await scratch.reopened($0, seed: seed) }
            seen += try await StoreConformance.playRandomWorkflow(
                seed: seed,
                makeStore: { try scratch.store(seed: seed) },
                reopen: isReopened ? reopening : nil
            )
        }
        #expect(seen.steps > 60 * 10 && seen.added > 60 && seen.retried > 30, "\(seen)")
    }
}

@Suite("The store in a file that writes almost everything in pieces", .serialized)
struct PiecedConformanceTests {
    @Test("it agrees with the reference model on every step of random workflows")
    func agrees() async throws {
        var seen = RandomPlay.Census()
        for seed in UInt64(100)..<130 {
            let scratch = try Scratch()
            seen += try await StoreConformance.playRandomWorkflow(
                seed: seed,
                makeStore: { try scratch.piecedStore(seed: seed) }
            ) {
                try await ($0 as? SQLiteTickerStore)?.close()
                return try scratch.piecedStore(seed: seed)
            }
        }
        #expect(seen.steps > 30 * 10 && seen.retried > 10, "\(seen)")
    }
}

extension Scratch {
    /// A store that writes two rows in a transaction where it has the choice.
    fileprivate func piecedStore(seed: UInt64) throws -> SQLiteTickerStore {
        try SQLiteTickerStore(path: path(), durability: .normal, seed: seed, vfs: nil, faults: nil, rowsPerCommit: 2)
    }

    /// A store on the folder's database. What has been committed is not synced, which only tests of crashes need.
    func store(retention: Retention = .diskDefault, seed: UInt64 = 0) throws -> SQLiteTickerStore {
        try SQLiteTickerStore(path: path(), durability: .normal, retention: retention, seed: seed)
    }

    /// Closes a store and opens another one on its file.
    func reopened(
        _ store: any TickerStore,
        retention: Retention = .diskDefault,
        seed: UInt64 = 0
    ) async throws -> any TickerStore {
        if let store = store as? SQLiteTickerStore { try await store.close() }
        return try self.store(retention: retention, seed: seed)
    }
}
