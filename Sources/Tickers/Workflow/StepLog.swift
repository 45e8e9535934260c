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
package final class StepLog {
    package private(set) var steps: [ChainStep]

    package init(_ steps: some Sequence<ChainStep> = []) {
        self.steps = Array(steps)
    }

    package func append(_ step: ChainStep) { steps.append(step) }
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
        let log = log.steps.count == count ? log : StepLog(log.steps[..<count])
        log.append(step)
        return ChainSteps(log: log, count: count + 1)
    }

    package var array: [ChainStep] { Array(log.steps[..<count]) }
}
