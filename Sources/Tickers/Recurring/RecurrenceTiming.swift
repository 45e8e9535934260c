/// What a rule is before its modifiers.
enum RecurrenceTiming: Sendable, Hashable {
    case interval(Duration, anchor: Timestamp?)
    case cron(CronExpression, ZoneClock)
    case once(Timestamp)
    case custom(CustomTiming)
    /// A cron expression or a time zone that could not be read. It keeps what it was given, so that it can be stored
    /// and shown.
    case unreadable(UnreadableTiming)
}

/// A schedule of somebody's own, under its name.
struct CustomTiming: Sendable, Hashable {
    let name: String
    /// `nil` until it has been found in a registry.
    var schedule: (any RecurrenceSchedule)?

    static func == (left: CustomTiming, right: CustomTiming) -> Bool { left.name == right.name }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The next occurrence, which has to be later.
    func next(after instant: Timestamp) -> Timestamp? {
        guard let found = schedule?.next(after: instant) else { return nil }
        precondition(found > instant, "the schedule \"\(name)\" says that \(found) comes after \(instant)")
        return found
    }
}

/// What was given for a cron expression in a time zone, and what is wrong with it.
struct UnreadableTiming: Sendable, Hashable {
    let expression: String
    let zone: String
    let problems: [String]
}

extension RecurrenceTiming {
    /// Reads both and keeps what is wrong with either.
    init(cron text: String, zone identifier: String) {
        var problems: [String] = []
        var expression: CronExpression?
        do { expression = try CronExpression(text) } catch { problems.append(Self.sentence(error)) }
        let clock = ZoneClock.named(identifier)
        if clock == nil { problems.append("The system knows no time zone \"\(identifier)\".") }
        if let expression, let clock {
            self = .cron(expression, clock)
        } else {
            self = .unreadable(UnreadableTiming(expression: text, zone: identifier, problems: problems))
        }
    }

    /// The message alone: the code is said once, by the error that gathers all.
    private static func sentence(_ error: any Error) -> String { (error as? TickerError)?.message ?? "\(error)" }

    /// What is wrong with it, in sentences.
    var problems: [String] {
        switch self {
        case .interval(let period, _): return Self.problems(ofInterval: period)
        case .cron: return []
        case .once(let instant):
            return Self.occurrences.contains(instant) ? [] : ["\(instant) is not between the years 1 and 9999"]
        case .custom(let timing):
            let found = TickerSpec.nameProblems(timing.name, of: "schedule name")
            guard found.isEmpty, timing.schedule == nil else { return found }
            return ["no schedule is registered under \"\(timing.name)\""]
        case .unreadable(let timing): return timing.problems
        }
    }

    private static func problems(ofInterval period: Duration) -> [String] {
        if period < .milliseconds(1) { return ["an interval of \(period) is below one millisecond"] }
        if period > longestInterval { return ["an interval of \(period) is longer than 1,000 years"] }
        let isWhole = period == .microseconds(period.wholeMicroseconds)
        return isWhole ? [] : ["an interval of \(period) is not a whole number of microseconds"]
    }

    private static let longestInterval = Duration.seconds(365_250 * 86_400)

    /// Where occurrences can lie: from the year 1 to 9999.
    static let occurrences =
        Timestamp(
            microseconds: Int64(TimeSpan.firstSecond) * 1_000_000
        )...Timestamp(
            microseconds: Int64(TimeSpan.lastSecond) * 1_000_000
        )
}
