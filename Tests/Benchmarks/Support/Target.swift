/// What a scenario is to reach, and what it has.
struct Target: Sendable {
    /// Which way is better.
    enum Sense: Sendable {
        case atLeast, atMost
    }

    /// What was to be reached, in words.
    let text: String
    let wanted: Double
    let reached: Double
    let sense: Sense
    /// Whether `--check` looks at it: not where it speaks of the machine for which the targets were set.
    let isChecked: Bool

    /// Something that may not be below `wanted`.
    static func atLeast(_ wanted: Double, _ reached: Double, _ text: String, isChecked: Bool = true) -> Target {
        Target(text: "≥ \(text)", wanted: wanted, reached: reached, sense: .atLeast, isChecked: isChecked)
    }

    /// Something that may not be above `wanted`.
    static func atMost(_ wanted: Double, _ reached: Double, _ text: String, isChecked: Bool = true) -> Target {
        Target(text: "≤ \(text)", wanted: wanted, reached: reached, sense: .atMost, isChecked: isChecked)
    }

    /// Whether it is reached.
    var isMet: Bool { isMet(within: 1) }

    /// Whether `part` of it is reached: 0.6 of a rate is that share of it, 0.6 of a time is 1 / 0.6 of it.
    func isMet(within part: Double) -> Bool {
        switch sense {
        case .atLeast: reached >= wanted * part
        case .atMost: reached <= wanted / part
        }
    }

    /// How far it was missed, in a sentence.
    func shortfall(within part: Double) -> String {
        let off = wanted == 0 ? 100 : abs(reached / wanted - 1) * 100
        let allowed = part < 1 ? ", and \(part.grouped) of it would do" : ""
        let way = sense == .atLeast ? "below" : "above"
        return "the target \(text) was missed: \(reached.words) is \(off.grouped) % \(way) it\(allowed)."
    }
}
