import Foundation
import Synchronization

/// Threads for handlers that block, apart from the cooperative pool, which has no thread to spare.
///
/// A task executor: a blocking handler stays part of its slot's task, with its task-local values and its cancellation, and
/// only changes threads. Grows to as many threads as there are blocking handlers at once (the scheduler's concurrency
/// bounds that) and keeps them until it is released.
package final class BlockingThreads: TaskExecutor {
    /// What a thread runs; it keeps the executor, so that this outlives the job.
    private struct Work {
        let job: UnownedJob
        let executor: BlockingThreads
    }

    private struct State {
        var jobs = Deque<Work>()
        var idle = 0
        var isClosed = false
    }

    /// The condition guards waiting only; the state has its own lock.
    private final class Shared: Sendable {
        let state = Mutex(State())
        let news = NSCondition()
    }

    private let shared = Shared()

    package init() {}

    deinit {
        shared.state.withLock { $0.isClosed = true }
        shared.news.lock()
        shared.news.broadcast()
        shared.news.unlock()
    }

    /// Runs `work` on a thread of its own, in the present task, and suspends until it is done. `work` is not interrupted by
    /// cancellation.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withTaskExecutorPreference(self) { try work() }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let work = Work(job: UnownedJob(job), executor: self)
        let needsThread = shared.state.withLock { state -> Bool in
            state.jobs.append(work)
            return state.jobs.count > state.idle
        }
        if needsThread {
            let shared = shared
            let thread = Thread { Self.serve(shared) }
            thread.name = "tickers-blocking"
            thread.stackSize = 2 << 20
            thread.start()
        } else {
            shared.news.lock()
            shared.news.signal()
            shared.news.unlock()
        }
    }

    private static func serve(_ shared: Shared) {
        while true {
            shared.news.lock()
            var (work, isClosed) = next(shared, wasIdle: false)
            while work == nil, !isClosed {
                shared.news.wait()
                (work, isClosed) = next(shared, wasIdle: true)
            }
            shared.news.unlock()
            guard let work else { return }
            work.job.runSynchronously(on: work.executor.asUnownedTaskExecutor())
        }
    }

    private static func next(_ shared: Shared, wasIdle: Bool) -> (work: Work?, isClosed: Bool) {
        shared.state.withLock { state in
            if wasIdle { state.idle -= 1 }
            let work = state.jobs.popFirst()
            if work == nil { state.idle += 1 }
            return (work, state.isClosed)
        }
    }
}
