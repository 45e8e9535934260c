package import Tickers

/// When a store's thread rests before it commits: right after a slow commit, for a moment.
///
/// The answers of a commit bring about the next calls: a caller cancels what it has scheduled, the dispatcher claims what has been
/// stored and hands in what has ended. A commit that began at once, with what came while the disk was being waited for,
/// would leave them to the one after it, and whoever waits for one commit after the other would be in every second one only.
package struct CommitPace: Sendable {
    /// From how long on a commit is slow: what is won is then many times what a timer takes to fire.
    package static let slow = Duration.milliseconds(2)
    /// More than a call takes to come, also on a busy machine.
    package static let longest = Duration.milliseconds(1)
    /// Which part of a commit is rested after it.
    private static let part = 32

    /// When the rest after the latest slow commit is over.
    private var restsUntil: MonotonicInstant?

    package init() {}

    /// A commit has been made, or it turned out that there was nothing to write, which takes no time.
    package mutating func committed(from began: MonotonicInstant, to ended: MonotonicInstant) {
        let took = ended.since(began)
        guard took >= Self.slow else { return }
        restsUntil = ended.advanced(by: min(took / Self.part, Self.longest))
    }

    /// How long to wait for more calls before the next commit; zero as a rule.
    package func rest(at now: MonotonicInstant) -> Duration {
        guard let restsUntil, now < restsUntil else { return .zero }
        return restsUntil.since(now)
    }
}
