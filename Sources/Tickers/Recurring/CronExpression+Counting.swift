/// How many matches there are, without going through them.
extension CronExpression {
    /// How many occurrences are later than `instant` and up to `last`. O(months and changes of the clock between them).
    func count(
        after instant: Timestamp,
        through last: Timestamp,
        on clock: ZoneClock,
        _ daylightSaving: DaylightSaving
    ) -> Int {
        let first = max(Int(instant.microseconds.flooredDivision(by: 1_000_000).quotient) + 1, TimeSpan.firstSecond)
        let end = min(Int(last.microseconds.flooredDivision(by: 1_000_000).quotient), TimeSpan.lastSecond) + 1
        guard first < end else { return 0 }
        if let offset = clock.fixedOffset { return countLocal(first + offset..<end + offset) }
        let policy = goesByRealTime ? .realTime : daylightSaving
        var count = 0
        var position = first
        while position < end {
            let period = clock.period(at: position)
            let times = localTimes(of: period, on: clock, policy)
            let range = position + period.offset..<min(period.end, end) + period.offset
            count += countLocal(times.clamped(to: range))
            if position == period.start, makesUpForGap(period, policy) { count += 1 }
            position = period.end
        }
        return count
    }

    /// Whether the beginning of a period is an occurrence only for what the clock skipped.
    private func makesUpForGap(_ period: ZonePeriod, _ policy: DaylightSaving) -> Bool {
        var steps = SearchSteps()
        guard runsAtGapEnd(period, policy, &steps) else { return false }
        let local = period.start + period.offset
        return nextLocal(from: local, before: local + 1, &steps) == nil
    }

    /// How many local seconds of a range match.
    private func countLocal(_ range: Range<Int>) -> Int {
        guard !range.isEmpty else { return 0 }
        let (firstDay, firstSecond) = range.lowerBound.flooredDivision(by: 86_400)
        let (lastDay, lastSecond) = range.upperBound.flooredDivision(by: 86_400)
        // Whole days from the first to before the last, less what lies before the range in the first, plus the
        // beginning of the last.
        return countDays(firstDay..<lastDay) * countTimes(below: 86_400)
            - countDays(firstDay..<firstDay + 1) * countTimes(below: firstSecond)
            + countDays(lastDay..<lastDay + 1) * countTimes(below: lastSecond)
    }

    /// How many times of a day match before a second of it.
    private func countTimes(below second: Int) -> Int {
        let (hour, minute) = (second / 3_600, second / 60 % 60)
        var count = hours.below(hour).count * minutes.count * seconds.count
        guard hours.contains(hour) else { return count }
        count += minutes.below(minute).count * seconds.count
        return minutes.contains(minute) ? count + seconds.below(second % 60).count : count
    }

    /// How many days of a range match; in days since 1970-01-01.
    private func countDays(_ range: Range<Int>) -> Int {
        var count = 0
        var day = range.lowerBound
        while day < range.upperBound {
            let date = CivilDate(daysSince1970: day)
            let start = day - date.day + 1
            let end = min(start + CivilDate.days(inMonth: date.month, of: date.year), range.upperBound)
            if months.contains(date.month) {
                let matching = days.days(inMonth: date.month, of: date.year, from: start)
                count += matching.from(date.day).below(end - start + 1).count
            }
            day = end
        }
        return count
    }
}
