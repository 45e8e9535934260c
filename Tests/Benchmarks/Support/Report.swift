/// What a scenario has measured, round by round.
struct Report: Sendable {
    /// A figure beside the value, under the key that it has in JSON.
    struct Detail: Sendable {
        let key: String
        let figure: Double
    }

    let scenario: String
    let count: Int
    /// One per round.
    let values: [Double]
    let unit: String
    /// What the machine itself can do, or what is compared with: measured in turn with the values, in the same unit.
    let limits: [Double]
    var details: [Detail] = []
    var targets: [Target] = []
    /// Broken promises, in sentences: with any the program exits with 1.
    var breaches: [String] = []

    init(
        _ scenario: String,
        count: Int,
        values: [Double],
        unit: String,
        limits: [Double],
        details: [Detail] = [],
        targets: [Target] = []
    ) {
        precondition(!values.isEmpty && values.count == limits.count, "\(scenario): every round has its limit")
        self.scenario = scenario
        self.count = count
        self.values = values
        self.unit = unit
        self.limits = limits
        self.details = details
        self.targets = targets
    }

    /// The median of the rounds.
    var value: Double { values.median }
    var limit: Double { limits.median }

    /// The median of the rounds' ratios: each round stands beside the limit that saw the same noise.
    var ratio: Double { zip(values, limits).map { $0 / max($1, .leastNormalMagnitude) }.median }

    /// What `--check` finds missing, in sentences.
    ///
    /// - Parameter part: How much of each target will do.
    func shortfalls(within part: Double) -> [String] {
        targets.filter { $0.isChecked && !$0.isMet(within: part) }.map { $0.shortfall(within: part) }
    }

    /// The titles of the columns of ``line``.
    static var heading: String {
        row(["scenario", "count", "min", "median", "max", "unit", "limit", "ratio"], "targets; details")
    }

    /// One line of the table for people.
    var line: String {
        let judged = targets.map { "\($0.text) \($0.isMet ? "met" : "MISSED")" }
        let figures = details.map { "\($0.key) \($0.figure.grouped)" }
        let notes = [judged.joined(separator: ", "), figures.joined(separator: ", ")].filter { !$0.isEmpty }
        let cells = [
            scenario, count.grouped, (values.min() ?? value).short, value.short, (values.max() ?? value).short, unit,
            limit.short,
            // Three digits and two places are as much as the column holds; nothing compares with a limit of nothing.
            limit == 0 ? "–" : (ratio < 1_000 ? "\(ratio.rounded(places: 2))" : ratio.grouped) + " ×",
        ]
        return Self.row(cells, notes.joined(separator: "; "))
    }

    /// One line of JSON: every key is a word of this program and every value a finite number, so nothing is escaped.
    var json: String {
        var members = [
            "\"scenario\":\"\(scenario)\"", "\"count\":\(count)", "\"value\":\(value.number)",
            "\"min\":\((values.min() ?? value).number)", "\"max\":\((values.max() ?? value).number)",
            "\"unit\":\"\(unit)\"", "\"limit\":\(limit.number)", "\"rounds\":\(values.count)",
        ]
        if limit != 0 { members.append("\"ratio\":\(ratio.number)") }
        members.append("\"met\":\(targets.allSatisfy { !$0.isChecked || $0.isMet })")
        for detail in details { members.append("\"\(detail.key)\":\(detail.figure.number)") }
        return "{\(members.joined(separator: ","))}"
    }

    private static let widths = [16, -10, -10, -10, -10, 11, -11, -9]

    private static func row(_ cells: [String], _ notes: String) -> String {
        var line = ""
        for (cell, width) in zip(cells, widths) { line += cell.padded(to: width) + (width < 0 ? " " : "") }
        return "\(line) \(notes)"
    }
}

extension Double {
    /// For a column: three places below ten, one below a thousand.
    fileprivate var short: String { self != 0 && magnitude < 10 ? "\(rounded(places: 3))" : grouped }
}
