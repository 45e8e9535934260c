public import Tickers

extension ScheduledTickers {
    /// Checks that a ticker like this was scheduled so many times, whatever else was. O(n).
    ///
    /// - Returns: The tickers that are like it, in the order in which they were added.
    /// - Throws: ``ExpectationMismatch``, which shows every ticker of the function and in what it differs.
    @discardableResult
    public func expect(
        _ expected: ExpectedTicker,
        times: Int = 1,
        fileID: String = #fileID,
        line: Int = #line
    ) throws -> [ScheduledTicker] {
        let candidates = tickers.enumerated().filter { expected.names.contains($0.element.function) }
        let differences = candidates.map { expected.differences(from: $0.element) }
        let alike = zip(candidates, differences).filter { $0.1.isEmpty }.map(\.0.element)
        guard alike.count != times else { return alike }
        var lines = ["Expected \(times.times), found \(alike.count.times): \(expected)"]
        if tickers.isEmpty {
            lines.append("Nothing was scheduled.")
        } else if candidates.isEmpty {
            lines.append("\(expected.function) was never scheduled; this was:")
            lines += numberedLines.indented(by: 2)
        } else {
            lines.append("\(expected.function) was scheduled \(candidates.count.times):")
            for (candidate, differences) in zip(candidates, differences) {
                lines.append("  \(candidate.offset + 1). \(candidate.element)")
                if differences.isEmpty { lines.append("       is like it") }
                lines += differences.lines(actualWord: "scheduled").indented(by: 7)
            }
        }
        throw ExpectationMismatch(lines.message, fileID: fileID, line: line)
    }

    /// Checks that a ticker of `function` with this input was scheduled so many times, whatever else was. O(n).
    ///
    /// - Parameter due: From when it may run; `nil` for any time.
    /// - Returns: The tickers that are like it, in the order in which they were added.
    /// - Throws: ``ExpectationMismatch``.
    @discardableResult
    public func expect<Input: Equatable, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        due: TickerDue? = nil,
        times: Int = 1,
        fileID: String = #fileID,
        line: Int = #line
    ) throws -> [ScheduledTicker] {
        try expect(ExpectedTicker(function, input, due: due), times: times, fileID: fileID, line: line)
    }

    /// Checks that a ticker of `function` was scheduled so many times with any input, whatever else was. O(n).
    ///
    /// - Parameter due: From when it may run; `nil` for any time.
    /// - Returns: The tickers that are like it, in the order in which they were added.
    /// - Throws: ``ExpectationMismatch``.
    @discardableResult
    public func expect<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        due: TickerDue? = nil,
        times: Int = 1,
        fileID: String = #fileID,
        line: Int = #line
    ) throws -> [ScheduledTicker] {
        try expect(ExpectedTicker(function, due: due), times: times, fileID: fileID, line: line)
    }

    /// Checks that `function` was not scheduled at all. O(n).
    ///
    /// - Throws: ``ExpectationMismatch``, which shows the tickers that there are.
    public func expectNone<Input, Output>(
        of function: TickerFunction<Input, Output>,
        fileID: String = #fileID,
        line: Int = #line
    ) throws {
        try expect(function, times: 0, fileID: fileID, line: line)
    }

    /// Checks that exactly these were scheduled, in this order; an empty array expects nothing. O(n × differences).
    ///
    /// - Throws: ``ExpectationMismatch``, which shows both lists side by side.
    public func expectExactly(
        _ expected: [ExpectedTicker],
        fileID: String = #fileID,
        line: Int = #line
    ) throws {
        var lines = ["The scheduled tickers differ from those expected:"]
        var areEqual = true
        // Compared under the names that were expected, since a ticker may have been stored under an alias.
        var canonical: [String: String] = [:]
        for each in expected { for name in each.names { canonical[name] = each.function } }
        let names = tickers.map { canonical[$0.function] ?? $0.function }
        for pair in Alignment.of(expected: expected.map(\.function), actual: names) {
            switch pair {
            case .both(let left, let right):
                let differences = expected[left].differences(from: tickers[right])
                areEqual = areEqual && differences.isEmpty
                lines.append("  \(differences.isEmpty ? "=" : "≠") \(right + 1). \(tickers[right])")
                lines += differences.lines(actualWord: "scheduled").indented(by: 9)
            case .missing(let left):
                areEqual = false
                lines.append("  − not scheduled: \(expected[left])")
            case .surplus(let right):
                areEqual = false
                lines.append("  + \(right + 1). not expected: \(tickers[right])")
            }
        }
        guard !areEqual else { return }
        throw ExpectationMismatch(lines.message, fileID: fileID, line: line)
    }
}
