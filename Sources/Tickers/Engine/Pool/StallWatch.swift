import Foundation
import Synchronization

/// Notices handlers that block the cooperative pool, or one thread of it, although they are not registered as blocking, and
/// names them.
///
/// Has a thread of its own, for on the pool it would stand still too. The thread sleeps as long as nothing runs. What it decides is
/// in ``StallState``, for a pool that stands still, and in ``HeldThreads``, for one that goes on with fewer threads.
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
        /// The handlers that were called at an instant or before it, each the latest on its thread.
        let suspects: @Sendable (_ before: MonotonicInstant) -> [HeldThreads.Suspect]
        /// Says that handlers, by the tokens of their leases, hold their threads.
        let blame: @Sendable (_ tokens: [UInt64]) -> Void
        /// What the monotonic clock reads.
        let clock: @Sendable () -> MonotonicInstant
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
    /// Tells how many threads answer when no handler holds one.
    private let firstRoll = RollCall(size: rollSize, patience: 0.001)

    package init() {}

    /// As many tasks as the pool may have threads.
    private static var rollSize: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Calls a roll before any handler is called. Takes as long as a few tasks, or 1 ms where not all threads of the pool are free.
    package func callFirstRoll() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<Self.rollSize { group.addTask { self.firstRoll.answer() } }
        }
    }

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
            let thread = Thread { [firstRoll] in Self.watch(subject, shared, firstRoll) }
            thread.name = "tickers-stall-watch"
            thread.stackSize = 256 << 10
            thread.start()
        }
    }

    private static func watch(_ subject: Subject, _ shared: Shared, _ firstRoll: RollCall) {
        var state = StallState(patience: patience)
        var held = HeldThreads()
        var call: RollCall? = firstRoll
        while true {
            shared.news.lock()
            while shared.phase.load(ordering: .sequentiallyConsistent) == .resting { shared.news.wait() }
            if shared.phase.load(ordering: .sequentiallyConsistent) == .looking {
                _ = shared.news.wait(until: Date(timeIntervalSinceNow: interval))
            }
            shared.news.unlock()
            guard shared.phase.load(ordering: .sequentiallyConsistent) != .closed else { return }
            let hasProbeRun = shared.hasProbeRun.load(ordering: .acquiring)
            switch state.looked(isBusy: subject.isBusy(), hasProbeRun: hasProbeRun, now: subject.clock()) {
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
            call = look(subject, &held, call)
        }
    }

    /// Judges the handlers under suspicion by the roll that was called last. Returns the roll that is being called.
    private static func look(_ subject: Subject, _ held: inout HeldThreads, _ call: RollCall?) -> RollCall? {
        let roll = call?.roll
        // While some have not answered there is no room for them, and no need for more.
        if let roll, !roll.isOver { return call }
        let suspects = subject.suspects(subject.clock().advanced(by: .zero - patience))
        let (holding, callsRoll) = held.looked(at: suspects, roll: roll)
        if !holding.isEmpty { subject.blame(holding) }
        guard callsRoll else { return nil }
        // Short, since those who answer are kept from other work.
        let next = RollCall(size: rollSize, patience: 0.002)
        for _ in 0..<rollSize { subject.probe { next.answer() } }
        return next
    }
}
