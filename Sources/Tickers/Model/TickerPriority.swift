/// What goes first among tickers that are due.
///
/// A waiting ticker rises one level every ``agingStep``, so a low one competes with the highest after 45 seconds, and
/// among equals the one that has been due longest starts first.
public enum TickerPriority: UInt8, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Starts when nothing else wants to, or after it has waited.
    case low
    /// The default.
    case normal
    /// Before normal ones.
    case high
    /// Before everything else.
    case critical

    /// The wait that raises a ticker one level.
    public static let agingStep: Duration = .seconds(15)

    /// The level a ticker competes at after it has been due for `wait`.
    package func level(afterWaiting wait: Duration) -> UInt8 {
        guard wait >= Self.agingStep else { return rawValue }
        let steps = wait.wholeMicroseconds / Self.agingStep.wholeMicroseconds
        return UInt8(min(Int64(Self.critical.rawValue), Int64(rawValue) + steps))
    }

    /// Orders from `low` to `critical`.
    public static func < (left: TickerPriority, right: TickerPriority) -> Bool { left.rawValue < right.rawValue }
}
