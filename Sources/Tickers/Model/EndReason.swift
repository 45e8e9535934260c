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
    /// A ticker or workflow with the same unique key took its place.
    case replaced(by: TickerID)
    /// This ticker of its workflow failed, and the workflow's failure policy stops the others.
    case workflowFailed(TickerID)
    /// It had not started by its expiry.
    case expired
    /// The deadline of its workflow passed.
    case workflowDeadline
}

extension EndReason: CustomStringConvertible {
    /// A short sentence for people, with the ids of tickers.
    public var description: String { description(naming: \.description) }

    /// A short sentence for people, with the names that `name` gives to tickers.
    public func description(naming name: (TickerID) -> String) -> String {
        switch self {
        case .byRequest: "by request"
        case .parentSucceeded(let id): "\(name(id)) succeeded"
        case .parentFailed(let id): "\(name(id)) failed"
        case .parentCancelled(let id): "\(name(id)) was cancelled"
        case .parentSkipped(let id): "\(name(id)) was skipped"
        case .withdrawn(let id): "withdrawn with the attempt of \(name(id)) that added it"
        case .replaced(let id): "replaced by \(name(id))"
        case .workflowFailed(let id): "the workflow stops because \(name(id)) failed"
        case .expired: "not started before it expired"
        case .workflowDeadline: "the workflow's deadline passed"
        }
    }
}
