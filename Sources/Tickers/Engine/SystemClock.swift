#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The machine's clocks. The only place in the package that reads them.
public struct SystemClock: TickerClock {
    private static let origin = ContinuousClock().now

    /// The machine's clocks.
    public init() {}

    /// The system's real-time clock, to the microsecond, rounded down so that nothing is early.
    public var wall: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// The continuous clock, which goes on while the machine sleeps.
    public var monotonic: MonotonicInstant {
        MonotonicInstant(nanoseconds: (ContinuousClock().now - Self.origin).wholeNanoseconds)
    }

    /// Suspends with the runtime's timer, which is some tens of microseconds late and never early.
    public func sleep(until deadline: MonotonicInstant) async throws {
        let instant = Self.origin.advanced(by: .nanoseconds(deadline.nanoseconds))
        try await Task.sleep(until: instant, tolerance: .zero, clock: .continuous)
    }
}
