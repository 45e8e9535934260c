import Foundation
import Tickers

/// Cron expressions: how long it takes to read one, and to find the next occurrence in UTC and in a zone that changes
/// its clock.
///
/// In processor time of the thread, for nothing here waits. The value is the last of the three. The limit is what
/// Foundation takes to tell the zone's offset at an instant, which a search without a memory would have to ask several
/// times.
struct CronScenario: Scenario {
    private static let expressions = [
        "0 2 * * *", "*/15 9-17 * * MON-FRI", "30 4 1,15 * 5", "0 0 12 L * ?", "59 23 31 12 *",
    ]
    private static let start = Timestamp(microseconds: 1_767_225_600_000_000)
    private static let end = Timestamp(microseconds: 2_082_758_400_000_000)

    let name = "cron"
    let summary = "find the next occurrence of a cron expression"
    let defaultCount = 1_000_000
    let quickCount = 200_000

    func run(_ settings: Settings) async throws -> [Report] {
        var (parses, inUTC, inBerlin, offsets) = ([Double](), [Double](), [Double](), [Double]())
        let berlin = try Self.rules(in: "Europe/Berlin")
        let utc = try Self.rules(in: "UTC")
        // The first round does not count: it fills the memory of the zone's clock.
        for round in 0...settings.rounds {
            let figures = [
                try Self.parse(settings.count),
                Self.search(utc, settings.count),
                Self.search(berlin, settings.count),
                try Self.offset("Europe/Berlin", settings.count),
            ]
            guard round > 0 else { continue }
            parses.append(figures[0])
            inUTC.append(figures[1])
            inBerlin.append(figures[2])
            offsets.append(figures[3])
        }
        let report = Report(
            name,
            count: settings.count,
            values: inBerlin,
            unit: "us",
            limits: offsets,
            details: [
                Report.Detail(key: "parse", figure: parses.median.rounded(places: 3)),
                Report.Detail(key: "utc", figure: inUTC.median.rounded(places: 3)),
            ],
            targets: [
                .atMost(2, parses.median, "2 us to read one"), .atMost(0.2, inUTC.median, "0.2 us in UTC"),
                .atMost(2, inBerlin.median, "2 us in a zone"),
            ]
        )
        return [report]
    }

    private static func rules(in identifier: String) throws -> [RecurrenceRule] {
        guard let zone = TimeZone(identifier: identifier) else { throw UnknownZone(identifier: identifier) }
        let rules = expressions.map { RecurrenceRule.cron($0, in: zone) }
        for rule in rules { try rule.validate() }
        return rules
    }

    /// Reads each expression in turn; microseconds for one.
    private static func parse(_ count: Int) throws -> Double {
        var bytes = 0
        let began = ThreadTime.now
        for number in 0..<count { bytes += try CronExpression(expressions[number % expressions.count]).text.utf8.count }
        let duration = ThreadTime.now - began
        precondition(bytes > count, "expressions were lost")
        return duration.inMicroseconds / Double(count)
    }

    /// Goes from occurrence to occurrence through ten years, over and over; microseconds for one.
    private static func search(_ rules: [RecurrenceRule], _ count: Int) -> Double {
        var positions = Array(repeating: start, count: rules.count)
        var found = 0
        let began = ThreadTime.now
        for number in 0..<count {
            let index = number % rules.count
            if let next = rules[index].next(after: positions[index]), next < end {
                positions[index] = next
                found += 1
            } else {
                positions[index] = start
            }
        }
        let duration = ThreadTime.now - began
        precondition(found * 10 > count * 8, "only \(found) of \(count) were found")
        return duration.inMicroseconds / Double(count)
    }

    /// Asks Foundation for an offset at instants of ten years; microseconds for one.
    private static func offset(_ identifier: String, _ count: Int) throws -> Double {
        guard let zone = TimeZone(identifier: identifier) else { throw UnknownZone(identifier: identifier) }
        var sum = 0
        let began = ThreadTime.now
        for number in 0..<count {
            sum += zone.secondsFromGMT(for: Date(timeIntervalSince1970: 1.7e9 + Double(number) * 300))
        }
        let duration = ThreadTime.now - began
        precondition(sum > 0, "the zone is not ahead of UTC")
        return duration.inMicroseconds / Double(count)
    }

    private struct UnknownZone: Error, CustomStringConvertible {
        let identifier: String
        var description: String { "this system knows no time zone \(identifier)" }
    }
}
