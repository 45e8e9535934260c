extension TickerClock {
    /// Sleeps in pieces of `recheck` and looks at the wall after each.
    public func sleep(untilWall instant: Timestamp, recheck: Duration) async throws {
        while true {
            let left = instant.since(wall)
            guard left > .zero else { return }
            try await sleep(until: monotonic.advanced(by: min(left, recheck)))
        }
    }

    /// Sleeps in pieces of `recheck` and compares both clocks after each.
    public func sleepUntilSetBack(recheck: Duration) async throws {
        var latest = wallAtZero
        while true {
            try await sleep(for: recheck)
            let present = wallAtZero
            if latest.since(present) >= smallestSetBack { return }
            latest = max(latest, present)
        }
    }

    /// What the wall would show now if the monotonic clock had just begun: as long as both go on alike, always the same.
    private var wallAtZero: Timestamp { wall.advanced(by: .nanoseconds(-monotonic.nanoseconds)) }

    /// More than two readings can be apart, or a time server slows the wall in one piece.
    private var smallestSetBack: Duration { .milliseconds(100) }

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
