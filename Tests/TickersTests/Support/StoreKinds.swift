import TickersSQLiteTesting
import TickersTesting

extension StoreKind {
    /// The stores over which the tests of the engine run, one after the other by seed.
    static let everyday: [StoreKind] = [.memory, .memoryEncoded, .sqlite]
    /// Those of them whose tickers can be listed with what they were stored with.
    static let listed: [StoreKind] = [.memory, .memoryEncoded]
    /// Those of them that keep bytes.
    static let encoding: [StoreKind] = [.memoryEncoded, .sqlite]
}
