import Synchronization

/// One caller that waits for one end: of a ticker, or of a workflow.
package final class EndWaiter<ID: Hashable & Sendable, Ending: Sendable>: Sendable {
    package let id: ID
    private let state = Mutex(State.open)

    private enum State {
        case open
        case waiting(CheckedContinuation<Ending, any Error>)
        case over(Result<Ending, any Error>)
    }

    package init(id: ID) {
        self.id = id
    }

    /// The end has come.
    package func end(_ ending: Ending) { finish(.success(ending)) }

    /// The end will not come.
    package func fail(_ error: any Error) { finish(.failure(error)) }

    /// Suspends until the end has come.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled, or what ``fail(_:)`` was given.
    package func wait() async throws -> Ending {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Ending, any Error>? in
                    switch state {
                    case .open:
                        state = .waiting(continuation)
                        return nil
                    case .waiting:
                        preconditionFailure("two tasks wait with one EndWaiter for \(id)")
                    case .over(let result):
                        return result
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            finish(.failure(CancellationError()))
        }
    }

    /// The first of end, failure and cancellation counts; what comes later changes nothing.
    private func finish(_ result: Result<Ending, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Ending, any Error>? in
            switch state {
            case .open:
                state = .over(result)
                return nil
            case .waiting(let continuation):
                state = .over(result)
                return continuation
            case .over:
                return nil
            }
        }
        continuation?.resume(with: result)
    }
}

/// All who wait for ends of one kind, by what they wait for.
package struct EndWaiters<ID: Hashable & Sendable, Ending: Sendable> {
    package typealias Waiter = EndWaiter<ID, Ending>

    private var waiting: [ID: [Waiter]] = [:]
    package private(set) var count = 0

    package init() {}

    package func contains(_ id: ID) -> Bool { waiting[id] != nil }

    package mutating func insert(_ waiter: Waiter) {
        waiting[waiter.id, default: []].append(waiter)
        count += 1
    }

    /// Forgets one waiter; nothing happens if it is not there.
    package mutating func remove(_ waiter: Waiter) {
        guard var waiters = waiting[waiter.id], let index = waiters.firstIndex(where: { $0 === waiter }) else { return }
        waiters.remove(at: index)
        waiting[waiter.id] = waiters.isEmpty ? nil : waiters
        count -= 1
    }

    /// Takes out those who wait for `id`.
    package mutating func removeAll(of id: ID) -> [Waiter] {
        let waiters = waiting.removeValue(forKey: id) ?? []
        count -= waiters.count
        return waiters
    }

    /// Takes out everyone.
    package mutating func removeAll() -> [Waiter] {
        defer { self = EndWaiters() }
        return waiting.values.flatMap(\.self)
    }
}
