import Synchronization
import Tickers
import TickersSQLite
package import TickersTesting

extension StoreKind {
    /// In a file, on a disk in memory that is gone with the process.
    package static let sqlite = StoreKind("SQLite") { seed, clock in
        let number = count.add(1, ordering: .relaxed).newValue
        return try SQLiteTickerStore(
            path: "kind-\(number).db",
            durability: .normal,
            seed: seed,
            clock: clock,
            vfs: disk.name,
            faults: nil
        )
    }

    private static let count = Atomic(0)
    /// Never let go of, since stores may outlive the tests that made them.
    private static let disk = FaultyDisk()
}
