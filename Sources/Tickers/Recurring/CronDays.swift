/// The days that the two day fields of a cron expression name, in any month.
package struct CronDays: Sendable, Hashable {
    /// Days of the month, 1 to 31.
    package var ofMonth = CronSet()
    /// Days before the last of the month: 0 for `L`, 3 for `L-3`.
    package var beforeLast = CronSet()
    /// Days of the month, to the nearest of which from Monday to Friday it goes: `15W`.
    package var nearest = CronSet()
    /// The same for days before the last: 0 for `LW`.
    package var nearestBeforeLast = CronSet()
    /// Days of the week, 0 for Sunday to 6 for Saturday.
    package var ofWeek = CronSet()
    /// `7 × (n − 1)` plus a day of the week, for its n-th in the month: `5#3`.
    package var nth = CronSet()
    /// Days of the week, for their last in the month: `5L`.
    package var last = CronSet()
    /// Whether a day has to be in both fields: one of them begins with `*` or is `?`. Else it has to be in either.
    package var needsBoth = true

    package init() {}

    /// The days of a month, 1 to 31, that begins `start` days after 1970-01-01. O(1).
    package func days(inMonth month: Int, of year: Int, from start: Int) -> CronSet {
        let count = CivilDate.days(inMonth: month, of: year)
        return days(of: Month(count: count, first: CivilDate.weekday(daysSince1970: start)))
    }

    /// The same, for a month of which only the name is known.
    package func days(inMonth month: Int, of year: Int) -> CronSet {
        days(inMonth: month, of: year, from: CivilDate(year: year, month: month, day: 1).daysSince1970)
    }

    /// What of a month decides: how many days it has, and which day of the week its first one is.
    private struct Month {
        let count: Int
        let first: Int

        /// The day of the week of a day.
        func weekday(of day: Int) -> Int { (first + day - 1) % 7 }

        /// The first of these days of the week.
        func first(_ weekday: Int) -> Int { 1 + (weekday - first + 7) % 7 }

        /// The day from Monday to Friday that is nearest to `day` within the month.
        func workday(near day: Int) -> Int {
            switch (weekday(of: day), day) {
            case (6, 1): 3
            case (6, _): day - 1
            case (0, count): day - 2
            case (0, _): day + 1
            case (_, _): day
            }
        }
    }

    private func days(of month: Month) -> CronSet {
        let byMonth = daysOfMonth(month)
        let byWeek = daysOfWeek(month)
        return (needsBoth ? byMonth & byWeek : byMonth | byWeek).below(month.count + 1)
    }

    private func daysOfMonth(_ month: Month) -> CronSet {
        var days = ofMonth
        for back in beforeLast where back < month.count { days.insert(month.count - back) }
        for day in nearest where day <= month.count { days.insert(month.workday(near: day)) }
        for back in nearestBeforeLast where back < month.count {
            days.insert(month.workday(near: month.count - back))
        }
        return days
    }

    private func daysOfWeek(_ month: Month) -> CronSet {
        // The days of the week in the order in which the month has them, five times over, from bit 1 on.
        let week = ofWeek.bits | ofWeek.bits << 7
        let turned = (week >> UInt64(month.first)) & 0x7f
        var days = CronSet(bits: (turned &* 0x1020_4081) << 1)
        for entry in nth { days.insert(month.first(entry % 7) + entry / 7 * 7) }
        for weekday in last {
            let first = month.first(weekday)
            days.insert(first + (month.count - first) / 7 * 7)
        }
        return days
    }
}
