/// The wall clock without its steps back: what has waited does not become younger because the clock was set.
///
/// Steps ahead are taken as time that has passed, as everywhere.
package struct ForwardTime: Sendable {
    private var latest = Timestamp.distantPast
    /// How far the wall has gone back in all.
    private var setBack: Int64 = 0

    package init() {}

    /// What it shows when the wall shows `now`.
    package mutating func reading(at now: Timestamp) -> Timestamp {
        if now < latest { setBack = Self.sum(setBack, Self.difference(latest, now)) }
        latest = now
        return shifted(now)
    }

    /// What it shows for an instant of the past, when the wall shows `now`; one from before a step back that the wall
    /// has not reached again counts as now.
    package mutating func reading(of earlier: Timestamp, at now: Timestamp) -> Timestamp {
        let present = reading(at: now)
        return min(shifted(earlier), present)
    }

    private func shifted(_ wall: Timestamp) -> Timestamp {
        Timestamp(microseconds: Self.sum(wall.microseconds, setBack))
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : sum
    }

    private static func difference(_ later: Timestamp, _ earlier: Timestamp) -> Int64 {
        let (difference, overflow) = later.microseconds.subtractingReportingOverflow(earlier.microseconds)
        return overflow ? .max : difference
    }
}
