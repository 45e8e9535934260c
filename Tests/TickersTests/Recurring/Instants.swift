import Foundation
import Testing
import Tickers

extension Timestamp {
    /// An instant from `2026-03-29T01:00:00Z`, with a fraction or an offset if need be.
    init(_ text: String) throws {
        var style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        style.timeZone = .gmt
        self.init(try Date(text, strategy: style))
    }

    /// An instant in whole seconds since 1970-01-01 00:00 UTC.
    init(second: Int) {
        self.init(microseconds: Int64(second) * 1_000_000)
    }

    /// Whole seconds since 1970-01-01 00:00 UTC, rounded down.
    var second: Int { Int(microseconds.flooredDivision(by: 1_000_000).quotient) }

    /// `2026-03-29 01:00:00`, in UTC.
    var short: String { description.dropLast(8).split(separator: "T").joined(separator: " ") }
}

/// The time zone of this identifier.
func zone(_ identifier: String, at location: SourceLocation = #_sourceLocation) throws -> TimeZone {
    try #require(TimeZone(identifier: identifier), "\(identifier)", sourceLocation: location)
}

/// Whether the long forms of the tests were asked for, with `TICKERS_LONG=1` in the environment.
let isLong = ProcessInfo.processInfo.environment["TICKERS_LONG"] == "1"
