extension TickerClock {
    /// Sleeps in pieces of `recheck` and looks at the wall after each.
    public func sleep(untilWall instant: Timestamp, recheck: Duration) async throws {
        while true {
            let left = instant.since(wall)
            guard left > .zero else { return }
            try await sleep(until: monotonic.advanced(by: min(left, recheck)))
        }
    }

    /// Suspends for `duration` of monotonic time.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: monotonic.advanced(by: duration))
    }

    /// The default executor.
    public var executor: (any TaskExecutor)? { nil }
    /// Does nothing: real time moves by itself.
    public func hold() {}
    /// Does nothing.
    public func release() {}
}
