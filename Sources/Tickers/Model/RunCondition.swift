/// When a child runs, told by what becomes of its parent. ``verdict(for:)`` in the rule book is the whole meaning.
public enum RunCondition: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// After the parent succeeded. The default.
    case onSuccess
    /// After the parent failed for good.
    case onFailure
    /// After the parent was cancelled.
    case onCancelled
    /// After the parent failed for good or was cancelled.
    case onFailureOrCancelled
    /// After the parent succeeded, failed or was cancelled; not after it was skipped.
    case onCompletion
    /// After the parent ended in any way, skipped included.
    case always
    /// Once, when the parent's first attempt starts: beside it.
    case inProgress
}

extension RunCondition: CustomStringConvertible {
    /// The case's name.
    public var description: String {
        switch self {
        case .onSuccess: "onSuccess"
        case .onFailure: "onFailure"
        case .onCancelled: "onCancelled"
        case .onFailureOrCancelled: "onFailureOrCancelled"
        case .onCompletion: "onCompletion"
        case .always: "always"
        case .inProgress: "inProgress"
        }
    }
}

/// What a parent's final failure does to a child, before the run condition is asked.
public enum ParentFailurePolicy: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// The run condition decides. The default.
    case byCondition
    /// The child is released at once, whatever its other parents do.
    case runNow
    /// The child ends `failed` with the parent's error, so that its own failure branch runs.
    case fail
}

/// How many of a child's edges must say *run* before it is released.
public enum JoinRule: Sendable, Hashable, Codable {
    /// Every parent. The default.
    case all
    /// One parent.
    case any
    /// This many parents, 1 or more and at most as many as there are.
    case atLeast(Int)

    /// The number of edges that must say *run* out of `parents`.
    package func needed(of parents: Int) -> Int {
        switch self {
        case .all: parents
        case .any: 1
        case .atLeast(let count): count
        }
    }
}
