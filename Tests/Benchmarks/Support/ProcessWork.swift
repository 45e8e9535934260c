#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What this process has had of the machine so far.
struct ProcessWork: Sendable {
    /// Time on processors.
    let time: Duration
    /// How often one of its threads went to sleep, and so how often one was woken.
    let sleeps: Int

    /// What it has been until now.
    static var sinceStart: ProcessWork {
        var usage = rusage()
        // Fails only for an address that is not ours. `RUSAGE_SELF` is zero, of another type in each C library.
        getrusage(0, &usage)
        return ProcessWork(time: Self.read(CLOCK_PROCESS_CPUTIME_ID), sleeps: Int(usage.ru_nvcsw))
    }

    /// Time of the present thread on processors.
    static var threadTime: Duration { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Duration {
        var reading = timespec()
        clock_gettime(clock, &reading)
        return .seconds(reading.tv_sec) + .nanoseconds(reading.tv_nsec)
    }
}
