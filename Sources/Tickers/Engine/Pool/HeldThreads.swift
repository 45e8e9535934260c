/// Which handlers hold one thread of a pool while the others go on: the decisions of ``StallWatch`` beside ``StallState``.
///
/// Suspected is a handler that was called some time ago on a thread on which none has been called since: it holds that thread, or it
/// has been suspended. So a roll is called. It is cleared when its thread answers, or when as many answer at once as ever have. If
/// neither happens in several rolls in a row, it holds the thread. Each is judged once.
package struct HeldThreads: Sendable {
    package struct Suspect: Sendable, Hashable {
        /// Of its lease.
        package let token: UInt64
        package let thread: UInt

        package init(token: UInt64, thread: UInt) {
            self.token = token
            self.thread = thread
        }
    }

    /// A thread may be kept from answering for a moment by whatever else runs, but not each time.
    package static let patience = 4

    /// The most that have ever answered at once; what a pool of one thread does, ``StallState`` sees.
    private var width = 1
    /// In how many rolls each suspect was missing.
    private var missed: [UInt64: Int] = [:]
    private var judged: Set<UInt64> = []

    package init() {}

    /// Looks once.
    ///
    /// - Parameters:
    ///   - suspects: The handlers under suspicion now.
    ///   - roll: What has come of the roll that was called at the look before, if one was, all of it.
    /// - Returns: Those of which it is now certain that they hold their threads, and whether to call another roll.
    package mutating func looked(at suspects: [Suspect], roll: Roll?) -> (holding: [UInt64], callsRoll: Bool) {
        if let roll { width = max(width, roll.most) }
        let tokens = Set(suspects.map(\.token))
        missed = missed.filter { tokens.contains($0.key) }
        judged.formIntersection(tokens)
        var holding: [UInt64] = []
        for suspect in suspects where !judged.contains(suspect.token) {
            guard let roll, width > 1 else { continue }
            guard roll.most < width, !roll.threads.contains(suspect.thread) else {
                judged.insert(suspect.token)
                continue
            }
            missed[suspect.token, default: 0] += 1
            guard missed[suspect.token] == Self.patience else { continue }
            judged.insert(suspect.token)
            holding.append(suspect.token)
        }
        return (holding, width > 1 && !judged.isSuperset(of: tokens))
    }
}
