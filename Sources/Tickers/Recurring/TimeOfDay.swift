/// A time on a local clock: `TimeOfDay(2, 30)`.
public struct TimeOfDay: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// 0 to 23.
    public var hour: Int
    /// 0 to 59.
    public var minute: Int
    /// 0 to 59.
    public var second: Int

    /// A time of the day. What is out of its bounds is refused when a rule with it is used.
    public init(_ hour: Int, _ minute: Int = 0, _ second: Int = 0) {
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The first moment of a day; where the clock jumps over it, the rule's ``DaylightSaving`` says what happens.
    public static let midnight = TimeOfDay(0, 0)

    /// `02:30`, or `02:30:15` with seconds.
    public var description: String {
        let digits = [hour, minute, second].prefix(second == 0 ? 2 : 3).map { $0 < 10 ? "0\($0)" : "\($0)" }
        return digits.joined(separator: ":")
    }

    /// Orders by time.
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        (left.hour, left.minute, left.second) < (right.hour, right.minute, right.second)
    }

    /// The time as the first fields of a cron expression.
    var cronFields: String { second == 0 ? "\(minute) \(hour)" : "\(second) \(minute) \(hour)" }

    /// What is wrong with it, in half sentences.
    var problems: [String] {
        let parts = [(hour, "hour", 23), (minute, "minute", 59), (second, "second", 59)]
        return parts.compactMap { value, name, last in
            (0...last).contains(value) ? nil : "\(name) \(value) of a time of the day is not in 0-\(last)"
        }
    }
}

/// A day of the week.
public enum Weekday: Int, Sendable, Hashable, Codable, CaseIterable {
    case sunday = 0
    case monday, tuesday, wednesday, thursday, friday, saturday

    /// As cron names it.
    var cronName: String {
        switch self {
        case .sunday: "SUN"
        case .monday: "MON"
        case .tuesday: "TUE"
        case .wednesday: "WED"
        case .thursday: "THU"
        case .friday: "FRI"
        case .saturday: "SAT"
        }
    }
}
