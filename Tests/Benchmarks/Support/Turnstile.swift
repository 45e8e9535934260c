import Synchronization

/// Counts those who pass, and lets one task wait until so many have.
final class Turnstile: Sendable {
    private struct State {
        var waiter: CheckedContinuation<Void, Never>?
        var wanted = Int.max
    }

    private let count = Atomic(0)
    private let state = Mutex(State())

    /// One more has passed.
    func pass() {
        let passed = count.add(1, ordering: .acquiringAndReleasing).newValue
        // A waiter looks at the count after it has said what it waits for, so one of the two sees the other.
        let waiter = state.withLock { state in passed >= state.wanted ? Self.left(&state) : nil }
        waiter?.resume()
    }

    /// Counts from zero again; called while nobody passes or waits.
    func restart() { count.store(0, ordering: .releasing) }

    /// Waits until `number` have passed in all.
    func passed(_ number: Int) async {
        await withCheckedContinuation { continuation in
            let waiter = state.withLock { state in
                state.wanted = number
                state.waiter = continuation
                return count.load(ordering: .acquiring) >= number ? Self.left(&state) : nil
            }
            waiter?.resume()
        }
    }

    private static func left(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        state.wanted = .max
        return state.waiter.take()
    }
}
