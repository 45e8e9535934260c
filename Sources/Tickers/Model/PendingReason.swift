/// Why a ticker that is due has not started, as far as can be known.
public enum PendingReason: Sendable, Hashable {
    /// The scheduler that was asked has not been started.
    case schedulerNotStarted
    /// The scheduler that was asked has been shut down, or is about to be.
    case schedulerStopped
    /// The scheduler that was asked only adds (``SchedulerOptions/Runs/nothing``).
    case schedulerRunsNothing
    /// No handler is registered under this name with the scheduler that was asked.
    case noHandler(function: String)
    /// The queue is paused.
    case queuePaused(String)
    /// As many runs are under way as the scheduler allows at once.
    case schedulerFull
    /// As many runs are under way as the queue allows at once.
    case queueFull(String)
    /// As many runs are under way as the function allows at once.
    case functionFull(String)
    /// As many tickers hold a place under this limit key as it allows.
    case limitKeyTaken(String)
    /// The queue has started as many runs as its rate limit allows for now.
    case queueRateReached(String)
    /// The function has started as many runs as its rate limit allows for now.
    case functionRateReached(String)
}

extension PendingReason: CustomStringConvertible {
    /// A short sentence for people.
    public var description: String {
        switch self {
        case .schedulerNotStarted: "the scheduler has not been started"
        case .schedulerStopped: "the scheduler is shut down"
        case .schedulerRunsNothing: "this scheduler only adds; another one has to run it"
        case .noHandler(let function): "no handler is registered for \"\(function)\""
        case .queuePaused(let queue): "queue \"\(queue)\" is paused"
        case .schedulerFull: "the scheduler runs as many at once as it may"
        case .queueFull(let queue): "queue \"\(queue)\" runs as many at once as it may"
        case .functionFull(let function): "\"\(function)\" runs as many at once as it may"
        case .limitKeyTaken(let key): "others hold the places of limit key \"\(key)\""
        case .queueRateReached(let queue): "queue \"\(queue)\" has started as many as its rate limit allows for now"
        case .functionRateReached(let function): "\"\(function)\" has started as many as its rate limit allows for now"
        }
    }
}
