import Tickers
import TickersSQLite

/// `tickers stats`: how much there is, function by function.
struct Stats: Command {
    static let name = "stats"
    static let summary = "Counts tickers by function and status, and tells the size of the file"
    static let operands = ""
    static let details = "Looks at every ticker once, which takes some seconds for a million of them."
    static let options: [CommandOption] = [.watch]

    private let pause: Duration?

    init(_ arguments: Arguments) throws {
        try arguments.noWords()
        pause = try arguments.watch()
    }

    func run(_ session: Session) async throws {
        try await session.show(every: pause, look)
    }

    private func look(_ store: OpenStore) async throws -> Picture {
        let now = store.wall
        let statistics = try await store.store.statistics(now: now)
        return Picture(lines: lines(of: statistics, now: now), json: json(of: statistics))
    }

    private func lines(of statistics: StoreStatistics, now: Timestamp) -> [Line] {
        var facts = Facts()
        facts.add("size", "\(statistics.bytes.asBytes), and \(statistics.logBytes.asBytes) in the log")
        facts.add("schema", "\(statistics.schema)")
        let count = statistics.counts.values.reduce(0, +)
        facts.add("tickers", count.grouped)
        if let longest = statistics.functions.filter({ $0.pendingSince != nil }).min(by: isEarlier),
            let since = longest.pendingSince
        {
            facts.add("pending", "the longest for \(now.since(since).inWords): \(longest.name)", .waiting)
        }
        let paused = statistics.pausedQueues
        facts.add("paused", paused.isEmpty ? nil : paused.joined(separator: ", "), .waiting)
        let table = table(of: statistics).lines
        return [Line(statistics.path, .strong)] + facts.lines + (table.isEmpty ? [] : [Line()] + table)
    }

    private func isEarlier(_ left: StoreStatistics.Function, _ right: StoreStatistics.Function) -> Bool {
        (left.pendingSince ?? .distantFuture) < (right.pendingSince ?? .distantFuture)
    }

    /// With a column for every status that occurs.
    private func table(of statistics: StoreStatistics) -> Table {
        let totals = statistics.counts
        let statuses = TickerStatus.allCases.filter { totals[$0] ?? 0 > 0 }
        let heads = ["FUNCTION"] + statuses.map { $0.rawValue.uppercased() }
        var table = Table(heads, onTheRight: Set(1..<heads.count + 1))
        for function in statistics.functions {
            table.add([Table.Cell(function.name)] + statuses.map { .count(function.counts[$0] ?? 0) })
        }
        if statistics.functions.count > 1 {
            table.add([Table.Cell("in all", .strong)] + statuses.map { .count(totals[$0] ?? 0) })
        }
        return table
    }

    private func json(of statistics: StoreStatistics) -> JSONText {
        .members([
            "path": .string(statistics.path),
            "schema": .number(Int64(statistics.schema)),
            "bytes": .number(statistics.bytes),
            "logBytes": .number(statistics.logBytes),
            "pausedQueues": .list(statistics.pausedQueues.map { .string($0) }),
            "pendingSince": .time(statistics.pendingSince),
            "counts": .counts(statistics.counts),
            "functions": .list(
                statistics.functions.map {
                    .members([
                        "name": .string($0.name),
                        "pendingSince": .time($0.pendingSince),
                        "counts": .counts($0.counts),
                    ])
                }
            ),
        ])
    }
}

extension Int64 {
    /// `512 B`, `3.4 KiB`, `120 MiB`: three digits at most before the point, one behind it below ten.
    var asBytes: String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB"]
        guard self >= 1_024 else { return "\(self) B" }
        var tenths = self * 10 / 1_024
        var unit = 0
        while tenths >= 10_240, unit < units.count - 1 {
            tenths /= 1_024
            unit += 1
        }
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(tenths / 10) \(units[unit])"
    }
}
