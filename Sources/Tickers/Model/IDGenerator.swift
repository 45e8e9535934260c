/// Makes time-ordered ids from a seed and the time it is told.
///
/// Layout of UUID version 7 (RFC 9562, section 5.7, with the counter of section 6.2 method 1): 48 bits of milliseconds,
/// 12 bits of counter within the millisecond, 62 random bits. When the clock goes back or a millisecond's counter
/// overflows, the last millisecond is kept or advanced, so ids of one generator never go backwards.
package struct IDGenerator: Sendable {
    private var random: SeededGenerator
    private var millisecond: UInt64 = 0
    private var counter: UInt64 = 0

    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// Makes only ids that sort after the one with this ``TickerID/serial``.
    package mutating func goBeyond(_ serial: Int64) {
        let bits = UInt64(bitPattern: max(0, serial))
        guard (bits >> 12, bits & 0xfff) > (millisecond, counter) else { return }
        (millisecond, counter) = (bits >> 12, bits & 0xfff)
    }

    /// The ``TickerID/serial`` of the latest id, zero before the first.
    package var latestSerial: Int64 { Int64(bitPattern: millisecond << 12 | counter) }

    package mutating func next(now: Timestamp) -> TickerID {
        let reading = UInt64(max(0, now.microseconds / 1_000)) & 0xffff_ffff_ffff
        if reading > millisecond {
            millisecond = reading
            counter = 0
        } else if counter == 0xfff {
            millisecond = (millisecond + 1) & 0xffff_ffff_ffff
            counter = 0
        } else {
            counter += 1
        }
        let high = millisecond << 16 | 0x7000 | counter
        let low = random.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return TickerID(high: high, low: low)
    }
}
