/// Delays in microseconds, and where in their order they lie.
struct Delays: Sendable {
    private let sorted: [Double]

    /// - Parameter delays: One or more.
    init(_ delays: some Sequence<Duration>) {
        sorted = delays.map(\.inMicroseconds).sorted()
        precondition(!sorted.isEmpty, "there is no percentile of nothing")
    }

    var p50: Double { percentile(50) }
    var p99: Double { percentile(99) }
    var max: Double { percentile(100) }

    /// How many lie below zero.
    var negative: Int { sorted.prefix { $0 < 0 }.count }

    /// The smallest value that at least `percent` of the values do not exceed (the nearest-rank method).
    private func percentile(_ percent: Int) -> Double {
        sorted[(sorted.count * percent + 99) / 100 - 1]
    }
}
