import Synchronization

/// One caller that waits for one ticker's end.
package final class EndWaiter: Sendable {
    package let id: TickerID
    private let state = Mutex(State.open)

    private enum State {
        case open
        case waiting(CheckedContinuation<TickerEnding, any Error>)
        case over(Result<TickerEnding, any Error>)
    }

    package init(id: TickerID) {
        self.id = id
    }

    /// The end has come.
    package func end(_ ending: TickerEnding) { finish(.success(ending)) }

    /// The end will not come.
    package func fail(_ error: any Error) { finish(.failure(error)) }

    /// Suspends until the end has come.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled, or what ``fail(_:)`` was given.
    package func wait() async throws -> TickerEnding {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<TickerEnding, any Error>? in
                    switch state {
                    case .open:
                        state = .waiting(continuation)
                        return nil
                    case .waiting:
                        preconditionFailure("two tasks wait with one EndWaiter for ticker \(id)")
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
    private func finish(_ result: Result<TickerEnding, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<TickerEnding, any Error>? in
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
