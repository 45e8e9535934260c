#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A wait on the thread, for what another thread is doing at this moment.
///
/// Waking a thread takes tens of microseconds, as long as dozens of short handlers. Who has waited for about as long loses no more
/// than twice by it, whatever happens (Karlin, Li, Manasse and Owicki, "Empirical studies of competitive spinning for a
/// shared-memory multiprocessor", 1991). Where what is waited for turns out to need a thread, it gets it when the wait is over.
enum BriefWait {
    /// Looks until `isOver`, for 40 µs at most. Between two looks others may have the processor.
    ///
    /// - Returns: Whether it was over by then.
    @discardableResult
    static func until(_ isOver: () -> Bool) -> Bool {
        if isOver() { return true }
        let clock = SystemClock()
        let end = clock.monotonic.advanced(by: limit)
        repeat {
            sched_yield()
            if isOver() { return true }
        } while clock.monotonic < end
        return false
    }

    private static let limit = Duration.microseconds(40)
}
