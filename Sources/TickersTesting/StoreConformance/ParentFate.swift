import Tickers

/// Everything that can become of a parent, as far as its children care.
enum ParentFate: String, CaseIterable, Sendable {
    case notStarted
    case running
    case retrying
    case succeeded
    case failed
    case cancelledAfterStart
    case cancelledBeforeStart
    case skipped

    /// How the parent stands afterwards.
    var status: TickerStatus {
        switch self {
        case .notStarted: .pending
        case .running: .running
        case .retrying: .retrying
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelledAfterStart, .cancelledBeforeStart: .cancelled
        case .skipped: .skipped
        }
    }

    /// Why a child that this makes impossible was skipped; `nil` for what makes nothing impossible.
    func reason(_ parent: TickerID) -> EndReason? {
        switch self {
        case .notStarted, .running, .retrying: nil
        case .succeeded: .parentSucceeded(parent)
        case .failed: .parentFailed(parent)
        case .cancelledAfterStart, .cancelledBeforeStart: .parentCancelled(parent)
        case .skipped: .parentSkipped(parent)
        }
    }

    /// What an edge says to its child.
    enum Word: Sendable {
        case wait, run, never
    }

    /// The table of the run conditions, cell by cell. The columns are all cases, in their order.
    // swift-format-ignore
    static let words: [(condition: RunCondition, words: [Word])] = [
        //                      not st. running retry.  succ.   failed  canc.a. canc.b. skipped
        (.onSuccess,            [.wait, .wait,  .wait,  .run,   .never, .never, .never, .never]),
        (.onFailure,            [.wait, .wait,  .wait,  .never, .run,   .never, .never, .never]),
        (.onCancelled,          [.wait, .wait,  .wait,  .never, .never, .run,   .run,   .never]),
        (.onFailureOrCancelled, [.wait, .wait,  .wait,  .never, .run,   .run,   .run,   .never]),
        (.onCompletion,         [.wait, .wait,  .wait,  .run,   .run,   .run,   .run,   .never]),
        (.always,               [.wait, .wait,  .wait,  .run,   .run,   .run,   .run,   .run]),
        (.inProgress,           [.wait, .run,   .run,   .run,   .run,   .run,   .never, .never]),
    ]
}

extension StoreStage {
    /// Stores a grandparent, a parent below it that may make two attempts ten seconds apart, and children below that.
    ///
    /// - Returns: The parent's id and the children's.
    mutating func addFamily(
        _ fate: ParentFate,
        _ children: [(condition: RunCondition, policy: ParentFailurePolicy)]
    ) async throws -> (parent: TickerID, children: [TickerID]) {
        let retry = RetryPolicy.fixed(maxAttempts: 2, every: .seconds(10))
        let elders = [
            PlannedStep("Grandparent \(fate)"), PlannedStep("Parent \(fate)", after: [.step(0)], retry: retry),
        ]
        let ids = try await add(
            elders + children.map { PlannedStep("Child", after: [.step(1, $0.condition, policy: $0.policy)]) }
        )
        return (ids[1], Array(ids[2...]))
    }

    /// Takes the parent of a family to its fate.
    mutating func bring(_ parent: TickerID, to fate: ParentFate) async throws {
        try await advance()
        if fate == .skipped {
            try await breakDown("Grandparent \(fate)")
        } else {
            try await complete("Grandparent \(fate)")
        }
        try await advance()
        switch fate {
        case .notStarted, .skipped:
            break
        case .cancelledBeforeStart:
            try expect("the answer to cancel", await cancel(parent), is: .cancelled)
        case .running, .retrying, .succeeded, .failed, .cancelledAfterStart:
            let run = try await start("Parent \(fate)")
            try await advance()
            try await end(run, by: fate)
        }
        try await check(parent, is: fate.status, "the parent")
    }

    private mutating func end(_ run: ClaimedRun, by fate: ParentFate) async throws {
        switch fate {
        case .notStarted, .cancelledBeforeStart, .skipped, .running:
            break
        case .succeeded:
            try await succeed(run)
        case .retrying:
            try await fail(run)
        case .failed:
            try await fail(run, .never)
        case .cancelledAfterStart:
            try expect("the answer to cancel", await cancel(run.lease.ticker), is: .requested)
            try await fail(run)
        }
    }
}
