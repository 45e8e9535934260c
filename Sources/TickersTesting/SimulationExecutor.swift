import Dispatch
import Synchronization
import Tickers

/// Runs every job of a simulation one after the other, in an order drawn from a seed, and says when none is left.
///
/// A serial dispatch queue carries it: one job at a time, on whatever thread the queue has. Which of the runnable jobs
/// comes next is drawn, so each seed is another legal interleaving of the same program, and the same seed the same one.
final class SimulationExecutor: SimulatedExecutor {
    private enum Work {
        case job(UnownedJob)
        /// Of an actor with an executor of its own.
        case action(@Sendable () -> Void)
    }

    private struct State {
        var jobs: [Work] = []
        var random: SeededGenerator
        var isDraining = false
        /// Work that is under way elsewhere and will come back with a job.
        var holds = 0
    }

    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "tickers.simulation")
    /// In a type of its own: a bare function would be wrapped once more each time it passes through the lock.
    private struct RestAction {
        let run: @Sendable () -> Bool
    }

    private let onRest: Mutex<RestAction?> = Mutex(nil)

    init(seed: UInt64) {
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    /// - Parameter action: Called when nothing can run; returns whether it is worth looking again.
    func whenAtRest(_ action: @escaping @Sendable () -> Bool) {
        onRest.withLock { $0 = RestAction(run: action) }
    }

    /// Whether nothing can run and nothing is under way elsewhere.
    var isAtRest: Bool { state.withLock { $0.jobs.isEmpty && $0.holds == 0 } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(.job(job)) }
        drainSoon()
    }

    func enqueue(action: @escaping @Sendable () -> Void) {
        state.withLock { $0.jobs.append(.action(action)) }
        drainSoon()
    }

    func hold() {
        state.withLock { $0.holds += 1 }
    }

    func release() {
        state.withLock { state in
            precondition(state.holds > 0, "release() without hold()")
            state.holds -= 1
        }
        drainSoon()
    }

    /// Looks for work, or for rest, unless that is being done already.
    func drainSoon() {
        let mustStart = state.withLock { state in
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if mustStart { queue.async { self.drain() } }
    }

    private enum Step {
        case work(Work)
        case rest
        case held
    }

    private func drain() {
        while true {
            switch nextStep() {
            case .work(.job(let job)):
                job.runSynchronously(on: asUnownedTaskExecutor())
            case .work(.action(let action)):
                action()
            case .held:
                return
            case .rest:
                let action = onRest.withLock { $0 }
                let isAwake = action?.run() ?? false
                if !isAwake, stopDraining() { return }
            }
        }
    }

    private func nextStep() -> Step {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                guard state.holds == 0 else {
                    state.isDraining = false
                    return .held
                }
                return .rest
            }
            let index = Int.random(in: 0..<state.jobs.count, using: &state.random)
            state.jobs.swapAt(index, state.jobs.count - 1)
            return .work(state.jobs.removeLast())
        }
    }

    private func stopDraining() -> Bool {
        state.withLock { state in
            guard state.jobs.isEmpty else { return false }
            state.isDraining = false
            return true
        }
    }
}
