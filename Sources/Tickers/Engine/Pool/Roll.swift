import Foundation
import Synchronization

/// Who answers when as many tasks as a pool has threads wait for one another for a moment: those that meet are on threads of
/// their own.
package struct Roll: Sendable, Hashable {
    /// How many tasks there are.
    package let size: Int
    /// How many have answered.
    package private(set) var answered = 0
    /// How many there were at once.
    package private(set) var most = 0
    /// The threads on which they ran.
    package private(set) var threads: Set<UInt> = []
    /// Whether one has waited for long enough, so that the others need not.
    package private(set) var isGivenUp = false
    private var present = 0

    package init(size: Int) {
        self.size = size
    }

    /// Whether all have answered, at once or one after the other.
    package var isOver: Bool { answered == size }
    /// Whether those who have answered wait for more.
    package var isAwaited: Bool { most < size && !isGivenUp }

    package mutating func arrived(on thread: UInt) {
        answered += 1
        present += 1
        most = max(most, present)
        threads.insert(thread)
    }

    package mutating func left() {
        present -= 1
        isGivenUp = isGivenUp || most < size
    }
}

/// A ``Roll`` that is being called.
final class RollCall: Sendable {
    private let state: Mutex<Roll>
    private let patience: Double
    private let news = NSCondition()

    /// - Parameter patience: How many seconds each who answers waits for the others. Threads that are free meet within 0.2 ms, as a rule.
    init(size: Int, patience: Double) {
        state = Mutex(Roll(size: size))
        self.patience = patience
    }

    /// What has come of it so far.
    var roll: Roll { state.withLock { $0 } }

    /// Answers from the present thread, and keeps it until all have, or one has waited for long enough.
    func answer() {
        let end = Date(timeIntervalSinceNow: patience)
        news.lock()
        state.withLock { $0.arrived(on: PresentThread.number) }
        while roll.isAwaited, news.wait(until: end) {}
        state.withLock { $0.left() }
        news.broadcast()
        news.unlock()
    }
}
