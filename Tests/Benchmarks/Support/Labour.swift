/// What a handler does in its time.
enum Labour: Sendable {
    /// Keeps a processor busy for so many microseconds.
    case computing(Int)
    /// Waits for so many microseconds.
    case waiting(Int)

    var name: String {
        switch self {
        case .computing(let microseconds): "\(microseconds)us"
        case .waiting(let microseconds): "wait\(microseconds)us"
        }
    }

    func perform() async throws {
        switch self {
        case .computing(let microseconds): if microseconds > 0 { Self.compute(Self.stepsPerMicrosecond * microseconds) }
        case .waiting(let microseconds): try await Task.sleep(for: .microseconds(microseconds), tolerance: .zero)
        }
    }

    /// Measured once, by the processor time of the thread, which others on the machine do not lengthen.
    private static let stepsPerMicrosecond: Int = {
        let steps = 2_000_000
        let before = ProcessWork.threadTime
        compute(steps)
        let microseconds = (ProcessWork.threadTime - before).inMicroseconds
        return max(1, Int(Double(steps) / max(1, microseconds)))
    }()

    /// Steps of an xorshift generator (Marsaglia, "Xorshift RNGs", 2003), each of which needs the one before it.
    @inline(never)
    private static func compute(_ steps: Int) {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        for _ in 0..<steps {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
        }
        precondition(state != 0, "an xorshift generator never comes to zero")
    }
}
