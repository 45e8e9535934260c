/// The next match: first by the local clock, where every day has 86,400 seconds, then on the real one.
extension CronExpression {
    /// The first occurrence later than `instant`; see the public face.
    func next(after instant: Timestamp, on clock: ZoneClock, _ daylightSaving: DaylightSaving) -> Timestamp? {
        var steps = SearchSteps()
        return next(after: instant, on: clock, daylightSaving, &steps)
    }

    /// The same, counting its steps.
    package func next(
        after instant: Timestamp,
        on clock: ZoneClock,
        _ daylightSaving: DaylightSaving,
        _ steps: inout SearchSteps
    ) -> Timestamp? {
        let second = instant.microseconds.flooredDivision(by: 1_000_000).quotient
        let first = max(Int(second) + 1, TimeSpan.firstSecond)
        guard first <= TimeSpan.lastSecond else { return nil }
        let horizon = min(first + TimeSpan.calendarCycle, TimeSpan.lastSecond + 1)
        let found: Int? =
            if let offset = clock.fixedOffset {
                nextLocal(from: first + offset, before: horizon + offset, &steps).map { $0 - offset }
            } else {
                next(from: first, before: horizon, on: clock, goesByRealTime ? .realTime : daylightSaving, &steps)
            }
        return found.map { Timestamp(microseconds: Int64($0) * 1_000_000) }
    }

    /// Goes from one change of the clock to the next.
    private func next(
        from first: Int,
        before horizon: Int,
        on clock: ZoneClock,
        _ policy: DaylightSaving,
        _ steps: inout SearchSteps
    ) -> Int? {
        var position = first
        while position < horizon {
            steps.count()
            let period = clock.period(at: position)
            if position == period.start, runsAtGapEnd(period, policy, &steps) { return position }
            let times = localTimes(of: period, on: clock, policy)
            let from = max(position + period.offset, times.lowerBound)
            guard let match = nextLocal(from: from, before: horizon + period.offset, &steps) else { return nil }
            if match < times.upperBound { return match - period.offset }
            // Nothing matches until then, so there is no need to look at every change on the way; but the one at the
            // end of the period may set the clock back to before where the search began.
            let isFar = period.end + period.offset >= from + TimeSpan.farthestOffset
            position = isFar ? max(period.end, match - TimeSpan.farthestOffset) : period.end
        }
        return nil
    }

    /// Whether a time in the gap before a period runs when the period begins.
    func runsAtGapEnd(_ period: ZonePeriod, _ policy: DaylightSaving, _ steps: inout SearchSteps) -> Bool {
        guard policy.skippedTimes == .runAtGapEnd, period.offset > period.offsetBefore else { return false }
        let (low, high) = (period.start + period.offsetBefore, period.start + period.offset)
        guard let match = nextLocal(from: low, before: high, &steps) else { return false }
        let day = match - match.flooredDivision(by: 86_400).remainder
        // A day that is in the gap from midnight to midnight is no day of this zone.
        guard day >= low, day + 86_400 <= high else { return true }
        return nextLocal(from: day + 86_400, before: high, &steps) != nil
    }

    /// The local times of a period that run in it, by the policy for those that come twice.
    func localTimes(of period: ZonePeriod, on clock: ZoneClock, _ policy: DaylightSaving) -> Range<Int> {
        var (low, high) = (period.start, period.end)
        switch policy.repeatedTimes {
        case .both: break
        case .first: low += max(0, period.offsetBefore - period.offset)
        case .last: high -= max(0, period.offset - clock.period(at: period.end).offset)
        }
        return low + period.offset..<max(low, high) + period.offset
    }

    /// The first matching local second from `local` on, below `bound`; seconds since 1970-01-01 00:00 on the local
    /// clock.
    func nextLocal(from local: Int, before bound: Int, _ steps: inout SearchSteps) -> Int? {
        steps.count()
        let (day, secondOfDay) = local.flooredDivision(by: 86_400)
        let date = CivilDate(daysSince1970: day)
        if months.contains(date.month) {
            let matching = days.days(inMonth: date.month, of: date.year, from: day - date.day + 1)
            if matching.contains(date.day), let second = nextSecond(from: secondOfDay) {
                return below(bound, day * 86_400 + second)
            }
            if let next = matching.first(from: date.day + 1) {
                return below(bound, (day + next - date.day) * 86_400 + firstSecond)
            }
        }
        return nextLocal(afterMonth: date.month, of: date.year, before: bound, &steps)
    }

    private func nextLocal(afterMonth: Int, of firstYear: Int, before bound: Int, _ steps: inout SearchSteps) -> Int? {
        var (month, year) = (afterMonth, firstYear)
        while true {
            steps.count()
            if let next = months.first(from: month + 1) {
                month = next
            } else {
                (month, year) = (months.first, year + 1)
            }
            let start = CivilDate(year: year, month: month, day: 1).daysSince1970
            guard start * 86_400 < bound else { return nil }
            let matching = days.days(inMonth: month, of: year, from: start)
            if !matching.isEmpty { return below(bound, (start + matching.first - 1) * 86_400 + firstSecond) }
        }
    }

    private func below(_ bound: Int, _ match: Int) -> Int? { match < bound ? match : nil }

    /// The first matching second of a day.
    private var firstSecond: Int { hours.first * 3_600 + minutes.first * 60 + seconds.first }

    /// The first matching second of a day, from a second of it on.
    private func nextSecond(from second: Int) -> Int? {
        let (hour, minute) = (second / 3_600, second / 60 % 60)
        if hours.contains(hour) {
            if minutes.contains(minute), let next = seconds.first(from: second % 60) {
                return hour * 3_600 + minute * 60 + next
            }
            if let next = minutes.first(from: minute + 1) { return hour * 3_600 + next * 60 + seconds.first }
        }
        return hours.first(from: hour + 1).map { $0 * 3_600 + minutes.first * 60 + seconds.first }
    }
}

/// The bounds of all searching, in seconds.
enum TimeSpan {
    /// 0001-01-01 00:00:00 UTC: nothing occurs before.
    static let firstSecond = -62_135_596_800
    /// 9999-12-31 23:59:59 UTC: nothing occurs after.
    static let lastSecond = 253_402_300_799
    /// 400 years and a week: what has not come by then will not come, for the calendar repeats itself.
    static let calendarCycle = (146_097 + 7) * 86_400
    /// Three days: a local clock is nowhere farther from UTC, and changes by no more.
    static let farthestOffset = 3 * 86_400
}

/// Counts the steps of a search: months and changes of the clock that it looks at.
package struct SearchSteps {
    /// No search takes more: 400 years have 4,800 months, and no zone changes its clock twelve times a year.
    package static let most = 10_000

    package private(set) var taken = 0

    package init() {}

    mutating func count() {
        taken += 1
        precondition(taken <= Self.most, "a search for the next occurrence took more than \(Self.most) steps")
    }
}
