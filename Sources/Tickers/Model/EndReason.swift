/// Why a ticker was skipped or cancelled, or failed without a handler of its own having failed.
public enum EndReason: Sendable, Hashable, Codable {
    /// A caller asked for it.
    case byRequest
    /// The parent succeeded, which the run condition does not meet.
    case parentSucceeded(TickerID)
    /// The parent failed, which the run condition does not meet or the edge passes on.
    case parentFailed(TickerID)
    /// The parent was cancelled, which the run condition does not meet.
    case parentCancelled(TickerID)
    /// The parent was skipped, which the run condition does not meet.
    case parentSkipped(TickerID)
    /// The attempt of the parent that added this child was repeated, so its children were withdrawn.
    case withdrawn(TickerID)
    /// It had not started by its expiry.
    case expired
    /// The deadline of its workflow passed.
    case workflowDeadline
}

extension EndReason: CustomStringConvertible {
    /// A short sentence for people.
    public var description: String {
        switch self {
        case .byRequest: "by request"
        case .parentSucceeded(let id): "parent \(id) succeeded"
        case .parentFailed(let id): "parent \(id) failed"
        case .parentCancelled(let id): "parent \(id) was cancelled"
        case .parentSkipped(let id): "parent \(id) was skipped"
        case .withdrawn(let id): "withdrawn with the attempt of \(id) that added it"
        case .expired: "not started before it expired"
        case .workflowDeadline: "the workflow's deadline passed"
        }
    }
}
