public import struct Foundation.TimeZone

extension RecurrenceRule {
    /// Every so often, counted from an anchor and so without drift: at `anchor`, `anchor + interval`, and so on, and
    /// before it likewise.
    ///
    /// Goes by real time, whatever local clocks do.
    ///
    /// - Parameters:
    ///   - interval: A millisecond or more, in whole microseconds.
    ///   - anchor: Where it counts from. `nil` is the rule's ``start``, or else 1970-01-01 00:00 UTC, so that whole
    ///     hours fall on whole hours and the instants stay the same when the rule is set again.
    public static func every(_ interval: Duration, anchor: Timestamp? = nil) -> RecurrenceRule {
        RecurrenceRule(.interval(interval, anchor: anchor))
    }

    /// When a ``CronExpression`` matches in a time zone, which is kept by its identifier.
    public static func cron(_ expression: String, in zone: TimeZone) -> RecurrenceRule {
        let timing = RecurrenceTiming(cron: expression, zone: zone.identifier)
        guard case .cron(let expression, let clock) = timing, !clock.agrees(with: zone) else {
            return RecurrenceRule(timing)
        }
        let problem =
            "The time zone \"\(zone.identifier)\" shows other times than the system's zone of this identifier."
        return RecurrenceRule(
            .unreadable(UnreadableTiming(expression: expression.text, zone: zone.identifier, problems: [problem]))
        )
    }

    /// When a cron expression that has been read already matches in a time zone, which is kept by its identifier.
    public static func cron(_ expression: CronExpression, in zone: TimeZone) -> RecurrenceRule {
        cron(expression.text, in: zone)
    }

    /// Once a day, at a time on the clock of a time zone. The same as a cron expression with that time.
    public static func daily(at time: TimeOfDay, in zone: TimeZone) -> RecurrenceRule {
        fixed(time, "* * *", in: zone)
    }

    /// On some days of the week, at a time on the clock of a time zone. The same as a cron expression with these days
    /// and that time.
    public static func weekly(on days: Set<Weekday>, at time: TimeOfDay, in zone: TimeZone) -> RecurrenceRule {
        let names = days.sorted { $0.rawValue < $1.rawValue }.map(\.cronName)
        let problems = names.isEmpty ? ["a weekly rule names no day"] : []
        return fixed(time, "* * \(names.joined(separator: ","))", in: zone, problems)
    }

    /// At one instant.
    public static func once(_ instant: Timestamp) -> RecurrenceRule {
        RecurrenceRule(.once(instant))
    }

    /// When a schedule of your own says so. Only the name is stored: the schedule has to be registered under it in
    /// ``RecurrenceSchedules`` wherever the rule is read again.
    public static func custom(_ name: String, _ schedule: any RecurrenceSchedule) -> RecurrenceRule {
        RecurrenceRule(.custom(CustomTiming(name: name, schedule: schedule)))
    }

    private static func fixed(
        _ time: TimeOfDay,
        _ days: String,
        in zone: TimeZone,
        _ more: [String] = []
    ) -> RecurrenceRule {
        let text = "\(time.cronFields) \(days)"
        let problems = time.problems + more
        guard !problems.isEmpty else { return cron(text, in: zone) }
        let timing = UnreadableTiming(expression: text, zone: zone.identifier, problems: problems)
        return RecurrenceRule(.unreadable(timing))
    }
}

extension RecurrenceRule {
    /// The same rule, and nothing occurs before `start`.
    public func starting(at start: Timestamp) -> RecurrenceRule { changed { $0.start = start } }

    /// The same rule, and nothing occurs after `end`.
    public func ending(at end: Timestamp) -> RecurrenceRule { changed { $0.end = end } }

    /// The same rule, and no more than `count` occurrences are created.
    public func atMost(_ count: Int) -> RecurrenceRule { changed { $0.maximumCount = count } }

    /// The same rule, and each occurrence begins by up to `jitter` later.
    public func jittered(by jitter: Duration) -> RecurrenceRule { changed { $0.jitter = jitter } }

    /// The same rule with another way through changes of the local clock.
    public func onClockChange(
        skipped: DaylightSaving.SkippedTimes = .runAtGapEnd,
        repeated: DaylightSaving.RepeatedTimes = .first
    ) -> RecurrenceRule {
        changed { $0.daylightSaving = DaylightSaving(skippedTimes: skipped, repeatedTimes: repeated) }
    }

    private func changed(_ change: (inout RecurrenceRule) -> Void) -> RecurrenceRule {
        var rule = self
        change(&rule)
        return rule
    }
}

extension RecurrenceRule: CustomStringConvertible {
    /// In words, for people.
    public var description: String {
        let what =
            switch timing {
            case .interval(let period, let anchor): "every \(period)" + (anchor.map { " from \($0)" } ?? "")
            case .cron(let expression, let clock): "cron \"\(expression)\" in \(clock.identifier)"
            case .once(let instant): "once at \(instant)"
            case .custom(let timing): "schedule \"\(timing.name)\""
            case .unreadable(let timing): "cron \"\(timing.expression)\" in \(timing.zone), which cannot be read"
            }
        let bounds = [
            start.map { "not before \($0)" }, end.map { "not after \($0)" }, maximumCount.map { "\($0) times" },
        ]
        return ([what] + bounds.compactMap { $0 }).joined(separator: ", ")
    }
}
