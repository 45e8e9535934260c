package import Tickers

/// A store with a clock that only the check moves, and the few steps that checks take.
package struct StoreStage {
    /// An instant in 2027 with microseconds to it; nothing depends on which.
    package static let start = Timestamp(microseconds: 1_800_000_000_123_457)

    package private(set) var store: any TickerStore
    package private(set) var time: Timestamp = Self.start
    private let reopen: StoreReopening?
    private var functions: Set<String> = []
    private var running: Set<TickerLease> = []
    private var ears: [StoreEar] = []

    package init(store: any TickerStore, reopen: StoreReopening? = nil) {
        self.store = store
        self.reopen = reopen
    }

    // MARK: Time

    /// Moves time on, or back by a negative duration. A store that can be is closed and opened meanwhile, unless
    /// something runs.
    package mutating func advance(_ duration: Duration = .seconds(1)) async throws {
        time = time.advanced(by: duration)
        guard let reopen, running.isEmpty else { return }
        store = try await reopen(store)
        for ear in ears { store.listeners.attach(ear) }
    }

    /// The instant so many seconds ahead.
    package func instant(_ seconds: Int) -> Timestamp { time.advanced(by: .seconds(seconds)) }

    /// Has `ear` listen to the store, from now on and through every opening.
    package mutating func listen(_ ear: StoreEar) {
        ears.append(ear)
        store.listeners.attach(ear)
    }

    // MARK: Adding

    /// Adds one ticker without parents.
    @discardableResult
    package mutating func add(
        _ name: String,
        due: TickerDue = .now,
        _ options: TickerOptions = .inherited,
        input: NewInput = .payload(.nothing)
    ) async throws -> StoredTicker {
        functions.insert(name)
        let step = PlannedStep(name, due: due, options: options, input: input)
        return try await store.add(step.ticker, now: time)
    }

    /// Adds tickers without parents, each as a workflow of its own.
    @discardableResult
    package mutating func addEach(_ steps: [PlannedStep]) async throws -> [StoredTicker] {
        functions.formUnion(steps.map(\.name))
        let stored = try await store.add(steps.map(\.ticker), now: time)
        try expect("how many tickers are answered", stored.count, is: steps.count)
        return stored
    }

    /// Adds a workflow; answers the ids of its tickers.
    @discardableResult
    package mutating func add(
        _ steps: [PlannedStep],
        options: WorkflowOptions = .none,
        addedBy: ClaimedRun? = nil
    ) async throws -> [TickerID] {
        try await add(NewWorkflow(steps: steps, options: options, addedBy: addedBy?.lease)).tickers
    }

    /// Adds a workflow.
    package mutating func add(_ workflow: NewWorkflow) async throws -> StoredWorkflow {
        functions.formUnion(workflow.tickers.map(\.spec.function))
        let stored = try await store.add(workflow, now: time)
        let expected = stored.isExisting ? stored.tickers.count : workflow.tickers.count
        try expect("how many tickers are answered", stored.tickers.count, is: expected)
        return stored
    }

    /// A text as an input or output, encoded where the store asks for it.
    package func text(_ text: String) throws -> Payload {
        try PayloadCoder<String>.codable.payload(text).stored(store.encoding)
    }

    // MARK: Running

    /// Claims what is due of these functions; of all that were ever added when none is named.
    package mutating func claim(_ names: String..., limit: Int = 1_000) async throws -> [ClaimedRun] {
        try await claiming(names, limit: limit).runs
    }

    /// The whole answer to a claim.
    package mutating func claiming(
        _ names: [String] = [],
        limit: Int = 1_000,
        rooms: ClaimRooms = ClaimRooms()
    ) async throws -> Claim {
        let serving = names.isEmpty ? functions : Set(names)
        let claim = try await store.claim(ClaimRequest(limit: limit, serving: serving, rooms: rooms), now: time)
        running.formUnion(claim.runs.map(\.lease))
        return claim
    }

    /// The names of what is claimed, in order.
    package mutating func claimed(_ names: String..., limit: Int = 1_000) async throws -> [String] {
        try await claiming(names, limit: limit).runs.map(\.spec.function)
    }

    /// Starts the one ticker of this function that is due, or the first of several when told so.
    package mutating func start(
        _ name: String,
        isFirst: Bool = false,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> ClaimedRun {
        let runs = try await claiming([name], limit: isFirst ? 1 : 1_000).runs
        try expect("how many of \(name) are due", runs.count, is: 1, fileID: fileID, line: line)
        return runs[0]
    }

    /// Starts all that is due, which has to be so much.
    package mutating func startAll(
        _ count: Int,
        _ names: String...,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> [ClaimedRun] {
        let runs = try await claiming(names).runs
        try expect("how many are due", runs.count, is: count, fileID: fileID, line: line)
        return runs
    }

    /// Reports the ends of attempts.
    @discardableResult
    package mutating func finish(_ reports: [FinishedRun]) async throws -> [FinishResult] {
        let results = try await store.finish(reports, now: time)
        running.subtract(reports.map(\.lease))
        return results
    }

    /// Reports the ends of attempts and claims so many in the same call.
    package mutating func finish(_ reports: [FinishedRun], thenClaim limit: Int) async throws -> FinishAndClaim {
        let request = ClaimRequest(limit: limit, serving: functions, rooms: ClaimRooms())
        let both = try await store.finish(reports, thenClaim: request, now: time)
        running.subtract(reports.map(\.lease))
        running.formUnion(try both.claim.get().runs.map(\.lease))
        return both
    }

    /// Reports one end.
    @discardableResult
    package mutating func finish(
        _ run: ClaimedRun,
        _ outcome: AttemptOutcome,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> FinishResult {
        let results = try await finish([run.finished(outcome)])
        try expect("the number of answers to one report", results.count, is: 1, fileID: fileID, line: line)
        return results[0]
    }

    /// Has a run succeed, with a text as its output or nothing.
    @discardableResult
    package mutating func succeed(_ run: ClaimedRun, _ output: String? = nil) async throws -> FinishResult {
        try await finish(run, .succeeded(output.map { try text($0) } ?? .nothing))
    }

    /// Has a run fail.
    @discardableResult
    package mutating func fail(
        _ run: ClaimedRun,
        _ advice: RetryAdvice = .byPolicy,
        kind: TickerFailure.Kind = .threw
    ) async throws -> FinishResult {
        try await finish(run, .failed(run.failure(kind), advice))
    }

    /// Runs the one ticker of this function that is due, to success.
    package mutating func complete(_ name: String, _ output: String? = nil) async throws {
        let run = try await start(name)
        try await succeed(run, output)
    }

    /// Runs the one ticker of this function that is due, to a failure for good.
    package mutating func breakDown(_ name: String) async throws {
        let run = try await start(name)
        try await fail(run, .never)
    }

    // MARK: Deciding by hand

    @discardableResult
    package func cancel(_ id: TickerID) async throws -> CancelResult { try await store.cancel(id, now: time) }

    @discardableResult
    package func retry(_ id: TickerID) async throws -> RetryAnswer { try await store.retry(id, now: time) }
}
