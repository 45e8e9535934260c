/// What a scenario has measured.
struct Report: Sendable {
    /// A figure beside the value, under the key that it has in JSON.
    struct Detail: Sendable {
        let key: String
        let figure: Double
    }

    /// What was to be reached, in words, and whether it was.
    struct Target: Sendable {
        let text: String
        let isMet: Bool
    }

    let scenario: String
    let count: Int
    let value: Double
    let unit: String
    /// What the machine itself can do, measured in the same run and in the same unit.
    let limit: Double
    var details: [Detail] = []
    var targets: [Target] = []
    /// Broken promises, in sentences: with any the program exits with 1.
    var breaches: [String] = []

    var ratio: Double { value / limit }

    /// The titles of the columns of ``line``.
    static var heading: String {
        row("scenario", "count", "value", "unit", "limit", "ratio", "targets; details")
    }

    /// One line of the table for people.
    var line: String {
        let judged = targets.map { "\($0.text) \($0.isMet ? "met" : "MISSED")" }
        let figures = details.map { "\($0.key) \($0.figure.grouped)" }
        let notes = [judged.joined(separator: ", "), figures.joined(separator: ", ")].filter { !$0.isEmpty }
        return Self.row(
            scenario,
            count.grouped,
            value.grouped,
            unit,
            limit.grouped,
            // Three digits and two places are as much as the column holds.
            (ratio < 1_000 ? "\(ratio.rounded(places: 2))" : ratio.grouped) + " ×",
            notes.joined(separator: "; ")
        )
    }

    /// One line of JSON: every key is a word of this program and every value a finite number, so nothing is escaped.
    var json: String {
        var members = [
            "\"scenario\":\"\(scenario)\"", "\"count\":\(count)", "\"value\":\(value.rounded(places: 3))",
            "\"unit\":\"\(unit)\"", "\"limit\":\(limit.rounded(places: 3))", "\"ratio\":\(ratio.rounded(places: 4))",
        ]
        for detail in details { members.append("\"\(detail.key)\":\(detail.figure.number)") }
        return "{\(members.joined(separator: ","))}"
    }

    private static func row(
        _ scenario: String,
        _ count: String,
        _ value: String,
        _ unit: String,
        _ limit: String,
        _ ratio: String,
        _ notes: String
    ) -> String {
        scenario.padded(to: 11) + count.padded(to: -9) + value.padded(to: -12) + " " + unit.padded(to: 10)
            + limit.padded(to: -11) + ratio.padded(to: -9) + "  " + notes
    }
}

extension String {
    /// Filled up with spaces behind, or before for a negative width.
    func padded(to width: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(width) - count))
        return width < 0 ? blanks + self : self + blanks
    }
}

extension Int {
    /// With a comma before every three digits.
    var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}

extension Double {
    /// Rounded to so many places behind the point.
    func rounded(places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }

    /// Whole and grouped from 1,000 on; below with one place, or none where nothing stands behind the point.
    var grouped: String {
        if magnitude >= 1_000 || self == rounded() { return Int(rounded()).grouped }
        return "\(rounded(places: 1))"
    }

    /// For JSON: up to three places.
    var number: String {
        self == rounded() ? "\(Int(self))" : "\(rounded(places: 3))"
    }
}
