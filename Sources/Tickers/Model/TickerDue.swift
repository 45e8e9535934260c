public import struct Foundation.Date

/// From when a ticker may run.
///
/// A root is due at the latest of its instant and its creation plus its delay; a child at the latest of its instant,
/// its release, and its release plus its delay.
public struct TickerDue: Sendable, Hashable, Codable {
    /// Not before this instant; `nil` for no bound.
    public private(set) var instant: Timestamp?
    /// Not before this long after creation or release; `nil` for no delay.
    public private(set) var delay: Duration?
    private var isNotANumber = false

    /// At once, or as soon as the parents allow.
    public static let now = TickerDue()

    /// This long after creation (roots) or release (children). Negative delays are refused when it is scheduled.
    public static func after(_ delay: Duration) -> TickerDue {
        var due = TickerDue()
        due.delay = delay
        return due
    }

    /// Not before `instant`. An instant that has passed means at once.
    public static func at(_ instant: Timestamp) -> TickerDue {
        var due = TickerDue()
        due.instant = instant
        return due
    }

    /// Not before `date`. A date that has passed means at once; one that is not a number is refused when scheduled.
    public static func at(_ date: Date) -> TickerDue {
        var due = at(Timestamp(date))
        due.isNotANumber = date.timeIntervalSince1970.isNaN
        return due
    }

    /// Both: not before the instant of this value, and not before `delay` after creation or release.
    public func after(_ delay: Duration) -> TickerDue {
        var due = self
        due.delay = delay
        return due
    }

    private init() {}

    /// What is wrong with it, in sentences.
    package var problems: [String] {
        var found: [String] = []
        if let delay, delay < .zero { found.append("a delay of \(delay) is negative") }
        if isNotANumber { found.append("the due date is not a number") }
        return found
    }
}
