/// What a commit says to one call, whichever is there first: the commit's end, or the call that waits for it.
///
/// Belongs to the store's actor.
final class StoreAnswer {
    private enum State {
        /// Goes to either.
        case open
        /// Goes to nothing else.
        case given(Result<Void, any Error>)
        /// Goes to nothing else.
        case awaited(CheckedContinuation<Void, any Error>)
    }

    private var state = State.open

    init() {}

    /// Says how the commit ended, once.
    func give(_ result: Result<Void, any Error>) {
        switch state {
        case .open: state = .given(result)
        case .awaited(let continuation): continuation.resume(with: result)
        case .given: preconditionFailure("a call was answered twice")
        }
    }

    /// Resumes the call once the commit has ended.
    func isAwaited(by continuation: CheckedContinuation<Void, any Error>) {
        switch state {
        case .open: state = .awaited(continuation)
        case .given(let result): continuation.resume(with: result)
        case .awaited: preconditionFailure("two calls wait for one answer")
        }
    }
}
