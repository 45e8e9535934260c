import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// One bit of a store's files is turned over, and everything is asked of the store and done with it that can be.
@Suite("A damaged file")
struct StoreDamageTests {
    private static let flips = isLongRun ? 1_000 : 40
    /// What damage may be called: SQLite finds it, or the store does.
    private static let codes: Set<TickerError.Code> = [
        .storeCorrupt, .storeNotADatabase, .storeSchemaTooNew, .storeFailed, .storeCannotOpen,
    ]

    @Test("is found out, or opened and drained; it never traps and never hangs")
    func bitFlips() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let (inLog, inDatabase) = try await Self.files(clock: clock)
            let interrupted = try await Self.interrupted(clock: clock)
            var generator = SeededGenerator(seed: 7)
            var errors: [TickerError.Code: Int] = [:]
            var drained = 0
            for flip in 0..<Self.flips {
                let whole = flip % 4 == 0 ? inLog : flip % 4 == 1 ? interrupted : inDatabase
                let damaged = whole.asLeftBehind()
                let file = flip % 4 == 0 ? "\(FaultyDisk.database)-wal" : FaultyDisk.database
                let size = try #require(damaged.contents(of: file)).count
                let bit = Int.random(in: 0..<size * 8, using: &generator)
                damaged.flipBit(bit, of: file)
                do {
                    try await Self.drain(damaged, clock: clock)
                    drained += 1
                } catch let error as TickerError {
                    #expect(Self.codes.contains(error.code), "bit \(bit) of \(file): \(error)")
                    #expect(error.message.contains(FaultyDisk.database))
                    errors[error.code, default: 0] += 1
                }
            }
            #expect(errors[.storeCorrupt, default: 0] > 0, "\(errors)")
            #expect(drained > 0)
        }
    }

    @Test("whose numbers make no sense is found out, or opened and drained")
    func wildNumbers() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let (_, inDatabase) = try await Self.files(clock: clock)
            let interrupted = try await Self.interrupted(clock: clock)
            let columns = try Self.numberColumns(of: inDatabase)
            #expect(columns.count > 40)
            var turn = 0
            for (table, column) in columns {
                let whole = table.hasPrefix("redo") ? interrupted : inDatabase
                for value in [Int64.max, .min, -1, 1 << 40] {
                    turn += 1
                    guard isLongRun || turn % 6 == 0 || table.hasPrefix("redo") else { continue }
                    let damaged = whole.asLeftBehind()
                    let connection = try SQLiteConnection(
                        path: FaultyDisk.database,
                        access: .owner(.full),
                        vfs: damaged.name
                    )
                    try connection.execute("UPDATE OR IGNORE \(table) SET \(column) = \(value)")
                    try connection.close()
                    do { try await Self.drain(damaged, clock: clock) } catch let error as TickerError {
                        let moment = "\(table).\(column) = \(value): \(error)"
                        #expect(Self.codes.contains(error.code), "\(moment)")
                    }
                }
            }
        }
    }

    private static func numberColumns(of disk: FaultyDisk) throws -> [(table: String, column: String)] {
        let connection = try SQLiteConnection(path: FaultyDisk.database, access: .readOnly, vfs: disk.name)
        let statement = try connection.statement(
            """
            SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
            WHERE t.type = 'table' AND c.type = 'INTEGER' ORDER BY t.name, c.cid
            """
        )
        defer { statement.reset() }
        var columns: [(String, String)] = []
        while try statement.step() { columns.append((statement.text(0), statement.text(1))) }
        return columns
    }

    /// A file in the middle of everything, once with all of it in its log and once with all of it in the database.
    private static func files(clock: VirtualClock) async throws -> (FaultyDisk, FaultyDisk) {
        let disk = FaultyDisk()
        let store = try disk.store(clock: clock)
        for (number, graph) in ReferenceGraph.all.enumerated() where graph.steps.count < 50 {
            var play = GraphPlay(graph, clock: clock)
            _ = try await play.go(on: store, calls: 1 + number % 6)
        }
        for number in 0..<10 {
            var options = TickerOptions()
            options.unique = UniqueKey("key \(number)")
            options.limitKey = LimitKey("limit \(number % 2)")
            options.expiry = .afterDue(.seconds(60))
            options.tags = ["odd", "even"]
            var ticker = NewTicker(
                spec: TickerSpec(function: "keyed", options: options),
                input: .payload(.nothing),
                due: .now
            )
            ticker.metadata = ["number": "\(number)"]
            _ = try await store.add(ticker, now: clock.wall)
        }
        let inLog = disk.asLeftBehind()
        try await store.close()
        return (inLog, disk.asLeftBehind())
    }

    /// A file with a redo log in its database, whose process ended while it wrote a large change.
    private static func interrupted(clock: VirtualClock) async throws -> FaultyDisk {
        let disk = FaultyDisk()
        let store = try disk.store(clock: clock, rowsPerCommit: 4)
        let graph = PieceCrashTests.children(120, of: [.step(0)], when: .always, behind: 1)
        let tickers = [PieceCrashTests.ticker("top")] + graph.tickers
        let stored = try await store.add(NewWorkflow(tickers: tickers, edges: graph.edges), now: clock.wall)
        async let cancelled = store.cancelWorkflow(stored.id, now: clock.wall)
        while try await store.counts().cancelled == 0 {}
        // Written ahead of its turn.
        async let retried = store.retry(stored.tickers[60], now: clock.wall)
        while try await store.counts().open == 0 {}
        let remains = disk.asLeftBehind()
        _ = try await (cancelled, retried)
        try await store.close()
        // Its log into its database, without a store.
        let connection = try SQLiteConnection(path: FaultyDisk.database, access: .owner(.full), vfs: remains.name)
        for table in ["redo_log", "redo_ahead"] {
            let rows = try connection.statement("SELECT count(*) FROM \(table)")
            #expect(try rows.step() && rows.integer(0) > 0, "\(table) is empty")
            rows.reset()
        }
        try connection.close()
        return remains
    }

    private static func drain(_ disk: FaultyDisk, clock: VirtualClock) async throws {
        let store = try disk.store(clock: clock)
        let functions = Set(ReferenceGraph.all.flatMap(\.functions)).union(["keyed", "top", "child"])
        let start = clock.wall
        for round in 0..<12 {
            let now = start.advanced(by: .seconds(round * 600))
            let claim = try await store.claim(ClaimRequest(limit: 50, serving: functions), now: now)
            let runs = claim.runs.map { FinishedRun(run: $0, outcome: .succeeded(.nothing)) }
            _ = try await store.finish(runs, now: now)
        }
        let page = try await store.tickers(TickerPageRequest(TickerQuery()), now: start)
        for ticker in page.tickers.enumerated().filter({ $0.offset % 9 == 0 }).map(\.element) {
            _ = try await store.workflow(ticker.workflowID, now: start)
            _ = try await store.explanation(of: ticker.id, now: start)
            if try await store.cancel(ticker.id, now: start) == .alreadyEnded {
                _ = try await store.retry(ticker.id, now: start)
            }
        }
        _ = try await store.workflows(WorkflowPageRequest(WorkflowQuery()))
        _ = try await store.counts()
        try await store.close()
    }
}
