import Foundation
import Synchronization

/// Threads for handlers that block, apart from the cooperative pool, which has no thread to spare.
///
/// Grows to as many threads as there are blocking handlers at once (the scheduler's concurrency bounds that) and keeps
/// them until it is released.
package final class BlockingThreads: Sendable {
    private struct State {
        var jobs = Deque<@Sendable () -> Void>()
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

    /// Runs `work` on a thread of its own and suspends until it is done. `work` is not interrupted by cancellation.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Result { try work() }) }
        }
    }

    private func submit(_ job: @escaping @Sendable () -> Void) {
        let needsThread = shared.state.withLock { state -> Bool in
            state.jobs.append(job)
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
            var (job, isClosed) = next(shared, wasIdle: false)
            while job == nil, !isClosed {
                shared.news.wait()
                (job, isClosed) = next(shared, wasIdle: true)
            }
            shared.news.unlock()
            guard let job else { return }
            job()
        }
    }

    private static func next(_ shared: Shared, wasIdle: Bool) -> (job: (@Sendable () -> Void)?, isClosed: Bool) {
        shared.state.withLock { state in
            if wasIdle { state.idle -= 1 }
            let job = state.jobs.popFirst()
            if job == nil { state.idle += 1 }
            return (job, state.isClosed)
        }
    }
}
