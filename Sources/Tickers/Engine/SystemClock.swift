#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The machine's clocks. The only place in the package that reads them.
public struct SystemClock: TickerClock {
    private static let origin = continuousNanoseconds

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
        MonotonicInstant(nanoseconds: Self.continuousNanoseconds &- Self.origin)
    }

    /// Suspends with the runtime's timer, which is some tens of microseconds late and never early.
    public func sleep(until deadline: MonotonicInstant) async throws {
        // Read in this order the instant is never early, whatever comes between the two readings.
        let left = deadline.since(monotonic)
        try await Task.sleep(until: ContinuousClock().now.advanced(by: left), tolerance: .zero, clock: .continuous)
    }

    /// What `ContinuousClock` reads, by the system's own call: twice per run, so the arithmetic of durations would show.
    private static var continuousNanoseconds: Int64 {
        #if canImport(Darwin)
            let clock = CLOCK_MONOTONIC_RAW
        #else
            let clock = CLOCK_BOOTTIME
        #endif
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
