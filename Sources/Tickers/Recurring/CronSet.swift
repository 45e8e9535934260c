/// The values of a cron field, 0 to 63, as the bits of a word.
package struct CronSet: Sendable, Hashable {
    package private(set) var bits: UInt64

    package init(bits: UInt64 = 0) {
        self.bits = bits
    }

    package var isEmpty: Bool { bits == 0 }

    package var count: Int { bits.nonzeroBitCount }

    package func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

    package mutating func insert(_ value: Int) { bits |= 1 << UInt64(value) }

    /// The smallest value; of an empty set 64.
    package var first: Int { bits.trailingZeroBitCount }

    /// The smallest value that is not below `bound`, which may lie beyond the last value. O(1).
    package func first(from bound: Int) -> Int? {
        let rest = from(bound)
        return rest.isEmpty ? nil : rest.first
    }

    /// The values that are not below `bound`. A shift by 64 leaves nothing.
    package func from(_ bound: Int) -> CronSet { CronSet(bits: (bits >> UInt64(bound)) << UInt64(bound)) }

    /// The values below `bound`.
    package func below(_ bound: Int) -> CronSet { CronSet(bits: bits & ~(UInt64.max << UInt64(bound))) }

    package static func | (left: CronSet, right: CronSet) -> CronSet { CronSet(bits: left.bits | right.bits) }

    package static func & (left: CronSet, right: CronSet) -> CronSet { CronSet(bits: left.bits & right.bits) }
}

extension CronSet: Sequence {
    /// Goes through the values from the smallest to the largest.
    package struct Iterator: IteratorProtocol {
        private var bits: UInt64

        init(bits: UInt64) {
            self.bits = bits
        }

        package mutating func next() -> Int? {
            guard bits != 0 else { return nil }
            defer { bits &= bits - 1 }
            return bits.trailingZeroBitCount
        }
    }

    package func makeIterator() -> Iterator { Iterator(bits: bits) }

    package var underestimatedCount: Int { count }
}
