/// When something recurs: a rule that names instants, one after the other.
///
/// ```text
/// .every(.seconds(30))                                   .cron("0 2 * * *", in: berlin)
/// .daily(at: TimeOfDay(2, 30), in: berlin)               .weekly(on: [.monday], at: TimeOfDay(9), in: berlin)
/// .once(instant)                                         .custom("trading days", TradingDays())
/// ```
///
/// Making a rule never throws, so that one reads as one. What is wrong with it is kept: ``validate()`` throws all of
/// it, and so does the call that stores it. A rule that cannot be read has no occurrences.
///
/// A value: it can be compared and stored, and says the same at any time. Its occurrences are instants between the
/// years 1 and 9999.
public struct RecurrenceRule: Sendable, Hashable {
    var timing: RecurrenceTiming
    /// Nothing occurs before; `nil` for no bound. An interval without an anchor counts from here.
    public var start: Timestamp?
    /// Nothing occurs after, but something may at this instant; `nil` for no bound.
    public var end: Timestamp?
    /// How many occurrences come in all, 1 or more; `nil` for no bound. One that an earlier one keeps from running has come;
    /// missed ones for which nothing is created do not count, nor do triggered ones.
    public var maximumCount: Int?
    /// Each occurrence begins by up to this much later, by an amount that follows from its recurrence's name and its
    /// instant; zero or more.
    public var jitter: Duration = .zero
    /// What becomes of fixed times when the local clock is changed.
    public var daylightSaving: DaylightSaving = .standard

    init(_ timing: RecurrenceTiming) {
        self.timing = timing
    }

    /// Throws everything that is wrong with the rule at once.
    ///
    /// - Throws: ``TickerError`` with code `invalidSchedule`; for a cron expression it names the field and what is
    ///   allowed there.
    public func validate() throws {
        let problems = problems
        guard problems.isEmpty else { throw TickerError(.invalidSchedule, problems.joined(separator: "; ")) }
    }

    /// What is wrong with it, in sentences.
    package var problems: [String] {
        var found = timing.problems
        if let start, let end, end < start { found.append("the end \(end) is before the start \(start)") }
        if let maximumCount, maximumCount < 1 { found.append("a maximum of \(maximumCount) occurrences is below one") }
        if jitter < .zero { found.append("a jitter of \(jitter) is negative") }
        guard found.isEmpty, start != nil || end != nil, next(after: .distantPast) == nil else { return found }
        return ["nothing occurs between start and end"]
    }

    /// The same rule with its schedule from a registry, when it is a custom one that has none yet: after it was read
    /// from a store.
    package func bound(to schedules: RecurrenceSchedules) -> RecurrenceRule {
        guard case .custom(var custom) = timing, custom.schedule == nil else { return self }
        custom.schedule = schedules[custom.name]
        var rule = self
        rule.timing = .custom(custom)
        return rule
    }

    /// Whether it goes by a schedule of one's own.
    package var isCustom: Bool {
        guard case .custom = timing else { return false }
        return true
    }

    /// The name of the schedule that it lacks: a custom one, read from a store, that has not been found in a registry.
    package var missingSchedule: String? {
        guard case .custom(let custom) = timing, custom.schedule == nil else { return nil }
        return custom.name
    }
}
