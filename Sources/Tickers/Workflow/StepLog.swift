/// One step of a chain: a ticker, and the earlier step that it follows.
package struct ChainStep: Sendable {
    package let ticker: NewTicker
    package let parent: Int?
    package let condition: RunCondition
}

/// The steps that chain values have in common, only ever added to.
///
/// A chain value is a log and a length. A value that ends where the log ends adds in place, in amortised O(1); one that
/// ends earlier, because a longer chain was made from it meanwhile, copies what it sees first. So chains are values,
/// and building one in a loop is linear.
private final class StepLog {
    /// Numbers the additions of all logs that have one beginning.
    final class Origin {
        var lastSerial = 0
    }

    let origin: Origin
    private(set) var steps: [ChainStep]
    /// The number of each step's addition: two logs with one number at one place agree up to there.
    private(set) var serials: [Int]

    init() {
        origin = Origin()
        steps = []
        serials = []
    }

    init(copying log: StepLog, first count: Int) {
        origin = log.origin
        steps = Array(log.steps[..<count])
        serials = Array(log.serials[..<count])
    }

    func append(_ step: ChainStep) {
        origin.lastSerial += 1
        steps.append(step)
        serials.append(origin.lastSerial)
    }
}

/// The steps that one chain value sees.
public struct ChainSteps {
    private let log: StepLog
    package let count: Int

    package init() {
        log = StepLog()
        count = 0
    }

    private init(log: StepLog, count: Int) {
        self.log = log
        self.count = count
    }

    /// These steps and one more.
    package func appending(_ step: ChainStep) -> ChainSteps {
        let log = log.steps.count == count ? log : StepLog(copying: log, first: count)
        log.append(step)
        return ChainSteps(log: log, count: count + 1)
    }

    /// Whether these begin with all of `other`. O(1).
    package func extends(_ other: ChainSteps) -> Bool {
        guard log.origin === other.log.origin, count >= other.count else { return false }
        return other.count == 0 || log.serials[other.count - 1] == other.log.serials[other.count - 1]
    }

    package var array: [ChainStep] { Array(log.steps[..<count]) }
}
