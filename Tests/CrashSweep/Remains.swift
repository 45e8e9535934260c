import Foundation
import Tickers
import TickersSQLite
import TickersSQLiteTesting

/// What a killed process has left in its file, looked at in a copy, so that the next process finds the original untouched.
struct Remains {
    /// The tickers whose success is recorded, by their ids' text.
    private(set) var succeeded: Set<String> = []
    private(set) var statuses: [String: Int] = [:]
    private(set) var chains: Set<String> = []
    /// What is wrong with the file.
    private(set) var problems: [String] = []
    /// Ids of tickers that failed, and what is odd about outputs.
    private(set) var failed: Set<String> = []

    init(of path: String) throws {
        let copy = "\(path)-copy"
        for suffix in ["", "-wal", "-shm"] {
            if FileManager.default.fileExists(atPath: copy + suffix) {
                try FileManager.default.removeItem(atPath: copy + suffix)
            }
        }
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        guard FileManager.default.fileExists(atPath: copy) else { return }
        let connection: SQLiteConnection
        do {
            connection = try SQLiteConnection(path: copy, access: .readOnly)
            // It may have been killed before there was a table.
            guard try Self.count("SELECT count(*) FROM sqlite_schema", connection) > 0 else { return }
        } catch {
            problems = ["\(error)"]
            return
        }
        problems = try StoreInspection.problems(of: copy)
        try read(connection)
    }

    private static func count(_ sql: String, _ connection: SQLiteConnection) throws -> Int64 {
        let statement = try connection.statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }

    private mutating func read(_ connection: SQLiteConnection) throws {
        let calm = try Self.count(
            "SELECT count(*) FROM tickers WHERE status = 'failed' AND crashes <> \(TickerLimits.crashes)",
            connection
        )
        if calm > 0 { problems.append("\(calm) tickers failed of which not enough attempts were under way at a kill") }
        let statement = try connection.statement(
            "SELECT id, status, workflow_name, function, output FROM ticker_overview"
        )
        defer { statement.reset() }
        while try statement.step() {
            let (id, status, name) = (statement.text(0), statement.text(1), statement.text(2))
            statuses[status, default: 0] += 1
            chains.insert(name)
            if status == "failed" { failed.insert(id) }
            guard status == "succeeded" else { continue }
            succeeded.insert(id)
            // Each step adds one to the number that it is handed.
            let chain = Int(name.split(separator: " ").last ?? "") ?? -1
            let step = Int(statement.text(3).dropFirst("Step".count)) ?? -1
            if Int(statement.text(4)) != chain + step {
                problems.append("\(name): \(statement.text(3)) has put out \(statement.text(4))")
            }
        }
    }
}
