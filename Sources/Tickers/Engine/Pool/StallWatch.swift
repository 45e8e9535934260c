import Foundation
import Synchronization

/// Notices handlers that block the cooperative pool although they are not registered as blocking, and names them.
///
/// Has a thread of its own, for on the pool it would stand still too. The thread sleeps as long as nothing runs.
package final class StallWatch: Sendable {
    private enum Phase: UInt8, AtomicRepresentable {
        /// No thread yet, or its thread waits to be woken.
        case resting
        case looking
        case closed
    }

    /// What the watch asks of the pool.
    package struct Subject: Sendable {
        /// Whether runs are under way.
        let isBusy: @Sendable () -> Bool
        /// Starts a task that does nothing but call back.
        let probe: @Sendable (_ ran: @escaping @Sendable () -> Void) -> Void
        /// Says that the pool has stood still since an instant.
        let report: @Sendable (_ since: MonotonicInstant) -> Void
        let now: @Sendable () -> MonotonicInstant
    }

    /// What thread and owner share; the condition guards waiting only.
    private final class Shared: Sendable {
        let phase = Atomic(Phase.resting)
        let hasThread = Atomic(false)
        let hasProbeRun = Atomic(true)
        let news = NSCondition()

        /// Goes from one phase to another; `false` when it was in a third one.
        func go(from old: Phase, to new: Phase) -> Bool {
            phase.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
        }
    }

    private static let interval = 0.25
    private static let patience = Duration.milliseconds(500)

    private let shared = Shared()

    package init() {}

    deinit { close() }

    /// A run is about to begin. One look, unless nothing has run for some time.
    @inline(__always)
    package func runBegins(_ subject: @autoclosure () -> Subject) {
        if shared.phase.load(ordering: .sequentiallyConsistent) == .resting { wake(subject()) }
    }

    /// Ends the thread.
    package func close() {
        shared.news.lock()
        shared.phase.store(.closed, ordering: .sequentiallyConsistent)
        shared.news.broadcast()
        shared.news.unlock()
    }

    private func wake(_ subject: Subject) {
        guard shared.go(from: .resting, to: .looking) else { return }
        if shared.hasThread.exchange(true, ordering: .sequentiallyConsistent) {
            shared.news.lock()
            shared.news.signal()
            shared.news.unlock()
        } else {
            let shared = shared
            let thread = Thread { Self.watch(subject, shared) }
            thread.name = "tickers-stall-watch"
            thread.stackSize = 256 << 10
            thread.start()
        }
    }

    private static func watch(_ subject: Subject, _ shared: Shared) {
        var state = StallState(patience: patience)
        while true {
            shared.news.lock()
            while shared.phase.load(ordering: .sequentiallyConsistent) == .resting { shared.news.wait() }
            if shared.phase.load(ordering: .sequentiallyConsistent) == .looking {
                _ = shared.news.wait(until: Date(timeIntervalSinceNow: interval))
            }
            shared.news.unlock()
            guard shared.phase.load(ordering: .sequentiallyConsistent) != .closed else { return }
            let hasProbeRun = shared.hasProbeRun.load(ordering: .acquiring)
            switch state.looked(isBusy: subject.isBusy(), hasProbeRun: hasProbeRun, now: subject.now()) {
            case .nothing:
                break
            case .probe:
                shared.hasProbeRun.store(false, ordering: .releasing)
                subject.probe { shared.hasProbeRun.store(true, ordering: .releasing) }
            case .report(let since):
                subject.report(since)
            case .rest:
                // A run that begins from then on finds it resting; one that began just before is seen here.
                if shared.go(from: .looking, to: .resting), subject.isBusy() {
                    _ = shared.go(from: .resting, to: .looking)
                }
            }
        }
    }
}
