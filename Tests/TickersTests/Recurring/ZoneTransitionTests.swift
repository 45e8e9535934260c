import Foundation
import Testing
import Tickers

/// What is remembered of local clocks is what Foundation says of them.
@Suite("The clocks of all time zones")
struct ZoneTransitionTests {
    @Test("every change from 1970 to 2037 is known, to the second, and no other", arguments: KnownZones.shards)
    func changes(identifiers: [String]) throws {
        var changes = 0
        for identifier in identifiers {
            let zone = try zone(identifier)
            let all = KnownZones.changes[identifier, default: []]
            let expected = all.filter { KnownZones.seconds.contains($0.at) }
            let known = ZoneTransitions(of: zone, in: KnownZones.seconds)
            #expect(known.changes == expected.map { ZoneChange(at: $0.at, offset: $0.after) }, "\(identifier)")
            #expect(known.offsetBefore == zone.offset(at: -1), "\(identifier)")
            changes += expected.count
        }
        #expect(changes > 3_000)
    }

    @Test("at any time the clock shows the offset that Foundation gives", arguments: KnownZones.shards)
    func offsets(identifiers: [String]) throws {
        for identifier in identifiers {
            let zone = try zone(identifier)
            let clock = try #require(ZoneClock.named(identifier))
            // Not a divisor of a week, so that all hours of all weekdays come.
            let step = isLong ? 3 * 3_600 - 7 : 9 * 86_400 - 3_607
            let wrong = stride(from: 0, to: KnownZones.seconds.upperBound, by: step).first { second in
                let period = clock.period(at: second)
                return period.offset != zone.offset(at: second) || period.start > second || period.end <= second
            }
            #expect(wrong == nil, "\(identifier)")
        }
    }

    @Test("in pieces it is the same as in one, and periods follow one another without a hole")
    func pieces() throws {
        for identifier in ["Europe/Berlin", "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo", "Europe/Dublin"] {
            let clock = try #require(ZoneClock.named(identifier))
            let zone = try zone(identifier)
            var position = -3_000_000_000
            var offset = zone.offset(at: position - 1)
            var changes: [ZoneChange] = []
            while position < 5_000_000_000 {
                let period = clock.period(at: position)
                if period.offsetBefore != period.offset || period.offset != offset {
                    #expect(period.offsetBefore == offset, "\(identifier) at \(position)")
                    changes.append(ZoneChange(at: period.start, offset: period.offset))
                }
                offset = period.offset
                #expect(period.end > position)
                position = period.end
            }
            let whole = ZoneTransitions(of: zone, in: -3_000_000_000..<5_000_000_000)
            #expect(changes.filter { $0.at < 5_000_000_000 } == whole.changes, "\(identifier)")
        }
    }

    @Test("clocks that never change are known to", arguments: ["UTC", "GMT", "GMT+0530", "Etc/GMT-14", "Asia/Kolkata"])
    func fixed(identifier: String) throws {
        let offset = try zone(identifier).offset(at: 1_700_000_000)
        let changed = KnownZones.changes(of: try zone(identifier))
        #expect(changed.isEmpty)
        #expect(ZoneClock.named(identifier)?.period(at: 1_700_000_000).offset == offset)
    }

    @Test("an unknown zone has no clock", arguments: ["", "Nowhere/Land", "europe/berlin"])
    func unknown(identifier: String) {
        #expect(ZoneClock.named(identifier) == nil)
    }
}
