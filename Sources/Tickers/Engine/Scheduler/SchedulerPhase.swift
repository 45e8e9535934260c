import Synchronization

/// Whether a scheduler runs: idle → running → stopped, or idle → stopped. A stopped one stays stopped.
package struct SchedulerPhase: Sendable {
    package enum Phase: Sendable, Hashable {
        /// Goes to running or stopped.
        case idle
        /// Goes to stopping.
        case running
        /// Goes to stopped.
        case stopping
        case stopped
    }

    package private(set) var phase = Phase.idle

    package init() {}

    package mutating func started() throws {
        switch phase {
        case .idle:
            phase = .running
        case .running:
            throw TickerError(.alreadyRunning, "The scheduler is running already; one run() or start() is enough.")
        case .stopping, .stopped:
            throw TickerError(.shutDown, "The scheduler has been shut down; make a new one to run again.")
        }
    }

    package mutating func stopAsked() {
        switch phase {
        case .idle, .running: phase = .stopping
        case .stopping, .stopped: break
        }
    }

    package mutating func stopped() { phase = .stopped }
}

/// The wish to stop, made once and kept; who asks later is too late to change the grace.
package final class StopSignal: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Duration, Never>)
        case asked(Duration)
    }

    private let state = Mutex(State.open)

    package init() {}

    package func ask(grace: Duration) {
        let waiter = state.withLock { state -> CheckedContinuation<Duration, Never>? in
            switch state {
            case .open:
                state = .asked(grace)
                return nil
            case .waiting(let waiter):
                state = .asked(grace)
                return waiter
            case .asked:
                return nil
            }
        }
        waiter?.resume(returning: grace)
    }

    package func asked() async -> Duration {
        await withCheckedContinuation { continuation in
            let grace = state.withLock { state -> Duration? in
                switch state {
                case .open:
                    state = .waiting(continuation)
                    return nil
                case .waiting:
                    preconditionFailure("two tasks wait for one StopSignal")
                case .asked(let grace):
                    return grace
                }
            }
            if let grace { continuation.resume(returning: grace) }
        }
    }
}
