/// One ticker that is about to be stored.
public struct NewTicker: Sendable {
    package var spec: TickerSpec
    package var input: NewInput
    package var due: TickerDue
    package var join: JoinRule
    /// What middleware stores with it; `nil` for nothing, which most tickers have.
    package var metadata: [String: String]?

    package init(spec: TickerSpec, input: NewInput, due: TickerDue, join: JoinRule = .all) {
        self.spec = spec
        self.input = input
        self.due = due
        self.join = join
    }
}

/// Where a ticker's input comes from.
package enum NewInput: Sendable {
    case payload(Payload)
    /// The output of a ticker of the same add, by its position.
    case outputOfStep(Int)
    /// The failure of a ticker of the same add, by its position.
    case failureOfStep(Int)
    /// The array of the outputs of tickers of the same add, by their positions.
    case outputsOfSteps([Int], PayloadCollector)

    /// The same input after the steps have been put into another order.
    package func moved(to newPosition: [Int]) -> NewInput {
        switch self {
        case .payload: self
        case .outputOfStep(let position): .outputOfStep(newPosition[position])
        case .failureOfStep(let position): .failureOfStep(newPosition[position])
        case .outputsOfSteps(let positions, let collector):
            .outputsOfSteps(positions.map { newPosition[$0] }, collector)
        }
    }
}

/// A parent-child edge that is about to be stored.
public struct NewEdge: Sendable {
    package enum Parent: Sendable, Hashable {
        /// A ticker of the same add, by its position, which is before the child's.
        case step(Int)
        case stored(TickerID)
    }

    package var parent: Parent
    package var child: Int
    package var condition: RunCondition
    package var onParentFailure: ParentFailurePolicy

    package init(
        parent: Parent,
        child: Int,
        condition: RunCondition,
        onParentFailure: ParentFailurePolicy = .byCondition
    ) {
        self.parent = parent
        self.child = child
        self.condition = condition
        self.onParentFailure = onParentFailure
    }
}

/// Tickers and the edges between them, stored in one transaction. Edges stand in the order of their children.
public struct NewWorkflow: Sendable {
    package var name: String
    package var tickers: [NewTicker]
    package var edges: [NewEdge]
    /// What it asks for as a whole; of no account when it joins a workflow that is there.
    package var options: WorkflowOptions
    /// The attempt whose handler adds this; its end with a retry withdraws what still waits.
    package var addedBy: TickerLease?

    package init(
        name: String = "",
        tickers: [NewTicker],
        edges: [NewEdge] = [],
        options: WorkflowOptions = .none,
        addedBy: TickerLease? = nil
    ) {
        self.name = name
        self.tickers = tickers
        self.edges = edges
        self.options = options
        self.addedBy = addedBy
    }
}

/// A ticker that has been stored, or that was there.
public struct StoredTicker: Sendable, Hashable {
    /// Its id.
    public let id: TickerID
    /// The workflow it belongs to.
    public let workflowID: WorkflowID
    /// Whether it was there and holds the unique key, and nothing was stored.
    public let isExisting: Bool

    package init(id: TickerID, workflowID: WorkflowID, isExisting: Bool = false) {
        self.id = id
        self.workflowID = workflowID
        self.isExisting = isExisting
    }
}

/// What has been stored.
public struct StoredWorkflow: Sendable {
    /// The workflow: a new one, or that of the first stored parent.
    public let id: WorkflowID
    /// The tickers' ids, in the order of the request; of what was there, in the order in which they were added.
    public let tickers: [TickerID]
    /// Whether it was there and holds the unique key, and nothing was stored.
    public let isExisting: Bool

    package init(id: WorkflowID, tickers: [TickerID], isExisting: Bool = false) {
        self.id = id
        self.tickers = tickers
        self.isExisting = isExisting
    }
}

/// The right to report one attempt's end.
public struct TickerLease: Sendable, Hashable {
    /// The ticker.
    public let ticker: TickerID
    /// The attempt's token: a report with another one than the store's latest is late.
    public let token: UInt64
    /// Where the store keeps the ticker, to find it without a look-up; checked before it is used.
    package let row: Int32

    package init(ticker: TickerID, token: UInt64, row: Int32) {
        self.ticker = ticker
        self.token = token
        self.row = row
    }
}

/// What a dispatcher can start.
public struct ClaimRequest: Sendable {
    package var limit: Int
    package var serving: Set<String>
    /// What functions and queues with a limit have room for.
    package var rooms: ClaimRooms

    package init(limit: Int, serving: Set<String>, rooms: ClaimRooms = ClaimRooms()) {
        self.limit = limit
        self.serving = serving
        self.rooms = rooms
    }
}

/// One attempt that has begun in the store and is to be carried out. A class, because it changes hands many times.
public final class ClaimedRun: Sendable {
    package let lease: TickerLease
    package let workflowID: WorkflowID
    package let spec: TickerSpec
    package let attempt: Int
    package let scheduledFor: Timestamp
    package let input: Payload
    package let metadata: [String: String]?
    package let occurrence: Occurrence?

    package init(
        lease: TickerLease,
        workflowID: WorkflowID,
        spec: TickerSpec,
        attempt: Int,
        scheduledFor: Timestamp,
        input: Payload,
        metadata: [String: String]? = nil,
        occurrence: Occurrence? = nil
    ) {
        self.lease = lease
        self.workflowID = workflowID
        self.spec = spec
        self.attempt = attempt
        self.scheduledFor = scheduledFor
        self.input = input
        self.metadata = metadata
        self.occurrence = occurrence
    }
}

/// The answer to a claim.
public struct Claim: Sendable {
    package let runs: [ClaimedRun]
    /// When the next ticker becomes due that is not due yet.
    package let nextDue: Timestamp?
    /// When the next ticker expires or the next workflow reaches its deadline.
    package let nextLimit: Timestamp?
    /// The limits for want of whose room something due was left, each combination once; those of paused queues apart.
    package let heldBack: Set<ClaimRooms.Limits>

    package init(
        runs: [ClaimedRun],
        nextDue: Timestamp?,
        nextLimit: Timestamp? = nil,
        heldBack: Set<ClaimRooms.Limits> = []
    ) {
        self.runs = runs
        self.nextDue = nextDue
        self.nextLimit = nextLimit
        self.heldBack = heldBack
    }
}

/// The answer to ends that were handed in together with a claim.
public struct FinishAndClaim: Sendable {
    /// For each end what it did, in order.
    package let results: [FinishResult]
    /// What was claimed, or why nothing was although the ends have been recorded.
    package let claim: Result<Claim, any Error>

    package init(results: [FinishResult], claim: Result<Claim, any Error>) {
        self.results = results
        self.claim = claim
    }
}

/// One attempt's end, on its way to the store.
public struct FinishedRun: Sendable {
    package let run: ClaimedRun
    package let outcome: AttemptOutcome
    /// When the handler was called and when it came back; `nil` when it was not called or did not come back.
    package let times: RunTimes?

    package init(run: ClaimedRun, outcome: AttemptOutcome, times: RunTimes? = nil) {
        self.run = run
        self.outcome = outcome
        self.times = times
    }

    package var lease: TickerLease { run.lease }
    package var spec: TickerSpec { run.spec }
    package var attempt: Int { run.attempt }
}

/// When a handler was called and when it came back.
package struct RunTimes: Sendable, Hashable {
    package let began: MonotonicInstant
    package let ended: MonotonicInstant

    package init(began: MonotonicInstant, ended: MonotonicInstant) {
        self.began = began
        self.ended = ended
    }
}

/// A parent as its child's handler sees it.
public struct ParentResult: Sendable {
    /// The parent as it stands.
    public let ticker: Ticker
    /// What it returned, when it succeeded.
    package let output: Payload

    package init(ticker: Ticker, output: Payload) {
        self.ticker = ticker
        self.output = output
    }
}

/// The end of a ticker with what it left behind.
public enum TickerEnding: Sendable {
    /// It has not ended.
    case notYet
    /// It ended; its output is there when it succeeded.
    case ended(Ticker, Payload)
}
