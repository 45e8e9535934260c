import Foundation
import Tickers

/// The zones that the system knows, and the changes of their clocks from 1970 to 2037, asked of Foundation alone.
enum KnownZones {
    /// 1970-01-01 to 2037-12-31.
    static let seconds = 0..<2_145_916_800

    /// Shares of all identifiers, so that they share the cores.
    static let shards: [[String]] = {
        let all = TimeZone.knownTimeZoneIdentifiers.sorted()
        return (0..<4).map { shard in all.indices.filter { $0 % 4 == shard }.map { all[$0] } }
    }()

    /// A change of a clock, with the offsets before and after it.
    struct Change {
        let at: Int
        let before: Int
        let after: Int

        /// The local times that the clock skips, or shows twice.
        var affected: Range<Int> { at + min(before, after)..<at + max(before, after) }

        /// Whether quarters of an hour on the local clock are quarters of an hour in UTC, before and after.
        var isInQuarters: Bool { before % 900 == 0 && after % 900 == 0 }
    }

    /// The changes of every zone, asked once.
    static let changes: [String: [Change]] = {
        let changes = TimeZone.knownTimeZoneIdentifiers.map { ($0, TimeZone(identifier: $0).map(Self.changes) ?? []) }
        return Dictionary(uniqueKeysWithValues: changes)
    }()

    /// The changes, by walking in steps of days and then by halves.
    static func changes(of zone: TimeZone) -> [Change] {
        let step = isLong ? 6 * 3_600 : 84 * 3_600
        var changes: [Change] = []
        var current = zone.offset(at: seconds.lowerBound)
        for position in stride(from: seconds.lowerBound, to: seconds.upperBound, by: step) {
            guard zone.offset(at: position + step) != current else { continue }
            var (same, changed) = (position, position + step)
            while changed - same > 1 {
                let middle = (same + changed) / 2
                if zone.offset(at: middle) == current { same = middle } else { changed = middle }
            }
            let after = zone.offset(at: changed)
            changes.append(Change(at: changed, before: current, after: after))
            current = after
        }
        return changes
    }
}

extension TimeZone {
    /// Seconds ahead of UTC.
    func offset(at second: Int) -> Int { secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))) }
}
