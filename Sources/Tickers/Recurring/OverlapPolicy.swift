/// What is done about an occurrence that comes while an earlier one of the same recurrence has not ended.
///
/// An occurrence has ended when its whole workflow has, not just its root.
public enum OverlapPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// It starts all the same.
    case allow
    /// It does not run.
    case skip
    /// It waits until nothing earlier is left, and then starts. At most one waits: further ones do not run.
    case queueOne
    /// What is unfinished is cancelled, and it starts.
    case cancelRunning
}

/// What becomes of an occurrence.
package enum OverlapDecision: Sendable, Hashable {
    case start
    case doNotRun
    /// Start when no earlier occurrence is unfinished any more.
    case wait
    case cancelOthersAndStart
}

extension OverlapPolicy {
    /// What becomes of an occurrence that has come.
    ///
    /// - Parameters:
    ///   - unfinished: Earlier occurrences that have started, or may, and have not ended.
    ///   - waiting: Earlier occurrences that wait by `queueOne`; they are not among the unfinished.
    package func decision(unfinished: Int, waiting: Int) -> OverlapDecision {
        switch self {
        case .allow: .start
        case .skip: unfinished + waiting == 0 ? .start : .doNotRun
        case .queueOne: waiting > 0 ? .doNotRun : unfinished == 0 ? .start : .wait
        case .cancelRunning: unfinished + waiting == 0 ? .start : .cancelOthersAndStart
        }
    }
}
