/// The fields of a cron expression, in their order.
package enum CronField: Int, CaseIterable, Sendable {
    case second, minute, hour, dayOfMonth, month, dayOfWeek

    /// What it is called in a message.
    var name: String {
        switch self {
        case .second: "second"
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day of month"
        case .month: "month"
        case .dayOfWeek: "day of week"
        }
    }

    /// The numbers that it takes.
    var bounds: ClosedRange<Int> {
        switch self {
        case .second, .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    /// How many different values it has; Sunday, which is 0 and 7, is one.
    var size: Int {
        switch self {
        case .second, .minute: 60
        case .hour: 24
        case .dayOfMonth: 31
        case .month: 12
        case .dayOfWeek: 7
        }
    }

    /// Every form that it takes, for a message.
    var allowed: String {
        switch self {
        case .second: "seconds are 0-59, *, */5, 10-20/2 and lists of them"
        case .minute: "minutes are 0-59, *, */5, 10-20/2 and lists of them"
        case .hour: "hours are 0-23, *, */2, 9-17/2 and lists of them"
        case .dayOfMonth: "days of the month are 1-31, *, */2, ?, L, L-3, 15W, LW and lists of them"
        case .month: "months are 1-12, JAN-DEC, *, */3 and lists of them"
        case .dayOfWeek: "days of the week are 0-7 (Sunday is 0 and 7), SUN-SAT, *, ?, 5L, 5#3 and lists of them"
        }
    }

    /// The value of a name, three letters in upper case; `nil` when it is none.
    func value(named name: some Collection<UInt8>) -> Int? {
        let names =
            switch self {
            case .second, .minute, .hour, .dayOfMonth: [UInt8]()
            case .month: Self.months
            case .dayOfWeek: Self.weekdays
            }
        for index in stride(from: 0, to: names.count, by: 3) where names[index..<index + 3].elementsEqual(name) {
            return index / 3 + bounds.lowerBound
        }
        return nil
    }

    private static let months = Array("JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC".utf8)
    private static let weekdays = Array("SUNMONTUEWEDTHUFRISAT".utf8)
}
