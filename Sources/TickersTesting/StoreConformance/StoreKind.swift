package import Tickers

/// A kind of store that tests run over.
package struct StoreKind: Sendable, CustomStringConvertible {
    /// What a failed test calls it.
    package let description: String
    private let makeStore: @Sendable (_ seed: UInt64, _ clock: any TickerClock) async throws -> any TickerStore

    package init(
        _ description: String,
        makeStore: @escaping @Sendable (_ seed: UInt64, _ clock: any TickerClock) async throws -> any TickerStore
    ) {
        self.description = description
        self.makeStore = makeStore
    }

    /// An empty store whose ids and jitter follow from `seed`.
    package func make(seed: UInt64, clock: any TickerClock) async throws -> any TickerStore {
        try await makeStore(seed, clock)
    }

    /// In memory, values staying values.
    package static let memory = StoreKind("memory") { seed, _ in MemoryTickerStore(seed: seed) }

    /// In memory, everything encoded as a durable store does.
    package static let memoryEncoded = StoreKind("memory, encoded") { seed, _ in
        MemoryTickerStore(encoding: .always, seed: seed)
    }
}

extension [StoreKind] {
    /// The kind for a seed: a range of seeds takes one after the other.
    package subscript(seed seed: UInt64) -> StoreKind { self[Int(seed % UInt64(count))] }
}
