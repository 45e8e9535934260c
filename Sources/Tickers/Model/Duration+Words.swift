extension Duration {
    /// For people: the two largest units that count, `3 s`, `250 ms`, `2 min 5 s`, `1 h 30 min`, `4 d`. Rounded up to a
    /// millisecond, so that what has not come is never said to be there.
    package var inWords: String {
        guard self > .zero else { return "0 s" }
        let milliseconds = wholeMicroseconds / 1_000 + (wholeMicroseconds % 1_000 > 0 ? 1 : 0)
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        if milliseconds < 10_000, milliseconds % 1_000 > 0 {
            return "\(milliseconds / 1_000) s \(milliseconds % 1_000) ms"
        }
        let seconds = milliseconds / 1_000 + (milliseconds % 1_000 > 0 ? 1 : 0)
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return Self.pair(seconds, 60, "min", 1, "s") }
        if seconds < 86_400 { return Self.pair(seconds, 3_600, "h", 60, "min") }
        return Self.pair(seconds, 86_400, "d", 3_600, "h")
    }

    private static func pair(_ seconds: Int64, _ large: Int64, _ name: String, _ small: Int64, _ rest: String) -> String
    {
        let remainder = seconds % large / small
        return remainder == 0 ? "\(seconds / large) \(name)" : "\(seconds / large) \(name) \(remainder) \(rest)"
    }
}
