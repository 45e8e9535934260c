import Foundation
import Testing
import Tickers

/// Random expressions in random zones, held against a scan that goes from minute to minute and knows nothing of how
/// expressions are read or searched.
@Suite("Cron against a scan by minutes")
struct BruteForceTests {
    static let shards: [UInt64] = [1, 2, 3, 4]
    /// 20,000 in all, or a million with `TICKERS_LONG=1` in the environment.
    static let casesPerShard = isLong ? 250_000 : 5_000
    static let minutes = isLong ? 1_440 : 360

    /// What a shard has seen; a generator that went quiet would make the comparison worthless.
    private struct Census {
        var found = 0
        var beyond = 0
        var impossible = 0
        var nearChanges = 0
    }

    @Test("the next occurrence is the first minute that matches", arguments: shards)
    func agrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var census = Census()
        let identifiers = KnownZones.changes.keys.sorted()
        for number in 0..<Self.casesPerShard {
            guard let identifier = identifiers.randomElement(using: &random) else { continue }
            let zone = try zone(identifier)
            let cron = ScannedCron(using: &random)
            let policy = DaylightSaving(
                skippedTimes: DaylightSaving.SkippedTimes.allCases[Int.random(in: 0...1, using: &random)],
                repeatedTimes: DaylightSaving.RepeatedTimes.allCases[Int.random(in: 0...2, using: &random)]
            )
            let start = Self.start(identifier, &census, &random)
            guard let expression = try expression(cron, &census) else { continue }
            let scan = ZoneScan(zone: zone, policy: policy, start: start, minutes: Self.minutes)
            let expected = scan.first(of: cron)
            let found = expression.next(after: Timestamp(second: start - 1), in: zone, daylightSaving: policy)
            let end = start + Self.minutes * 60
            if expected == nil { census.beyond += 1 } else { census.found += 1 }
            let seen = found.flatMap { $0.second < end ? $0.second : nil }
            if seen != expected {
                let asked = "\"\(cron.text)\" in \(identifier) from \(Timestamp(second: start)) with \(policy)"
                let answers = "\(String(describing: found)) instead of \(expected.map { Timestamp(second: $0) } as Any)"
                Issue.record("\(asked): \(answers); seed \(seed), case \(number)")
                return
            }
        }
        #expect(census.found > Self.casesPerShard / 4, "\(census)")
        #expect(census.beyond > Self.casesPerShard / 10, "\(census)")
        #expect(census.nearChanges > Self.casesPerShard / 3, "\(census)")
        #expect(census.impossible < Self.casesPerShard / 10, "\(census)")
    }

    /// A minute, most often a few hours before or after a change of the clock.
    private static func start(_ identifier: String, _ census: inout Census, _ random: inout SeededGenerator) -> Int {
        var second = Int.random(in: KnownZones.seconds, using: &random)
        // Before 1973 some clocks were off by seconds, and a scan by minutes would not see it.
        let changes = KnownZones.changes[identifier, default: []].filter { $0.at > 94_694_400 }
        if let change = changes.randomElement(using: &random), Int.random(in: 0..<4, using: &random) > 0 {
            census.nearChanges += 1
            second = change.at + Int.random(in: -5 * 3_600...3_600, using: &random)
        }
        return max(second, 94_694_400).flooredDivision(by: 60).quotient * 60
    }

    /// The expression as it is read; `nil` when it says that it never comes, which is held against four years of days.
    private func expression(_ cron: ScannedCron, _ census: inout Census) throws -> CronExpression? {
        do {
            return try CronExpression(cron.text)
        } catch let error as TickerError where error.message.contains("never comes") {
            census.impossible += 1
            let comes = (0..<1_461).contains { cron.matches(day: CivilDate(daysSince1970: $0), daysSince1970: $0) }
            #expect(!comes, "\(cron.text)")
            return nil
        }
    }
}

/// Walks from minute to minute through a local clock, by Foundation's offsets alone.
private struct ZoneScan {
    let zone: TimeZone
    let policy: DaylightSaving
    let start: Int
    let minutes: Int
    /// The offsets for a day and a half before and after, at which a local time can come another time.
    private let offsets: Set<Int>

    init(zone: TimeZone, policy: DaylightSaving, start: Int, minutes: Int) {
        self.zone = zone
        self.policy = policy
        self.start = start
        self.minutes = minutes
        let span = stride(from: start - 129_600, through: start + minutes * 60 + 129_600, by: 3 * 3_600)
        offsets = Set(span.map { zone.offset(at: $0) })
    }

    /// The first minute from the start on at which an occurrence is due.
    func first(of cron: ScannedCron) -> Int? {
        var offset = zone.offset(at: start - 60)
        for now in stride(from: start, to: start + minutes * 60, by: 60) {
            let previous = offset
            offset = zone.offset(at: now)
            if matches(now + offset, cron), cron.goesByRealTime || isTheTime(now, offset) { return now }
            guard previous < offset, !cron.goesByRealTime, policy.skippedTimes == .runAtGapEnd else { continue }
            let (last, next) = (now - 60 + previous, now + offset)
            for skipped in stride(from: last + 60, to: next, by: 60) where matches(skipped, cron) {
                // A day is there when the clock shows a minute of it before or after the gap.
                let day = skipped.flooredDivision(by: 86_400).quotient
                let isThere = [last, next].contains { $0.flooredDivision(by: 86_400).quotient == day }
                if isThere { return now }
            }
        }
        return nil
    }

    /// Whether a local time runs now, by the policy for those that are shown twice.
    private func isTheTime(_ now: Int, _ offset: Int) -> Bool {
        func isShown(at other: Int) -> Bool { zone.offset(at: now + offset - other) == other }
        return switch policy.repeatedTimes {
        case .both: true
        case .first: !offsets.contains { $0 > offset && isShown(at: $0) }
        case .last: !offsets.contains { $0 < offset && isShown(at: $0) }
        }
    }

    private func matches(_ local: Int, _ cron: ScannedCron) -> Bool {
        let (day, second) = local.flooredDivision(by: 86_400)
        guard cron.hours[second / 3_600], cron.minutes[second / 60 % 60] else { return false }
        return cron.matches(day: CivilDate(daysSince1970: day), daysSince1970: day)
    }
}
