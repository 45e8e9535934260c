public import struct Foundation.TimeZone

/// A cron expression: five fields (minute, hour, day of month, month, day of week), or six with the second before them.
///
/// | field | numbers | names | besides |
/// |---|---|---|---|
/// | second, minute | 0-59 | | |
/// | hour | 0-23 | | |
/// | day of month | 1-31 | | `?`, `L`, `L-3`, `15W`, `LW` |
/// | month | 1-12 | `JAN`-`DEC` | |
/// | day of week | 0-7, Sunday is 0 and 7 | `SUN`-`SAT` | `?`, `5L`, `5#3` |
///
/// `L` is the last day of the month, `L-3` three days before it, `15W` the day from Monday to Friday that is nearest
/// to the 15th within the month, `LW` the last such day, `5L` the last Friday of the month, and `5#3` its third.
///
/// Every field takes `*`, lists (`1,15`), ranges (`9-17`), and steps over all values (`*/15`), over a range (`9-17/2`)
/// and from a value to the largest (`5/15`). A range whose end is below its beginning goes round: `FRI-MON`, `22-2`.
/// Names are of three letters in either case. `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`, `@midnight` and
/// `@hourly` stand for what they say.
///
/// **Days.** When both day fields are restricted, a day matches that is in *either*. When one of them begins with `*`,
/// or is `?`, a day has to be in *both*: `0 0 */2 * MON` is every Monday with an odd date. So it is in Vixie's cron,
/// from which all others learnt it.
///
/// **Daylight saving.** When the second, minute or hour field has a `*` or a step, the expression goes by real time:
/// it matches whatever the local clock shows, whether it jumps or not. All others name fixed times of the day;
/// ``DaylightSaving`` says what becomes of those that the clock skips or shows twice.
public struct CronExpression: Sendable, Hashable {
    /// The expression as it was given.
    public let text: String
    /// Whether it goes through changes of the local clock by real time, as it has a wildcard or a step in its times.
    public let goesByRealTime: Bool

    let seconds: CronSet
    let minutes: CronSet
    let hours: CronSet
    let months: CronSet
    let days: CronDays

    /// Reads an expression. O(length).
    ///
    /// - Throws: ``TickerError`` with code `invalidSchedule` that names the field, the place in the text and what is
    ///   allowed there; also for dates that never come, such as 30 February.
    public init(_ text: String) throws {
        self = try CronParser(text).expression()
    }

    init(_ text: String, sets: CronSets) {
        self.text = text
        goesByRealTime = sets.goesByRealTime
        seconds = sets[.second]
        minutes = sets[.minute]
        hours = sets[.hour]
        months = sets[.month]
        days = sets.days
    }

    /// Whether `instant` is one of its occurrences in a time zone.
    public func matches(_ instant: Timestamp, in zone: TimeZone, daylightSaving: DaylightSaving = .standard) -> Bool {
        guard instant > .distantPast else { return false }
        let before = Timestamp(microseconds: instant.microseconds - 1)
        return next(after: before, in: zone, daylightSaving: daylightSaving) == instant
    }

    /// The first occurrence later than `instant` in a time zone.
    ///
    /// `nil` when none comes within 400 years, after which the calendar repeats itself, or before the year 10,000.
    /// What the time zone's clock is known to do is remembered from call to call; then it takes about a microsecond.
    ///
    /// - Parameter zone: Taken by its identifier.
    public func next(
        after instant: Timestamp,
        in zone: TimeZone,
        daylightSaving: DaylightSaving = .standard
    ) -> Timestamp? {
        guard let clock = ZoneClock.named(zone.identifier) else { return nil }
        return next(after: instant, on: clock, daylightSaving)
    }
}

extension CronExpression: CustomStringConvertible {
    /// The expression as it was given.
    public var description: String { text }
}

extension CronExpression: Codable {
    /// Reads its text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// What the fields of an expression say, while it is read.
struct CronSets {
    private var sets: [CronSet]
    var days = CronDays()
    var goesByRealTime = false

    init() {
        sets = Array(repeating: CronSet(), count: CronField.allCases.count)
    }

    subscript(field: CronField) -> CronSet {
        get { sets[field.rawValue] }
        set { sets[field.rawValue] = newValue }
    }

    /// Whether there is any such date. The calendar repeats itself after 400 years to the day of the week, so this is
    /// exact.
    var hasDates: Bool {
        (2_000..<2_400).contains { year in
            self[.month].contains { !days.days(inMonth: $0, of: year).isEmpty }
        }
    }
}
