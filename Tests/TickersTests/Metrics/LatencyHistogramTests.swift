import Foundation
import Testing
import Tickers

@Suite("Latency histograms")
struct LatencyHistogramTests {
    /// The bound that the type promises.
    private static let relativeError = 1.0 / 64

    /// How random durations may lie; each is in nanoseconds.
    enum Shape: CaseIterable {
        case uniform, exponential, logarithmic, twoPeaks, constant, tiny

        func draw(_ random: inout SeededGenerator) -> Int64 {
            let share = Double.random(in: 0..<1, using: &random)
            switch self {
            case .uniform: return Int64(share * 1e9)
            case .exponential: return Int64(-log(1 - share) * 5e6)
            case .logarithmic: return Int64(pow(2, share * 62.9))
            case .twoPeaks: return Int64(share * 1e3) + (Bool.random(using: &random) ? 50_000 : 3_600_000_000_000)
            case .constant: return 123_456_789
            case .tiny: return Int64(share * 40)
            }
        }
    }

    private static func drawn(_ shape: Shape, seed: UInt64, count: Int) -> [Int64] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in shape.draw(&random) }
    }

    private static func histogram(_ values: some Sequence<Int64>) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for value in values { histogram.record(.nanoseconds(value)) }
        return histogram
    }

    @Test("every quantile is within the promised error of the exact one", arguments: Shape.allCases)
    func quantiles(shape: Shape) throws {
        for seed in UInt64(0)..<50 {
            var random = SeededGenerator(seed: seed)
            let values = Self.drawn(shape, seed: seed, count: Int.random(in: 1...3_000, using: &random))
            let histogram = Self.histogram(values)
            let sorted = values.sorted()
            #expect(histogram.count == values.count)
            #expect(histogram.min == .nanoseconds(sorted[0]))
            #expect(histogram.max == .nanoseconds(sorted[sorted.count - 1]))
            for part in [0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1] {
                let rank = max(1, Int((part * Double(values.count)).rounded(.up)))
                let exact = sorted[rank - 1]
                let answer = try #require(histogram.quantile(part)).wholeNanoseconds
                let error = abs(Double(answer) - Double(exact))
                #expect(
                    error <= Double(exact) * Self.relativeError,
                    "seed \(seed), \(shape), quantile \(part): \(answer) ns instead of \(exact) ns"
                )
            }
        }
    }

    @Test("the mean and the sum are exact, beyond what 64 bits of nanoseconds hold")
    func mean() throws {
        let values: [Int64] = [1, 2, 3, 10]
        #expect(Self.histogram(values).mean == .nanoseconds(4))
        let ages = Self.histogram(Array(repeating: Int64.max, count: 5))
        #expect(ages.mean == .nanoseconds(Int64.max))
        #expect(ages.sum > .nanoseconds(Int64.max))
        #expect(ages.quantile(0.5) == .nanoseconds(Int64.max))
    }

    @Test("an empty one has no quantile, no mean and no bounds")
    func empty() {
        let histogram = LatencyHistogram()
        #expect(histogram.count == 0)
        #expect(histogram.quantile(0.5) == nil)
        #expect(histogram.mean == nil)
        #expect(histogram.min == nil)
        #expect(histogram.max == nil)
        #expect(histogram.sum == .zero)
        #expect(histogram.buckets == [])
    }

    @Test("what lies outside is moved to the nearer end", arguments: [-1.0, 0, 1, 7, .infinity, -.infinity, .nan])
    func ends(part: Double) throws {
        let histogram = Self.histogram([5, 1_000])
        let expected: Int64 = part > 0 ? 1_000 : 5
        #expect(histogram.quantile(part) == .nanoseconds(expected))
        var odd = LatencyHistogram()
        odd.record(.seconds(-3))
        odd.record(.seconds(Int64.max))
        #expect(odd.min == .zero)
        #expect(odd.max == .nanoseconds(Int64.max))
    }

    @Test("buckets follow one another without a gap, and every duration is in the one that says so")
    func buckets() throws {
        var random = SeededGenerator(seed: 5)
        var values: [Int64] = Array(0...200)
        for power in 0..<63 {
            let value = Int64(1) << Int64(power)
            values += [value - 1, value, Int64.random(in: value...(value - 1 + value), using: &random)]
        }
        for value in values {
            let bucket = try #require(Self.histogram([value]).buckets.first)
            #expect(bucket.from <= .nanoseconds(value) && .nanoseconds(value) <= bucket.upTo, "\(value)")
            let width = (bucket.upTo - bucket.from).wholeNanoseconds
            #expect(width == 0 || Double(width + 1) <= Double(bucket.from.wholeNanoseconds) / 32, "\(value)")
            guard bucket.upTo < .nanoseconds(Int64.max) else { continue }
            let next = try #require(Self.histogram([bucket.upTo.wholeNanoseconds + 1]).buckets.first)
            #expect(next.from == bucket.upTo + .nanoseconds(1), "after \(value)")
        }
    }

    @Test("merged in any order they are the histogram of all", arguments: Shape.allCases)
    func merging(shape: Shape) {
        for seed in UInt64(0)..<20 {
            let values = Self.drawn(shape, seed: seed, count: 300)
            let others = Self.drawn(.logarithmic, seed: seed + 1_000, count: 200)
            var merged = Self.histogram(values)
            merged.merge(Self.histogram(others))
            var reversed = Self.histogram(others)
            reversed.merge(Self.histogram(values))
            let all = Self.histogram(values + others)
            #expect(merged == all, "seed \(seed)")
            #expect(reversed == all, "seed \(seed)")
            merged.merge(LatencyHistogram())
            #expect(merged == all)
        }
    }

    @Test("the difference to an older copy is what came since, its bounds known to a bucket", arguments: Shape.allCases)
    func difference(shape: Shape) throws {
        for seed in UInt64(0)..<20 {
            let before = Self.drawn(.logarithmic, seed: seed, count: 200)
            let after = Self.drawn(shape, seed: seed + 1_000, count: 300)
            let since = Self.histogram(before + after).since(Self.histogram(before))
            let exact = Self.histogram(after)
            #expect(since.count == 300)
            #expect(since.sum == exact.sum)
            #expect(since.buckets == exact.buckets, "seed \(seed)")
            for (found, wanted) in [(since.min, exact.min), (since.max, exact.max)] {
                let (found, wanted) = (try #require(found).inSeconds, try #require(wanted).inSeconds)
                #expect(abs(found - wanted) <= wanted / 32 + 1e-9, "seed \(seed): \(found) instead of \(wanted)")
            }
            #expect(Self.histogram(before).since(Self.histogram(before)) == LatencyHistogram())
            #expect(Self.histogram(before).since(LatencyHistogram()).buckets == Self.histogram(before).buckets)
        }
    }
}
