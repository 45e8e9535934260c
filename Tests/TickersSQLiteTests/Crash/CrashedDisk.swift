import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting

extension FaultyDisk {
    /// The name of the database on every disk here.
    static let database = "app.db"

    /// A disk with the files as they are now: what a process leaves behind that is killed at this moment.
    func asLeftBehind() -> FaultyDisk {
        let copy = FaultyDisk()
        for file in [Self.database, "\(Self.database)-wal"] {
            if let contents = contents(of: file) { copy.write(contents, to: file) }
        }
        return copy
    }

    func store(
        clock: any TickerClock,
        durability: Durability = .full,
        retention: Retention = .diskDefault,
        faults: SQLiteFaults? = nil,
        rowsPerCommit: Int = SQLiteTickerStore.rowsPerCommit
    ) throws -> SQLiteTickerStore {
        try SQLiteTickerStore(
            path: Self.database,
            durability: durability,
            retention: retention,
            seed: 1,
            clock: clock,
            vfs: name,
            faults: faults,
            rowsPerCommit: rowsPerCommit
        )
    }

    /// What is wrong with the file.
    func problems() throws -> [String] { try StoreInspection.problems(of: Self.database, on: self) }
}

/// Expects nothing to be wrong with the file on a disk.
func expectWhole(
    _ disk: FaultyDisk,
    _ moment: String = "",
    at location: SourceLocation = #_sourceLocation
) throws {
    let problems = try disk.problems()
    #expect(problems == [], "\(moment)", sourceLocation: location)
}

/// Whether the long form of a sweep is asked for: `TICKERS_LONG=1`.
let isLongRun = ProcessInfo.processInfo.environment["TICKERS_LONG"] == "1"
