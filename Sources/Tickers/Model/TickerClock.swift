/// The executor of a simulation: it also runs what others have of their own threads for, in the simulation's order.
package protocol SimulatedExecutor: TaskExecutor {
    /// Runs `action` as it runs jobs: one at a time, at some point of its own choice.
    func enqueue(action: @escaping @Sendable () -> Void)
}

/// Where time comes from: the wall decides what is due, the monotonic clock how long to wait.
///
/// ``SystemClock`` is the only one that reads real clocks. A stand-in for tests is in `TickersTesting`.
public protocol TickerClock: Sendable {
    /// What the wall clock shows. It may jump either way at any time.
    var wall: Timestamp { get }

    /// A reading that never goes back.
    var monotonic: MonotonicInstant { get }

    /// Suspends until the monotonic clock reads `deadline`, never less. Returns at once when it already does.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(until deadline: MonotonicInstant) async throws

    /// Suspends until the wall shows `instant`, looking at the wall again at least every `recheck` so that a jump is
    /// noticed. Returns at once when the wall already shows it.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(untilWall instant: Timestamp, recheck: Duration) async throws

    /// Suspends until the wall is set back, which is noticed within `recheck`. May return although it was not.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleepUntilSetBack(recheck: Duration) async throws

    /// Where tasks must be started that no other task waits for, so that a clock which moves when nothing else can run
    /// sees them; `nil` for the default executor.
    var executor: (any TaskExecutor)? { get }

    /// Says that work is under way where ``executor`` cannot see it: time must not be moved on meanwhile.
    func hold()

    /// Ends one ``hold()``.
    func release()
}
