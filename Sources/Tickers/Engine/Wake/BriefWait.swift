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
/// shared-memory multiprocessor", 1991). Never to be used for what still needs a thread, which the waiting one would keep from it.
enum BriefWait {
    /// Looks until `isOver`, or as often as takes some 20 µs. Between two looks others may have the processor.
    static func until(_ isOver: () -> Bool) {
        for _ in 0..<looks {
            if isOver() { return }
            sched_yield()
        }
    }

    private static let looks = 100
}
