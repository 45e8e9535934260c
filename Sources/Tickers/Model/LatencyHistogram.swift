/// How often something took how long, from nanoseconds to centuries, in a few kilobytes.
///
/// Log-linear buckets, as in HdrHistogram (Gil Tene, hdrhistogram.org): every power of two is cut into 32 buckets of equal
/// width, so a duration is known to 1/32 of itself and the middle of its bucket is at most 1/64 (1.6 %) away from it.
/// Durations below 32 ns are known exactly. Only the powers of two between the shortest and the longest duration take
/// space: 256 bytes each, at most 15 KiB in all.
public struct LatencyHistogram: Sendable, Hashable {
    /// How often each bucket was hit, from the first bucket of ``firstPower`` on.
    private var hits: [Int] = []
    /// Which power's buckets ``hits`` begins with.
    private var firstPower = 0
    private var total: Duration = .zero
    private var shortest = Int64.max
    private var longest = Int64.min
    /// How many durations there are.
    public private(set) var count = 0

    /// An empty histogram.
    public init() {}

    /// The shortest duration; `nil` when there is none. Exact, but for a difference of two histograms.
    public var min: Duration? { count == 0 ? nil : .nanoseconds(shortest) }

    /// The longest duration; `nil` when there is none. Exact, but for a difference of two histograms.
    public var max: Duration? { count == 0 ? nil : .nanoseconds(longest) }

    /// The exact mean; `nil` when there is no duration.
    public var mean: Duration? { count == 0 ? nil : total / count }

    /// The sum of all durations, exact.
    public var sum: Duration { total }

    /// The duration that this part of all do not exceed, by the nearest rank, at most 1/64 beside the exact one; `nil` when
    /// there is none. `quantile(0.99)` is the 99th percentile. O(buckets).
    ///
    /// - Parameter part: From 0, the shortest, to 1, the longest; what lies outside is moved to the nearer end, and what is
    ///   not a number to 0.
    public func quantile(_ part: Double) -> Duration? {
        guard count > 0 else { return nil }
        guard part > 0 else { return min }
        guard part < 1 else { return max }
        let rank = Swift.min(count, Int((part * Double(count)).rounded(.up)))
        var seen = 0
        for (index, hit) in hits.enumerated() {
            seen += hit
            guard seen >= rank else { continue }
            let bounds = Bucketing.bounds(of: firstPower * Bucketing.width + index)
            let middle = bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) / 2
            return .nanoseconds(Swift.min(Swift.max(middle, shortest), longest))
        }
        preconditionFailure("\(seen) of \(count) durations are in the buckets")
    }

    /// The buckets that were hit, the shortest durations first. O(buckets).
    public var buckets: [Bucket] {
        hits.enumerated().filter { $0.element > 0 }.map { index, hit in
            let bounds = Bucketing.bounds(of: firstPower * Bucketing.width + index)
            return Bucket(from: .nanoseconds(bounds.lowerBound), upTo: .nanoseconds(bounds.upperBound), count: hit)
        }
    }

    /// Counts one duration; a negative one as zero, one of more than 292 years as 292 years. O(1).
    public mutating func record(_ duration: Duration) {
        record(nanoseconds: duration.wholeNanoseconds)
    }

    package mutating func record(nanoseconds: Int64) {
        let nanoseconds = Swift.max(0, nanoseconds)
        let bucket = Bucketing.index(of: nanoseconds)
        var index = bucket - firstPower * Bucketing.width
        if !hits.indices.contains(index) {
            makeRoom(for: bucket / Bucketing.width)
            index = bucket - firstPower * Bucketing.width
        }
        hits[index] += 1
        count += 1
        total += .nanoseconds(nanoseconds)
        shortest = Swift.min(shortest, nanoseconds)
        longest = Swift.max(longest, nanoseconds)
    }

    /// Adds what `other` has counted. O(buckets).
    public mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        makeRoom(for: other.firstPower)
        makeRoom(for: other.lastPower)
        let offset = (other.firstPower - firstPower) * Bucketing.width
        for (index, hit) in other.hits.enumerated() { hits[offset + index] += hit }
        count += other.count
        total += other.total
        shortest = Swift.min(shortest, other.shortest)
        longest = Swift.max(longest, other.longest)
    }

    /// What has been counted since `earlier`, an older copy of this histogram. Its shortest and longest duration are known
    /// as well as its buckets. O(buckets).
    ///
    /// Anything else than an older copy is a mistake in the program and stops it.
    public func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        var difference = LatencyHistogram()
        for (index, hit) in hits.enumerated() {
            let bucket = firstPower * Bucketing.width + index
            let change = hit - earlier.hits(in: bucket)
            precondition(change >= 0, "a histogram was asked for what it counted since one that is not an older copy")
            guard change > 0 else { continue }
            difference.makeRoom(for: bucket / Bucketing.width)
            difference.hits[bucket - difference.firstPower * Bucketing.width] = change
            let bounds = Bucketing.bounds(of: bucket)
            difference.shortest = Swift.min(difference.shortest, Swift.max(shortest, bounds.lowerBound))
            difference.longest = Swift.max(difference.longest, Swift.min(longest, bounds.upperBound))
        }
        difference.count = count - earlier.count
        difference.total = total - earlier.total
        return difference
    }

    private var lastPower: Int { firstPower + hits.count / Bucketing.width - 1 }

    private func hits(in bucket: Int) -> Int {
        let index = bucket - firstPower * Bucketing.width
        return hits.indices.contains(index) ? hits[index] : 0
    }

    /// Takes in the buckets of one more power of two, and of those between.
    private mutating func makeRoom(for power: Int) {
        if hits.isEmpty {
            firstPower = power
            hits = Array(repeating: 0, count: Bucketing.width)
        } else if power < firstPower {
            hits.insert(contentsOf: repeatElement(0, count: (firstPower - power) * Bucketing.width), at: 0)
            firstPower = power
        } else if power > lastPower {
            hits.append(contentsOf: repeatElement(0, count: (power - lastPower) * Bucketing.width))
        }
    }
}

extension LatencyHistogram {
    /// Durations that are not told apart.
    public struct Bucket: Sendable, Hashable {
        /// The shortest that it takes.
        public let from: Duration
        /// The longest that it takes.
        public let upTo: Duration
        /// How many it has.
        public let count: Int
    }
}

/// Which bucket a number of nanoseconds falls into, and what a bucket stands for.
private enum Bucketing {
    /// Buckets per power of two.
    static let width = 32
    private static let bits = 5

    /// 0 to 31 each have a bucket; above, the five bits after the leading one choose among the 32 of its power.
    @inline(__always)
    static func index(of nanoseconds: Int64) -> Int {
        let value = UInt64(nanoseconds)
        guard value >= UInt64(width) else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - bits
        return (shift + 1) * width + Int(truncatingIfNeeded: value >> UInt64(shift)) - width
    }

    /// The smallest and the largest number of nanoseconds that fall into a bucket.
    static func bounds(of index: Int) -> ClosedRange<Int64> {
        guard index >= width else { return Int64(index)...Int64(index) }
        let shift = index / width - 1
        let lower = Int64(width + index % width) << Int64(shift)
        let last = (Int64(1) << Int64(shift)) - 1
        return lower...(lower + last)
    }
}
