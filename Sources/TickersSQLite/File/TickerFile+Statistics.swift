import Foundation
import Tickers

extension TickerFile {
    /// O(tickers).
    func statistics(now: Timestamp) throws -> StoreStatistics {
        StoreStatistics(
            path: connection.path,
            schema: try Schema.version(of: connection),
            bytes: Self.size(of: connection.path),
            logBytes: Self.size(of: connection.path + "-wal"),
            pausedQueues: try pausedQueues().sorted(),
            functions: try functionStatistics(now: now)
        )
    }

    private func functionStatistics(now: Timestamp) throws -> [StoreStatistics.Function] {
        let statement = try connection.statement(
            """
            SELECT function, iif(status IN ('scheduled', 'retrying') AND ready <= ?, 'pending', status) AS told, count(*),
                min(ready)
            FROM tickers WHERE \(Self.isComplete) GROUP BY function, told ORDER BY function
            """
        )
        try statement.bind(1, now.microseconds)
        defer { statement.reset() }
        var functions: [StoreStatistics.Function] = []
        while try statement.step() {
            var next = Reader(statement)
            let (name, word, count) = (next.text(), next.text(), Int(next.integer()))
            guard let status = TickerStatus(rawValue: word) else { throw damaged("status \(word)") }
            if functions.last?.name != name { functions.append(StoreStatistics.Function(name: name, counts: [:])) }
            functions[functions.count - 1].counts[status] = count
            if status == .pending { functions[functions.count - 1].pendingSince = next.time() }
        }
        return functions
    }

    /// The bytes of a file; none for one that is missing.
    private static func size(of path: String) -> Int64 {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int64(facts.st_size) : 0
    }

    /// A ticker's payloads; `nil` for an unknown one.
    func payloads(of id: TickerID) throws -> StoredPayloads? {
        let statement = try connection.statement(
            """
            SELECT CAST(input AS TEXT), CAST(output AS TEXT) FROM tickers
            WHERE serial = ? AND random = ? AND \(Self.isComplete) AND \(Self.isKept)
            """
        )
        try statement.bind(1, id.serial)
        try statement.bind(2, Int64(bitPattern: id.low))
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        var next = Reader(statement)
        return StoredPayloads(input: next.textOrNil(), output: next.textOrNil())
    }

    /// The tickers whose id begins or ends with a text.
    func ids(resembling text: String, limit: Int) throws -> [TickerID] {
        guard let part = IDPart(text) else { return [] }
        var found: [TickerID] = []
        for (sql, numbers) in [part.ending, part.beginning] {
            let statement = try connection.statement(
                "SELECT serial, random FROM tickers WHERE \(sql) AND \(Self.isComplete) AND \(Self.isKept) ORDER BY serial"
            )
            for (index, number) in numbers.enumerated() { try statement.bind(index + 1, number) }
            defer { statement.reset() }
            var count = 0
            while count < limit, try statement.step() {
                var next = Reader(statement)
                let id = TickerID(serial: next.integer(), low: UInt64(bitPattern: next.integer()))
                guard part.resembles(id) else { continue }
                count += 1
                if !found.contains(id) { found.append(id) }
            }
        }
        return Array(found.sorted().prefix(limit))
    }
}

/// Some digits of an id, from its beginning or its end.
private struct IDPart {
    private static let digitsOfHalf = 16
    private let digits: String

    /// - Returns: `nil` for a text that is no part of any id.
    init?(_ text: String) {
        digits = text.lowercased().filter { $0 != "-" }
        guard (1...2 * Self.digitsOfHalf).contains(digits.count) else { return nil }
        guard digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    }

    func resembles(_ id: TickerID) -> Bool {
        let all = "\(id)".filter { $0 != "-" }
        return all.hasPrefix(digits) || all.hasSuffix(digits)
    }

    /// Rows whose random half may end like this.
    var ending: (sql: String, numbers: [Int64]) {
        let last = digits.suffix(Self.digitsOfHalf)
        let mask = last.count == Self.digitsOfHalf ? UInt64.max : (1 << UInt64(4 * last.count)) - 1
        let value = UInt64(last, radix: 16) ?? 0
        return ("random & ? = ?", [Int64(bitPattern: mask), Int64(bitPattern: value)])
    }

    /// Rows whose time-ordered half may begin like this.
    var beginning: (sql: String, numbers: [Int64]) {
        let first = digits.prefix(Self.digitsOfHalf)
        func bound(_ filler: Character) -> Int64 {
            let text = first + String(repeating: filler, count: Self.digitsOfHalf - first.count)
            return TickerID(high: UInt64(text, radix: 16) ?? 0, low: 0).serial
        }
        return ("serial BETWEEN ? AND ?", [bound("0"), bound("f")])
    }
}
