import Tickers

/// A random expression of five fields, with what it means told a second time.
///
/// Text and meaning come from the same choices of the generator; nothing is read.
struct ScannedCron {
    /// A day, as the day fields look at it.
    struct Day {
        let number: Int
        let lengthOfMonth: Int
        let weekday: Int
    }

    let text: String
    let minutes: [Bool]
    let hours: [Bool]
    let goesByRealTime: Bool
    private let months: [Bool]
    private let ofMonth: @Sendable (Day) -> Bool
    private let ofWeek: @Sendable (Day) -> Bool
    private let needsBoth: Bool

    init(using random: inout SeededGenerator) {
        let minute = Values(0...59, names: [], &random)
        let hour = Values(0...23, names: [], &random)
        let month =
            Int.random(in: 0..<3, using: &random) > 0
            ? Values.all(1...12) : Values(1...12, names: Self.monthNames, &random)
        let (dayText, ofMonth) = Self.dayOfMonth(&random)
        let (weekdayText, ofWeek) = Self.dayOfWeek(&random)
        text = [minute.text, hour.text, dayText, month.text, weekdayText].joined(separator: " ")
        (minutes, hours, months) = (minute.isIn, hour.isIn, month.isIn)
        (self.ofMonth, self.ofWeek) = (ofMonth, ofWeek)
        goesByRealTime = (minute.text + hour.text).contains { $0 == "*" || $0 == "/" }
        needsBoth = [dayText, weekdayText].contains { $0.hasPrefix("*") || $0 == "?" }
    }

    /// Whether a date matches.
    func matches(day date: CivilDate, daysSince1970: Int) -> Bool {
        guard months[date.month] else { return false }
        let next = CivilDate(year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
        let length = next.daysSince1970 - (daysSince1970 - date.day + 1)
        // 1970-01-01 was a Thursday; none of the days asked about is before.
        let day = Day(number: date.day, lengthOfMonth: length, weekday: (daysSince1970 + 4) % 7)
        return needsBoth ? ofMonth(day) && ofWeek(day) : ofMonth(day) || ofWeek(day)
    }

    private static let monthNames = [
        "", "jan", "Feb", "MAR", "apr", "May", "JUN", "jul", "Aug", "SEP", "oct", "Nov", "DEC",
    ]
    private static let dayNames = ["SUN", "mon", "Tue", "WED", "thu", "Fri", "SAT", "7"]

    private static func dayOfMonth(_ random: inout SeededGenerator) -> (String, @Sendable (Day) -> Bool) {
        let number = Int.random(in: 1...31, using: &random)
        switch Int.random(in: 0..<14, using: &random) {
        case 0: return ("L", { $0.number == $0.lengthOfMonth })
        case 1:
            let back = Int.random(in: 0...30, using: &random)
            return ("L-\(back)", { $0.number == $0.lengthOfMonth - back })
        case 2: return ("\(number)W", { isWorkday($0, near: number) })
        case 3: return ("lw", { isWorkday($0, near: $0.lengthOfMonth) })
        case 4: return ("?", { _ in true })
        case 5...9: return ("*", { _ in true })
        case 10: return ("\(number),15w", { $0.number == number || isWorkday($0, near: 15) })
        case _:
            let values = Values(1...31, names: [], &random)
            return (values.text, { values.isIn[$0.number] })
        }
    }

    /// Whether a day is the one from Monday to Friday that has the fewest days between itself and `number`.
    private static func isWorkday(_ day: Day, near number: Int) -> Bool {
        guard number <= day.lengthOfMonth else { return false }
        let workdays = (1...day.lengthOfMonth).filter { other in
            let weekday = (day.weekday + other - day.number + 70) % 7
            return (1...5).contains(weekday)
        }
        return workdays.min { abs($0 - number) < abs($1 - number) } == day.number
    }

    private static func dayOfWeek(_ random: inout SeededGenerator) -> (String, @Sendable (Day) -> Bool) {
        let weekday = Int.random(in: 0...7, using: &random)
        let name = Bool.random(using: &random) ? "\(weekday)" : dayNames[weekday]
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return ("\(name)L", { $0.weekday == weekday % 7 && $0.number + 7 > $0.lengthOfMonth })
        case 1:
            let ordinal = Int.random(in: 1...5, using: &random)
            return ("\(name)#\(ordinal)", { $0.weekday == weekday % 7 && ($0.number + 6) / 7 == ordinal })
        case 2: return ("?", { _ in true })
        case 3...8: return ("*", { _ in true })
        case _:
            let values = Values(0...7, size: 7, names: dayNames, &random)
            return (values.text, { values.isIn[$0.weekday] || $0.weekday == 0 && values.isIn[7] })
        }
    }
}

/// A field of numbers: its text, and for each number whether it is in.
private struct Values {
    let text: String
    let isIn: [Bool]

    private init(text: String, isIn: [Bool]) {
        self.text = text
        self.isIn = isIn
    }

    static func all(_ bounds: ClosedRange<Int>) -> Values {
        Values(text: "*", isIn: (0...bounds.upperBound).map { bounds.contains($0) })
    }

    /// - Parameter size: How many different numbers there are, when one of them has two.
    init(_ bounds: ClosedRange<Int>, size: Int? = nil, names: [String], _ random: inout SeededGenerator) {
        let size = size ?? bounds.count
        let last = bounds.lowerBound + size - 1
        var isIn = Array(repeating: false, count: bounds.upperBound + 1)
        func pick(_ random: inout SeededGenerator) -> (Int, String) {
            let number = Int.random(in: bounds, using: &random)
            let isNamed = !names.isEmpty && Bool.random(using: &random)
            return (number, isNamed ? names[number] : "\(number)")
        }
        var entries: [String] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let (low, lowText) = pick(&random)
            let (high, highText) = pick(&random)
            let step = Int.random(in: 1..<size, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                entries.append("*/\(step)")
                for number in bounds.lowerBound...last where (number - bounds.lowerBound) % step == 0 {
                    isIn[number] = true
                }
            case 1:
                entries.append("*")
                for number in bounds.lowerBound...last { isIn[number] = true }
            case 2, 3:
                let isStepped = Bool.random(using: &random)
                entries.append("\(lowText)-\(highText)" + (isStepped ? "/\(step)" : ""))
                // One that goes round does so behind the last; Sunday's second number is then its first.
                let goesRound = high < low
                var number = goesRound && low > last ? bounds.lowerBound : low
                for distance in 0... {
                    if !isStepped || distance % step == 0 { isIn[number] = true }
                    if number == high { break }
                    number = goesRound && number == last ? bounds.lowerBound : number + 1
                }
            case _:
                entries.append(lowText)
                isIn[low] = true
            }
        }
        text = entries.joined(separator: ",")
        self.isIn = isIn
    }
}
