/// Makes time-ordered ids from a seed and the time it is told.
///
/// Layout of UUID version 7 (RFC 9562, section 5.7, with the counter of section 6.2 method 1): 48 bits of milliseconds,
/// 12 bits of counter within the millisecond, 62 random bits. When the clock goes back or a millisecond's counter
/// overflows, the last millisecond is kept or advanced, so ids of one generator never go backwards.
package struct IDGenerator: Sendable {
    private var random: SeededGenerator
    /// The ``TickerID/serial`` of the latest id: its millisecond and, in the last 12 bits, its counter.
    private var serial: UInt64 = 0
    /// The last one that it may make.
    private var last = Self.mask

    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// Makes only ids that sort after the one with this ``TickerID/serial``.
    package mutating func goBeyond(_ serial: Int64) {
        self.serial = max(self.serial, UInt64(max(0, serial)))
    }

    /// The ``TickerID/serial`` of the latest id, zero before the first.
    package var latestSerial: Int64 { Int64(bitPattern: serial) }

    package mutating func next(now: Timestamp) -> TickerID {
        serial = nextSerial(now: now)
        precondition(serial <= last, "more ids are made than were set aside")
        let high = (serial >> 12) << 16 | 0x7000 | serial & 0xfff
        let low = random.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return TickerID(high: high, low: low)
    }

    /// Sets the next `count` ids aside, which a generator of its own makes when it is told the same `now`; this one goes on behind
    /// them. O(1).
    package mutating func setAside(_ count: Int, now: Timestamp) -> IDGenerator {
        var own = self
        if count > 0 {
            own.random = SeededGenerator(seed: random.next())
            serial = (nextSerial(now: now) + UInt64(count - 1)) & Self.mask
        }
        own.last = serial
        return own
    }

    /// One more, or the first of a new millisecond. One more than a millisecond's last is the next millisecond's first.
    private func nextSerial(now: Timestamp) -> UInt64 {
        let reading = UInt64(max(0, now.microseconds / 1_000)) & (Self.mask >> 12)
        return max((serial + 1) & Self.mask, reading << 12)
    }

    private static let mask: UInt64 = 0x0fff_ffff_ffff_ffff
}
