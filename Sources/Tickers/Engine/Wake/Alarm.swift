import Synchronization

/// One timer that is always set to the earliest instant asked for, and to none while none is.
package final class Alarm<Instant: Comparable & Sendable>: Sendable {
    private struct State {
        var target: Instant?
        /// The target's time came and `fired` has not been called for it.
        var hasCome = false
        /// Something has changed since the waiting side last looked.
        var isDisturbed = false
        var isCancelled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let sleep: @Sendable (Instant) async throws -> Void

    /// An alarm that is set to nothing.
    ///
    /// - Parameter sleep: Suspends until an instant; throws only when cancelled.
    package init(sleep: @escaping @Sendable (Instant) async throws -> Void) {
        self.sleep = sleep
    }

    /// Asks to be woken at `instant`; earlier instants asked for before stay.
    package func arm(_ instant: Instant) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if let target = state.target, target <= instant { return nil }
            state.target = instant
            state.isDisturbed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Calls `fired` each time an instant asked for has come, until the task is cancelled.
    package func run(_ fired: @Sendable () async -> Void) async {
        await withTaskCancellationHandler {
            while let target = await nextTarget() {
                guard await reached(target) else { continue }
                await fired()
            }
        } onCancel: {
            state.withLock { $0.isCancelled = true }
            wake()
        }
    }

    private func nextTarget() async -> Instant? {
        while true {
            let (target, isCancelled) = state.withLock { state in
                state.isDisturbed = false
                return (state.target, state.isCancelled)
            }
            if isCancelled { return nil }
            if let target { return target }
            await disturbance()
        }
    }

    /// Sleeps until `target`, in a child task that is cancelled when an earlier instant is asked for meanwhile.
    private func reached(_ target: Instant) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [sleep] in
                // The only error is that of cancellation, which is how an earlier instant ends this sleep.
                do { try await sleep(target) } catch { return }
                self.timeCame(for: target)
            }
            await disturbance()
            group.cancelAll()
        }
        return state.withLock { state in
            defer { state.hasCome = false }
            return state.hasCome && !state.isCancelled
        }
    }

    private func timeCame(for target: Instant) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.target == target else { return nil }
            state.target = nil
            state.hasCome = true
            state.isDisturbed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    private func disturbance() async {
        await withCheckedContinuation { continuation in
            let isDisturbed = state.withLock { state -> Bool in
                precondition(state.waiter == nil, "two tasks run one alarm")
                if !state.isDisturbed { state.waiter = continuation }
                return state.isDisturbed
            }
            if isDisturbed { continuation.resume() }
        }
    }

    private func wake() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isDisturbed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
