/// What a handler knows of its run, and what it may ask for.
public struct TickerContext: Sendable {
    package let run: ClaimedRun
    package let actions: any ContextActions

    package init(run: ClaimedRun, actions: any ContextActions) {
        self.run = run
        self.actions = actions
    }

    /// The ticker's id.
    public var id: TickerID { run.lease.ticker }
    /// The workflow it belongs to.
    public var workflowID: WorkflowID { run.workflowID }
    /// The function's name.
    public var function: String { run.spec.function }
    /// Which attempt this is; 1 is the first.
    public var attempt: Int { run.attempt }
    /// The attempts it may make in all, by its policy.
    public var maxAttempts: Int { run.spec.retry.maxAttempts }
    /// The instant at which it was meant to run: its due time, or its release if that was later.
    public var scheduledFor: Timestamp { run.scheduledFor }
    /// The occurrence of a recurrence that its workflow is: the instant by the rule, and how many were missed before it; `nil`
    /// for what somebody has scheduled.
    public var occurrence: Occurrence? { run.occurrence }
    /// The queue it runs in.
    public var queue: String { run.spec.queue }
    /// The ticker's tags.
    public var tags: [String] { run.spec.tags }
    /// What middleware stored with the ticker.
    public var metadata: [String: String] { run.metadata ?? [:] }
    /// The scheduler's clock: what a handler should read and sleep on, so that a virtual one can stand in for it.
    public var clock: any TickerClock { actions.clock }

    /// Whether the run has been told to stop: by a cancel, its timeout or a shutdown. For blocking handlers; others
    /// can also rely on their task's cancellation. O(1).
    public var isCancelled: Bool { actions.isCancelled(run.lease) }

    /// Throws `CancellationError` when the run has been told to stop.
    public func checkCancellation() throws {
        if isCancelled { throw CancellationError() }
    }

    /// Says how far the work has come; readable in the ticker's snapshot and told to event subscribers.
    ///
    /// - Parameters:
    ///   - fraction: From 0 to 1; other values move to the nearer end.
    ///   - text: A few words, cut at ``TickerLimits/progressBytes`` bytes.
    /// - Throws: ``TickerError`` with code `attemptEnded` when this attempt is over.
    public func report(progress fraction: Double, _ text: String = "") async throws {
        try await actions.report(TickerProgress(fraction: fraction, text: text), lease: run.lease)
    }

    /// Adds a child of this ticker, in its workflow.
    ///
    /// The child belongs to this attempt: if the attempt fails and will be repeated, the child is withdrawn while it
    /// still waits, so that the repetition does not double it. Under `.inProgress` it starts at once, beside this one, and
    /// a repetition adds it again: guard it with ``attempt`` if it must run once.
    ///
    /// - Throws: ``TickerError``: `attemptEnded`, `unregisteredFunction`, `invalidArgument`, `uniqueKeyInUse`, or of the payload.
    @discardableResult
    public func schedule<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ input: Input,
        when condition: RunCondition = .onSuccess,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> TickerHandle<Output> {
        let ticker = NewTicker(
            spec: function.spec.overridden(by: options),
            input: .payload(function.input.payload(input)),
            due: due
        )
        let edge = NewEdge(parent: .stored(id), child: 0, condition: condition)
        let request = NewWorkflow(tickers: [ticker], edges: [edge], addedBy: run.lease)
        let stored = try await actions.add(request)
        return TickerHandle(stored, output: function.output)
    }

    /// Adds a child without input.
    @discardableResult
    public func schedule<Output>(
        _ function: TickerFunction<Void, Output>,
        when condition: RunCondition = .onSuccess,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) async throws -> TickerHandle<Output> {
        try await schedule(function, (), when: condition, due: due, options: options)
    }
}

/// What a context does for its handler; the engine behind it, or a stand-in.
package protocol ContextActions: AnyObject, Sendable {
    var clock: any TickerClock { get }
    func isCancelled(_ lease: TickerLease) -> Bool
    func report(_ progress: TickerProgress, lease: TickerLease) async throws
    func add(_ request: NewWorkflow) async throws -> StoredWorkflow
    func parents(of lease: TickerLease) async throws -> [ParentResult]
    func cancelParents(of lease: TickerLease, includingStarted: Bool) async throws -> [CancelResult]
}
