import Synchronization

/// Wakes the dispatcher: one waits, anyone rings, rings that nobody waits for are kept as one.
///
/// Ended runs and time that has run out always count; work that may be due counts only while there is room for it, so
/// that a producer does not wake a saturated dispatcher once per ticker.
package final class Bell: Sendable {
    package enum News: Sendable {
        case work, ends, time
    }

    private struct State {
        var hasWork = false
        var hasEnds = false
        var hasTime = false
        var wantsWork = true
        var isClosed = false
        /// Unchecked, like those of ``ExchangeState``: it is rung once per batch.
        var waiter: UnsafeContinuation<Void, Never>?

        var isHeard: Bool { isHeard(withWork: wantsWork) }

        func isHeard(withWork: Bool) -> Bool { isClosed || hasEnds || hasTime || (hasWork && withWork) }
    }

    private let state = Mutex(State())

    package init() {}

    package func ring(_ news: News) {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            switch news {
            case .work: state.hasWork = true
            case .ends: state.hasEnds = true
            case .time: state.hasTime = true
            }
            return state.isHeard ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Whether work has come since the last wait for it ended.
    package var hasWork: Bool { state.withLock { $0.hasWork } }

    /// Whether a wait would end at once.
    package func isRung(forWork wantsWork: Bool) -> Bool { state.withLock { $0.isHeard(withWork: wantsWork) } }

    /// Whether something has run out of time since it was last asked.
    package func takeTime() -> Bool {
        state.withLock { state in
            defer { state.hasTime = false }
            return state.hasTime
        }
    }

    /// Ends every wait, present and future.
    package func close() {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Suspends until there is news; `false` when the bell has been closed and no ends are left to fetch.
    package func wait(forWork wantsWork: Bool) async -> Bool {
        await withUnsafeContinuation { continuation in
            let isHeard = state.withLock { state -> Bool in
                precondition(state.waiter == nil, "two tasks wait for one bell")
                state.wantsWork = wantsWork
                if !state.isHeard { state.waiter = continuation }
                return state.isHeard
            }
            if isHeard { continuation.resume() }
        }
        return state.withLock { state in
            if state.wantsWork { state.hasWork = false }
            let hadEnds = state.hasEnds
            state.hasEnds = false
            return hadEnds || !state.isClosed
        }
    }
}
