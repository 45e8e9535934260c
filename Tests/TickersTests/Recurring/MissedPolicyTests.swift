import Testing
import Tickers

@Suite("Missed and overlapping occurrences")
struct MissedPolicyTests {
    /// A policy, how many are pending, how many of them within its span, and what is created when the latest is late,
    /// and when it is on time.
    static let missed: [(MissedPolicy, pending: Int, within: Int, late: Int, onTime: Int)] = [
        (.skip, 0, 0, 0, 0),
        (.skip, 1, 0, 0, 1),
        (.skip, 1_440, 0, 0, 1),
        (.runOnce, 0, 0, 0, 0),
        (.runOnce, 1, 0, 1, 1),
        (.runOnce, 1_440, 0, 1, 1),
        (.runAll(limit: 1), 0, 0, 0, 0),
        (.runAll(limit: 1), 3, 0, 1, 1),
        (.runAll(limit: 10), 3, 0, 3, 3),
        (.runAll(limit: 10), 1_440, 0, 10, 10),
        (.runAll(limit: 10_000), 1_440, 0, 1_440, 1_440),
        (.within(.seconds(600)), 0, 0, 0, 0),
        (.within(.seconds(600)), 1_440, 0, 0, 1),
        (.within(.seconds(600)), 1_440, 10, 10, 10),
        (.within(.seconds(86_400)), 86_400, 86_400, 10_000, 10_000),
    ]

    @Test("how many are created", arguments: missed)
    func created(policy: MissedPolicy, pending: Int, within: Int, late: Int, onTime: Int) {
        var occurrences = PendingOccurrences(count: pending, countWithinSpan: within, isLatestOnTime: false)
        #expect(policy.created(of: occurrences) == late)
        occurrences.isLatestOnTime = true
        #expect(policy.created(of: occurrences) == onTime)
    }

    @Test("policies that cannot be are said to be wrong")
    func problems() {
        #expect(MissedPolicy.skip.problems == [])
        #expect(MissedPolicy.runOnce.problems == [])
        #expect(MissedPolicy.runAll(limit: 1).problems == [])
        #expect(MissedPolicy.runAll(limit: 0).problems == ["a limit of 0 missed occurrences is not in 1...10000"])
        #expect(MissedPolicy.runAll(limit: 10_001).problems.count == 1)
        #expect(MissedPolicy.within(.zero).problems == [])
        #expect(
            MissedPolicy.within(.seconds(-1)).problems == ["missed occurrences within -1.0 seconds, which is negative"]
        )
    }

    /// A policy, earlier occurrences that have not ended, earlier ones that wait, and what becomes of the new one.
    static let overlap: [(OverlapPolicy, unfinished: Int, waiting: Int, OverlapDecision)] = [
        (.allow, 0, 0, .start),
        (.allow, 5, 0, .start),
        (.skip, 0, 0, .start),
        (.skip, 1, 0, .doNotRun),
        (.skip, 0, 1, .doNotRun),
        (.queueOne, 0, 0, .start),
        (.queueOne, 1, 0, .wait),
        (.queueOne, 2, 0, .wait),
        (.queueOne, 1, 1, .doNotRun),
        (.queueOne, 0, 1, .doNotRun),
        (.cancelRunning, 0, 0, .start),
        (.cancelRunning, 1, 0, .cancelOthersAndStart),
        (.cancelRunning, 0, 1, .cancelOthersAndStart),
    ]

    @Test("what becomes of one that comes while others have not ended", arguments: overlap)
    func overlapping(policy: OverlapPolicy, unfinished: Int, waiting: Int, expected: OverlapDecision) {
        #expect(policy.decision(unfinished: unfinished, waiting: waiting) == expected)
    }
}
