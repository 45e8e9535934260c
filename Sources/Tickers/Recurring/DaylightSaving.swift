/// What becomes of a fixed time of the day when the local clock jumps over it, or shows it twice.
///
/// A clock jumps at the changes of daylight saving time, and when a country changes its time for good. Intervals, and
/// cron expressions with a wildcard or a step in their times, go by real time, and nothing of this is about them.
public struct DaylightSaving: Sendable, Hashable, Codable {
    /// A time that the clock jumps over.
    public enum SkippedTimes: String, Sendable, Hashable, Codable, CaseIterable {
        /// Runs at the end of the gap: 02:30 at 03:00 when the clock goes from 02:00 to 03:00. Several in one gap run
        /// once. A day that a country leaves out altogether has no times, and nothing runs for it.
        case runAtGapEnd
        /// Does not run on that day.
        case skip
    }

    /// A time that the clock shows twice.
    public enum RepeatedTimes: String, Sendable, Hashable, Codable, CaseIterable {
        /// Runs the first time.
        case first
        /// Runs both times.
        case both
        /// Runs the second time.
        case last
    }

    /// A time that the clock jumps over.
    public var skippedTimes: SkippedTimes = .runAtGapEnd
    /// A time that the clock shows twice.
    public var repeatedTimes: RepeatedTimes = .first

    /// As Vixie's cron does it, unless told otherwise: what is skipped runs at the end of the gap, what is repeated
    /// runs once.
    public init(skippedTimes: SkippedTimes = .runAtGapEnd, repeatedTimes: RepeatedTimes = .first) {
        self.skippedTimes = skippedTimes
        self.repeatedTimes = repeatedTimes
    }

    /// As Vixie's cron does it: every fixed time runs once on every day.
    public static let standard = DaylightSaving()

    /// By real time: runs whenever the local clock shows a matching time.
    static let realTime = DaylightSaving(skippedTimes: .skip, repeatedTimes: .both)
}
