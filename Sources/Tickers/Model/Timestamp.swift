public import struct Foundation.Date

/// An instant of wall-clock time, in whole microseconds since 1970-01-01 00:00 UTC.
///
/// Covers about 292,000 years either way; arithmetic stops at the ends instead of overflowing.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Microseconds since 1970-01-01 00:00 UTC; negative before.
    public var microseconds: Int64

    /// An instant from microseconds since 1970-01-01 00:00 UTC.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The microsecond at or before `date`, or the nearest end of the range for a date outside it.
    ///
    /// Not a number becomes ``distantFuture``; the calls that take a `Date` refuse it before it gets here.
    public init(_ date: Date) {
        let scaled = (date.timeIntervalSince1970 * 1_000_000).rounded(.down)
        if scaled <= -0x1p63 {
            self = .distantPast
        } else if scaled < 0x1p63 {
            self.init(microseconds: Int64(scaled))
        } else {
            self = .distantFuture
        }
    }

    /// Earlier than every clock reading: due since ever.
    public static let distantPast = Timestamp(microseconds: .min)

    /// Later than every clock reading: due never.
    public static let distantFuture = Timestamp(microseconds: .max)

    /// The same instant for Foundation; exact to the microsecond for some 280 years around 2001.
    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// The instant `duration` later, rounded up to a whole microsecond so that nothing is ever early.
    public func advanced(by duration: Duration) -> Timestamp {
        let (sum, overflow) = microseconds.addingReportingOverflow(duration.wholeMicroseconds)
        guard overflow else { return Timestamp(microseconds: sum) }
        return duration < .zero ? .distantPast : .distantFuture
    }

    /// The time from `earlier` to this instant; negative when `earlier` is later.
    public func since(_ earlier: Timestamp) -> Duration {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        guard overflow else { return .microseconds(difference) }
        return .microseconds(microseconds < earlier.microseconds ? Int64.min : Int64.max)
    }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC with microseconds, or the name of an end of the range.
    public var description: String {
        switch self {
        case .distantPast: "distant past"
        case .distantFuture: "distant future"
        default: CivilTime(self).description
        }
    }
}

/// A timestamp as calendar fields.
private struct CivilTime: CustomStringConvertible {
    let date: CivilDate
    let secondOfDay: Int64
    let microsecond: Int64

    init(_ timestamp: Timestamp) {
        let (second, microsecond) = timestamp.microseconds.flooredDivision(by: 1_000_000)
        let (days, secondOfDay) = second.flooredDivision(by: 86_400)
        self.microsecond = microsecond
        self.secondOfDay = secondOfDay
        date = CivilDate(daysSince1970: Int(days))
    }

    var description: String {
        let day = "\(Self.pad(date.year, 4))-\(Self.pad(date.month, 2))-\(Self.pad(date.day, 2))"
        let minute = secondOfDay / 60
        let time = "\(Self.pad(minute / 60, 2)):\(Self.pad(minute % 60, 2)):\(Self.pad(secondOfDay % 60, 2))"
        return "\(day)T\(time).\(Self.pad(microsecond, 6))Z"
    }

    private static func pad(_ value: some FixedWidthInteger, _ width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A reading of a clock that never goes back, in nanoseconds since an origin of the clock's own.
public struct MonotonicInstant: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's origin.
    public var nanoseconds: Int64

    /// A reading from nanoseconds since the clock's origin.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The instant `duration` later; stops at the ends of the range.
    public func advanced(by duration: Duration) -> MonotonicInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        guard overflow else { return MonotonicInstant(nanoseconds: sum) }
        return MonotonicInstant(nanoseconds: duration < .zero ? .min : .max)
    }

    /// The time from `earlier` to this instant; negative when `earlier` is later.
    public func since(_ earlier: MonotonicInstant) -> Duration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return .nanoseconds(overflow ? (nanoseconds < earlier.nanoseconds ? Int64.min : Int64.max) : difference)
    }

    /// Orders by time.
    public static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension Duration {
    /// Whole microseconds, rounded towards the later instant, clamped to what 64 bits hold.
    package var wholeMicroseconds: Int64 { whole(perSecond: 1_000_000) }

    /// Whole nanoseconds, rounded towards the later instant, clamped to what 64 bits hold.
    package var wholeNanoseconds: Int64 { whole(perSecond: 1_000_000_000) }

    /// Seconds as a floating-point number, for ratios and messages.
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    /// `seconds` as a duration, clamped to ±292 years' worth of nanoseconds so that no input can trap.
    package static func clamped(seconds: Double) -> Duration {
        let bound = 9_000_000_000.0
        guard !seconds.isNaN else { return .zero }
        return .seconds(min(max(seconds, -bound), bound))
    }

    private func whole(perSecond: Int64) -> Int64 {
        let (seconds, attoseconds) = components
        let attosecondsPerUnit = 1_000_000_000_000_000_000 / perSecond
        var units = attoseconds / attosecondsPerUnit
        if attoseconds % attosecondsPerUnit > 0 { units += 1 }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: perSecond)
        let (sum, overflowAgain) = product.addingReportingOverflow(units)
        if overflow || overflowAgain { return seconds < 0 ? .min : .max }
        return sum
    }
}
