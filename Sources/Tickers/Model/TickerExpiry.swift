/// Until when a ticker has to have started. One that has not by then ends skipped, with the reason `expired`.
///
/// Only the first attempt counts: a ticker between attempts has started.
public enum TickerExpiry: Sendable, Hashable, Codable {
    /// This long after it is due, above zero; while its parents are undecided the time does not begin to run.
    case afterDue(Duration)
    /// This instant, whatever it waits for until then.
    case at(Timestamp)

    /// What is wrong with it, in sentences.
    package var problems: [String] {
        guard case .afterDue(let duration) = self, duration <= .zero else { return [] }
        return ["an expiry of \(duration) after the due time is not above zero"]
    }
}
