import Synchronization

/// Counts handlers' ends and keeps the instant of the last: one atomic addition per handler.
final class Tally: Sendable {
    private enum Finish {
        case open
        case awaited(CheckedContinuation<ContinuousClock.Instant, Never>)
        case reached(ContinuousClock.Instant)
    }

    private let expected: Int
    private let ended = Atomic(0)
    private let finish = Mutex(Finish.open)

    init(expecting count: Int) {
        expected = count
    }

    /// The last thing that a handler does.
    func hit() {
        if ended.add(1, ordering: .relaxed).newValue == expected { reached() }
    }

    /// The instant at which the last handler ended, once it has.
    func last() async -> ContinuousClock.Instant {
        await withCheckedContinuation { continuation in
            let instant = finish.withLock { finish -> ContinuousClock.Instant? in
                if case .reached(let instant) = finish { return instant }
                finish = .awaited(continuation)
                return nil
            }
            if let instant { continuation.resume(returning: instant) }
        }
    }

    /// Crashes unless exactly as many handlers ran as were expected; called when nothing can run any more.
    func check(_ scenario: String) {
        let ran = ended.load(ordering: .sequentiallyConsistent)
        precondition(ran == expected, "\(scenario): \(ran) handlers ran instead of \(expected)")
    }

    private func reached() {
        let now = ContinuousClock.now
        let waiter = finish.withLock { finish -> CheckedContinuation<ContinuousClock.Instant, Never>? in
            defer { finish = .reached(now) }
            if case .awaited(let waiter) = finish { return waiter }
            return nil
        }
        waiter?.resume(returning: now)
    }
}
