import Foundation
import Synchronization

/// The local clock of a time zone, as far as anybody has asked: what Foundation says of it is remembered in pieces of
/// 34 years.
///
/// There is one for each identifier, so that any number of rules share what is known. It is a memory of facts and
/// decides nothing, so it does not matter who fills it.
package final class ZoneClock: Sendable {
    /// The identifier by which it is stored.
    package let identifier: String
    /// Seconds ahead of UTC, when that never changes.
    package let fixedOffset: Int?
    private let zone: TimeZone
    private let known = Mutex<[Int: ZoneTransitions]>([:])

    private init(_ zone: TimeZone, identifier: String) {
        self.zone = zone
        self.identifier = identifier
        let hasChanges = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Self.long)) != nil
        fixedOffset = hasChanges ? nil : zone.secondsFromGMT(for: Date(timeIntervalSince1970: 0))
    }

    /// Before there were time zones: the year 1600.
    private static let long = -11_676_096_000.0

    /// The clock of the zone with this identifier; `nil` when the system knows none.
    package static func named(_ identifier: String) -> ZoneClock? {
        clocks.withLock { clocks in
            if let clock = clocks[identifier] { return clock }
            guard let zone = TimeZone(identifier: identifier) else { return nil }
            let clock = ZoneClock(zone, identifier: identifier)
            clocks[identifier] = clock
            return clock
        }
    }

    /// Those that were asked for: no more than there are time zones.
    private static let clocks = Mutex<[String: ZoneClock]>([:])

    /// The period around a second since 1970-01-01 00:00 UTC.
    package func period(at second: Int) -> ZonePeriod {
        if let fixedOffset {
            return ZonePeriod(start: .min, end: .max, offset: fixedOffset, offsetBefore: fixedOffset)
        }
        let piece = second >> Self.pieceBits
        return known.withLock { known in
            if let transitions = known[piece] { return transitions.period(at: second) }
            let range = piece << Self.pieceBits..<(piece + 1) << Self.pieceBits
            let transitions = ZoneTransitions(of: zone, in: range)
            known[piece] = transitions
            return transitions.period(at: second)
        }
    }

    /// Whether a zone of the same identifier shows the same time: one that was made from an odd number of seconds need
    /// not, for its identifier has whole minutes.
    func agrees(with other: TimeZone) -> Bool {
        guard let fixedOffset else { return true }
        return other.secondsFromGMT(for: Date(timeIntervalSince1970: 0)) == fixedOffset
    }

    /// Two to this many seconds, 34 years, are looked up at once.
    private static let pieceBits = 30
}

extension ZoneClock: Hashable {
    package static func == (left: ZoneClock, right: ZoneClock) -> Bool { left.identifier == right.identifier }

    package func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}
