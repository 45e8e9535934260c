/// What a workflow asks for as a whole.
public struct WorkflowOptions: Sendable, Hashable {
    /// What the failure of one of its tickers does to the others.
    public enum FailurePolicy: String, Sendable, Hashable, Codable {
        /// Nothing beyond the run conditions.
        case letRun
        /// Those that have not started are cancelled.
        case cancelUnstarted
        /// Those that have not started are cancelled, and running ones are asked to stop.
        case cancelAll
    }

    /// Until when it has to have ended.
    public enum Deadline: Sendable, Hashable, Codable {
        /// This long after it was stored, above zero.
        case after(Duration)
        /// This instant.
        case at(Timestamp)
    }

    /// What a ticker's failure does to the others. Tickers below the failed one are judged by their conditions, so a branch
    /// that runs on failure does.
    public var onFailure: FailurePolicy
    /// When whatever has not ended is cancelled, with the reason `workflowDeadline`; `nil` for never.
    public var deadline: Deadline?
    /// What only one workflow may stand for at a time; `nil` for any number. Replacing needs that no ticker has started.
    public var unique: UniqueKey?
    /// The occurrence that it is; `nil` for a workflow that somebody has scheduled.
    package var occurrence: Occurrence?

    /// Options; the defaults ask for nothing.
    public init(onFailure: FailurePolicy = .letRun, deadline: Deadline? = nil, unique: UniqueKey? = nil) {
        self.onFailure = onFailure
        self.deadline = deadline
        self.unique = unique
    }

    /// Nothing asked for.
    public static let none = WorkflowOptions()

    /// What is wrong with them, in sentences.
    package var problems: [String] {
        var found = unique?.problems ?? []
        if case .after(let duration) = deadline, duration <= .zero {
            found.append("a workflow deadline of \(duration) after it is stored is not above zero")
        }
        return found
    }
}
