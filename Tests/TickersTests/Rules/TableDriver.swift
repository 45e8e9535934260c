import Testing
import Tickers

/// One parent of a planned step: who it is, and what the edge to it says.
struct PlannedParent {
    var parent: NewEdge.Parent
    var condition: RunCondition
    var policy: ParentFailurePolicy

    static func step(
        _ position: Int,
        _ condition: RunCondition = .onSuccess,
        policy: ParentFailurePolicy = .byCondition
    ) -> PlannedParent {
        PlannedParent(parent: .step(position), condition: condition, policy: policy)
    }

    static func stored(
        _ id: TickerID,
        _ condition: RunCondition = .onSuccess,
        policy: ParentFailurePolicy = .byCondition
    ) -> PlannedParent {
        PlannedParent(parent: .stored(id), condition: condition, policy: policy)
    }
}

/// One ticker of a planned workflow. Its name is its function, so that a claim can ask for it alone.
struct PlannedStep {
    var name: String
    var parents: [PlannedParent] = []
    var join = JoinRule.all
    var due = TickerDue.now
    var options = TickerOptions.inherited

    init(
        _ name: String,
        after parents: [PlannedParent] = [],
        join: JoinRule = .all,
        due: TickerDue = .now,
        retry: RetryPolicy? = nil,
        priority: TickerPriority? = nil,
        queue: String? = nil
    ) {
        self.name = name
        self.parents = parents
        self.join = join
        self.due = due
        options = TickerOptions(queue: queue, priority: priority, retry: retry)
    }
}

extension NewWorkflow {
    /// The request that stores these steps.
    init(steps: [PlannedStep], addedBy: TickerLease? = nil) {
        var tickers: [NewTicker] = []
        var edges: [NewEdge] = []
        for (position, step) in steps.enumerated() {
            let spec = TickerSpec(function: step.name, options: step.options)
            tickers.append(NewTicker(spec: spec, input: .payload(.nothing), due: step.due, join: step.join))
            for parent in step.parents {
                edges.append(
                    NewEdge(
                        parent: parent.parent,
                        child: position,
                        condition: parent.condition,
                        onParentFailure: parent.policy
                    )
                )
            }
        }
        self.init(tickers: tickers, edges: edges, addedBy: addedBy)
    }
}

extension ClaimedRun {
    /// The report that ends this run.
    func finished(_ outcome: AttemptOutcome) -> FinishedRun {
        FinishedRun(run: self, outcome: outcome)
    }

    /// A failure of this run with this advice.
    func failed(_ advice: RetryAdvice = .byPolicy, kind: TickerFailure.Kind = .threw) -> FinishedRun {
        let failure = TickerFailure(
            ticker: lease.ticker,
            function: spec.function,
            attempts: attempt,
            kind: kind,
            message: "\(spec.function) broke"
        )
        return finished(.failed(failure, advice))
    }
}

/// A real table of tickers with a clock that only the test moves, and the few steps that tests of the rules take.
struct TableDriver {
    var table: TickerTable
    /// A day in 2027; nothing depends on which.
    var now = Timestamp(microseconds: 1_800_000_000_000_000)
    private var functions: Set<String> = []

    init(seed: UInt64 = 1) {
        table = TickerTable(seed: seed)
    }

    mutating func advance(_ duration: Duration = .seconds(1)) {
        now = now.advanced(by: duration)
    }

    @discardableResult
    mutating func add(_ steps: [PlannedStep], addedBy: TickerLease? = nil) throws -> [Int32] {
        functions.formUnion(steps.map(\.name))
        return try table.add(NewWorkflow(steps: steps, addedBy: addedBy), now: now)
    }

    /// Claims what is due of these functions; of all that were ever added when none is named.
    mutating func claim(
        _ names: String...,
        limit: Int = 1_000,
        functionRoom: [String: Int] = [:],
        queueRoom: [String: Int] = [:]
    ) -> [ClaimedRun] {
        let serving = names.isEmpty ? functions : Set(names)
        var rooms = ClaimRooms()
        for (name, room) in functionRoom { rooms.limit(functions: [name], to: room) }
        for (name, room) in queueRoom { rooms.limit(queue: name, to: room) }
        let claim = table.claim(ClaimRequest(limit: limit, serving: serving, rooms: rooms), now: now)
        return claim.runs
    }

    /// Starts the one ticker of this function that is due.
    mutating func start(_ name: String) throws -> ClaimedRun {
        let runs = claim(name)
        try #require(runs.count == 1, "\(runs.count) runs of \(name) were due")
        return runs[0]
    }

    @discardableResult
    mutating func finish(_ run: FinishedRun) -> FinishResult {
        table.finish(run, now: now)
    }

    @discardableResult
    mutating func succeed(_ run: ClaimedRun) -> FinishResult {
        finish(run.finished(.succeeded(.nothing)))
    }

    @discardableResult
    mutating func fail(_ run: ClaimedRun, _ advice: RetryAdvice = .byPolicy) -> FinishResult {
        finish(run.failed(advice))
    }

    @discardableResult
    mutating func cancel(_ ref: Int32, reason: EndReason = .byRequest) -> CancelResult {
        table.cancel(ref, reason: reason, now: now)
    }

    subscript(_ ref: Int32) -> TickerRow { table[ticker: ref] }

    func id(_ ref: Int32) -> TickerID { table[ticker: ref].id }

    func state(_ ref: Int32) -> TickerState { table[ticker: ref].state }
}

extension StoreCounts {
    /// Open, running, ended.
    var totals: [Int] { [open, running, ended] }
}
