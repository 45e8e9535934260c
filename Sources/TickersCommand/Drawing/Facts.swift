/// Names and what they stand for, one below the other.
struct Facts: Sendable {
    private static let width = 10
    private(set) var lines: [Line] = []

    /// Adds a fact; nothing for `nil`.
    mutating func add(_ name: String, _ value: String?, _ style: Style? = nil) {
        guard let value else { return }
        var line = Line("  " + name.padded(to: Self.width), .faint)
        line.add(value, style)
        lines.append(line)
    }
}
