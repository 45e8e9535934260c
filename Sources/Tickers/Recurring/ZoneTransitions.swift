package import Foundation

/// A change of a local clock: from the second `at` since 1970-01-01 00:00 UTC on it is `offset` seconds ahead of UTC.
package struct ZoneChange: Sendable, Hashable {
    package let at: Int
    package let offset: Int

    package init(at: Int, offset: Int) {
        self.at = at
        self.offset = offset
    }
}

/// A stretch of time through which a local clock keeps one offset from UTC. In seconds since 1970-01-01 00:00 UTC.
package struct ZonePeriod: Sendable, Hashable {
    /// Where it begins: at a change of the clock, or at the edge of what was looked up, with no change there.
    package let start: Int
    /// Where it ends, itself outside.
    package let end: Int
    /// Seconds ahead of UTC.
    package let offset: Int
    /// The offset just before the beginning.
    package let offsetBefore: Int
}

/// All changes of a local clock in a range of seconds since 1970-01-01 00:00 UTC: a value, taken once from Foundation.
package struct ZoneTransitions: Sendable, Hashable {
    /// The seconds that are covered.
    package let range: Range<Int>
    /// The offset just before the range.
    package let offsetBefore: Int
    /// The changes in the range, in order. Each one really changes the offset.
    package let changes: [ZoneChange]

    /// Asks Foundation. O(changes).
    ///
    /// Foundation lists instants at which only daylight saving begins or ends on paper, and promises no others than
    /// those; so each stretch between two of them is checked, and searched by halves where its ends differ.
    package init(of zone: TimeZone, in range: Range<Int>) {
        func offset(at second: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))) }
        var found: [ZoneChange] = []
        var position = range.lowerBound - 1
        var current = offset(at: position)
        offsetBefore = current
        func advance(to second: Int) {
            guard offset(at: second) != current else {
                position = second
                return
            }
            var (same, changed) = (position, second)
            while changed - same > 1 {
                let middle = same + (changed - same) / 2
                if offset(at: middle) == current { same = middle } else { changed = middle }
            }
            current = offset(at: changed)
            found.append(ZoneChange(at: changed, offset: current))
            position = changed
        }
        while position < range.upperBound - 1 {
            let listed = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(position)))
            let next = listed.map { Int($0.timeIntervalSince1970.rounded(.up)) } ?? range.upperBound
            let end = min(max(next, position + 1), range.upperBound)
            while position < end - 1 { advance(to: end - 1) }
            if end < range.upperBound { advance(to: end) }
        }
        self.range = range
        changes = found
    }

    /// The period around a second of the range. O(log changes).
    package func period(at second: Int) -> ZonePeriod {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at <= second { low = middle + 1 } else { high = middle }
        }
        let before = low > 1 ? changes[low - 2].offset : offsetBefore
        return ZonePeriod(
            start: low > 0 ? changes[low - 1].at : range.lowerBound,
            end: low < changes.count ? changes[low].at : range.upperBound,
            offset: low > 0 ? changes[low - 1].offset : offsetBefore,
            offsetBefore: before
        )
    }
}
