import Synchronization

/// Keeps a store from being filled faster than it is emptied: lets calls that schedule in while there is room, and sends
/// the others away or has them wait.
package final class OpenLimit: Sendable {
    private let state: Mutex<OpenLimitState>
    private let limit: Int
    private let whenFull: SchedulerOptions.WhenFull
    private let store: any TickerStore
    private let clock: any TickerClock

    package init(
        _ limit: Int,
        whenFull: SchedulerOptions.WhenFull,
        store: any TickerStore,
        clock: any TickerClock
    ) {
        state = Mutex(OpenLimitState(limit: limit))
        self.limit = limit
        self.whenFull = whenFull
        self.store = store
        self.clock = clock
    }

    /// How often the store is counted while somebody waits: ends are heard of, but not those that others cause.
    private static let recount = Duration.seconds(1)

    /// Runs `add` once there is room for what it stores.
    ///
    /// - Parameter stored: How many of the `count` an add has stored.
    /// - Throws: ``TickerError`` with code `full`, `CancellationError` while it waits, `shutDown`, and what `add` throws.
    package func admit<Stored>(
        _ count: Int,
        stored: (Stored) -> Int,
        _ add: () async throws -> Stored
    ) async throws -> Stored {
        try await enter(count)
        do {
            let result = try await add()
            change { $0.entered(count, stored: stored(result)) }
            return result
        } catch {
            change { $0.entered(count, stored: 0) }
            throw error
        }
    }

    /// A handler has added what follows it: that is never refused, or what runs could not end.
    package func addedUnasked(_ count: Int) { change { $0.addedUnasked(count) } }

    /// So many tickers have ended.
    package func endsRecorded(_ count: Int) { change { $0.endsRecorded(count) } }

    /// Sends away everyone who waits.
    package func close() {
        let error = TickerError(.shutDown, "The scheduler has been shut down; nothing was stored.")
        for waiter in state.withLock({ $0.closed() }) { waiter.fail(error) }
    }

    private func enter(_ count: Int) async throws {
        guard count <= limit else { throw full(count) }
        switch state.withLock({ $0.asked(for: count) }) {
        case .admitted:
            return
        case .unsure:
            let began = state.withLock { $0.countBegan() }
            let open = try await store.counts().open
            if state.withLock({ $0.asked(for: count, open: open, since: began) }) == .admitted { return }
        case .full:
            break
        }
        switch whenFull {
        case .refuse: throw full(count)
        case .wait: try await wait(for: count)
        }
    }

    private func wait(for count: Int) async throws {
        let waiter = OpenLimitState.Waiter(id: count)
        change { $0.waits(waiter, for: count) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [clock] in
                while true {
                    try await clock.sleep(for: Self.recount)
                    try await self.countAgain()
                }
            }
            defer { group.cancelAll() }
            do {
                try await waiter.wait()
            } catch {
                // It may have been let in while it went.
                change { if !$0.left(waiter) { $0.entered(count, stored: 0) } }
                throw error
            }
        }
    }

    private func countAgain() async throws {
        let began = state.withLock { $0.countBegan() }
        let open = try await store.counts().open
        change { $0.counted(open, since: began) }
    }

    private func change(_ event: (inout OpenLimitState) -> Void) {
        let admitted = state.withLock { state in
            event(&state)
            return state.waitersAdmitted()
        }
        for waiter in admitted { waiter.end(()) }
    }

    private func full(_ count: Int) -> TickerError {
        let sentence =
            count > limit
            ? "\(count) tickers are more than the \(limit) that may be open; add them in parts."
            : "\(limit) tickers are open, which is the most; try again when some have ended, or wait with `whenFull`."
        return TickerError(.full, sentence)
    }
}
