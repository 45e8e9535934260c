import Foundation
import Synchronization
import Tickers

/// The thread on which a store's calls run, one after the other, so that waiting for a disk never takes a thread from the
/// cooperative pool. In a simulation the simulation's executor carries it instead.
///
/// Whenever no call is left, or enough have run, it *commits*: what the calls have changed is written together. Calls that arrive
/// while the disk is being waited for share the next commit, and so do those that its answers bring about (``CommitPace``).
final class StoreThread: SerialExecutor {
    /// Calls that share one commit at most, so that the first of them is not kept waiting by those behind it.
    private static let callsPerCommit = 1_024

    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
        /// In a simulation: whether a commit is on its way.
        var isCommitting = false
    }

    private struct Commit {
        let isDue: @Sendable () -> Bool
        let run: @Sendable () -> Bool
    }

    private let state = Mutex(State())
    private let commit: Mutex<Commit?> = Mutex(nil)
    private let news = NSCondition()
    private let clock: any TickerClock
    private let simulation: (any SimulatedExecutor)?
    /// Whose turn it is: the number of the thread that runs a job or a commit, 0 for none.
    private let runner = Atomic<UInt>(0)

    /// - Parameter clock: Tells how long commits take. A simulated one carries the calls instead of a thread.
    init(clock: any TickerClock) {
        self.clock = clock
        simulation = clock.executor as? any SimulatedExecutor
        guard simulation == nil else { return }
        let thread = Thread { [weak self] in
            var pace = CommitPace()
            while let self, self.serveOnce(&pace) {}
        }
        thread.name = "tickers-sqlite"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// - Parameters:
    ///   - action: Writes what calls have changed. Returns whether there is more to write, although no call has come.
    ///   - isDue: Whether calls have changed so much that no other one is to come before.
    func whenIdle(_ action: @escaping @Sendable () -> Bool, orIf isDue: @escaping @Sendable () -> Bool) {
        commit.withLock { $0 = Commit(isDue: isDue, run: action) }
    }

    /// Ends the thread once it has nothing left to do.
    func stop() {
        news.lock()
        state.withLock { $0.isStopped = true }
        news.signal()
        news.unlock()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if let simulation {
            simulation.enqueue { self.simulate(job) }
            return
        }
        news.lock()
        state.withLock { $0.jobs.append(job) }
        news.signal()
        news.unlock()
    }

    func checkIsolated() {
        precondition(runner.load(ordering: .relaxed) == Self.present, "this is not the store's thread")
    }

    // MARK: On the thread

    /// Waits for calls, runs them, and commits. Returns whether to go on.
    private func serveOnce(_ pace: inout CommitPace) -> Bool {
        news.lock()
        while state.withLock({ $0.jobs.isEmpty && !$0.isStopped }) { news.wait() }
        news.unlock()
        runner.store(Self.present, ordering: .relaxed)
        defer { runner.store(0, ordering: .relaxed) }
        var hasMore = true
        while hasMore {
            var room = Self.callsPerCommit
            runCalls(&room)
            if room > 0, rest(pace) { runCalls(&room) }
            let began = clock.monotonic
            hasMore = runCommit() || state.withLock { !$0.jobs.isEmpty }
            pace.committed(from: began, to: clock.monotonic)
        }
        return state.withLock { !$0.isStopped || !$0.jobs.isEmpty }
    }

    /// Runs calls until there are no more, or it is time to commit: no room is left then.
    private func runCalls(_ room: inout Int) {
        guard let commit = commit.withLock({ $0 }) else { return }
        while room > 0 {
            let jobs = state.withLock { state in
                defer { state.jobs.removeAll(keepingCapacity: true) }
                return state.jobs
            }
            guard !jobs.isEmpty else { return }
            for (index, job) in jobs.enumerated() {
                job.runSynchronously(on: asUnownedSerialExecutor())
                guard commit.isDue() else { continue }
                room = 0
                return state.withLock { $0.jobs.insert(contentsOf: jobs[(index + 1)...], at: 0) }
            }
            room -= jobs.count
        }
    }

    /// Lets calls come for as long as the pace wants. Returns whether it did.
    private func rest(_ pace: CommitPace) -> Bool {
        let rest = pace.rest(at: clock.monotonic)
        guard rest > .zero else { return false }
        let end = Date(timeIntervalSinceNow: rest / .seconds(1))
        news.lock()
        // It is signalled for each call that comes.
        while news.wait(until: end) {}
        news.unlock()
        return true
    }

    private func runCommit() -> Bool {
        let commit = commit.withLock { $0 }
        return commit?.run() ?? false
    }

    // MARK: In a simulation

    private func simulate(_ job: UnownedJob) {
        runner.store(Self.present, ordering: .relaxed)
        job.runSynchronously(on: asUnownedSerialExecutor())
        runner.store(0, ordering: .relaxed)
        commitSoon()
    }

    /// Commits in its turn, with whatever has been called by then.
    private func commitSoon() {
        let isNew = state.withLock { state in
            defer { state.isCommitting = true }
            return !state.isCommitting
        }
        guard isNew else { return }
        simulation?.enqueue {
            self.state.withLock { $0.isCommitting = false }
            self.runner.store(Self.present, ordering: .relaxed)
            let hasMore = self.runCommit()
            self.runner.store(0, ordering: .relaxed)
            if hasMore { self.commitSoon() }
        }
    }

    private static var present: UInt { UInt(bitPattern: Unmanaged.passUnretained(Thread.current).toOpaque()) }
}
