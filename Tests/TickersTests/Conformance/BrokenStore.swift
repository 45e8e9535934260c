import Tickers

/// A store in memory with one thing wrong with it.
actor BrokenStore: TickerStore {
    enum Fault: CaseIterable, Sendable {
        case claimsEarly, startsInReverse, claimsBeyondItsLimit, forgetsMetadata
        case swallowsAnEdge, neverSkips, storesHalf, roundsToMilliseconds
        case losesOutputs, claimsBeforeItRecords, acceptsLateReports, retriesForever
        case cancelsNothing, retriesEverything
        case losesTheLastOfAPage, losesTheNextPage, countsWrong, answersUnknown
        case hearsNobody, mistakesOrder, forgetsPauses
    }

    private let base: MemoryTickerStore
    private let fault: Fault
    nonisolated let listeners: StoreListeners
    nonisolated var encoding: PayloadEncoding { base.encoding }

    init(_ fault: Fault) {
        self.fault = fault
        base = MemoryTickerStore(retention: Retention(age: .seconds(86_400), count: 1_000), seed: 7)
        listeners = fault == .hearsNobody ? StoreListeners() : base.listeners
    }

    private func wrong(_ ticker: NewTicker) -> NewTicker {
        var ticker = ticker
        if fault == .forgetsMetadata { ticker.metadata = nil }
        if fault == .roundsToMilliseconds, let instant = ticker.due.instant {
            ticker.due = .at(Timestamp(microseconds: instant.microseconds / 1_000 * 1_000))
        }
        if fault == .retriesForever {
            var options = ticker.spec.options
            options.retry?.maxAttempts += 1
            ticker.spec = TickerSpec(function: ticker.spec.function, options: options)
        }
        return ticker
    }

    func add(_ ticker: NewTicker, now: Timestamp) async throws -> StoredTicker {
        try await base.add(wrong(ticker), now: now)
    }

    func add(_ tickers: [NewTicker], now: Timestamp) async throws -> [StoredTicker] {
        try await base.add(tickers.map(wrong), now: now)
    }

    func add(_ workflow: NewWorkflow, now: Timestamp) async throws -> StoredWorkflow {
        var changed = workflow
        changed.tickers = workflow.tickers.map(wrong)
        if fault == .swallowsAnEdge, changed.edges.count > 1 { changed.edges.removeLast() }
        if fault == .neverSkips {
            for index in changed.edges.indices where changed.edges[index].condition == .onSuccess {
                changed.edges[index].condition = .always
            }
        }
        do {
            return try await base.add(changed, now: now)
        } catch {
            if fault == .storesHalf, let first = workflow.tickers.first { _ = try await base.add(first, now: now) }
            throw error
        }
    }

    func claim(_ request: ClaimRequest, now: Timestamp) async throws -> Claim {
        var request = request
        if fault == .claimsBeyondItsLimit { request.limit += 1 }
        let instant = fault == .claimsEarly ? now.advanced(by: .milliseconds(1)) : now
        let claim = await base.claim(request, now: instant)
        guard fault == .startsInReverse else { return claim }
        return Claim(
            runs: claim.runs.reversed(),
            nextDue: claim.nextDue,
            nextLimit: claim.nextLimit,
            heldBack: claim.heldBack
        )
    }

    func finish(_ runs: [FinishedRun], now: Timestamp) async throws -> [FinishResult] {
        let reports = runs.map { report in
            guard fault == .losesOutputs, case .succeeded = report.outcome else { return report }
            return FinishedRun(run: report.run, outcome: .succeeded(.nothing))
        }
        let results = await base.finish(reports, now: now)
        guard fault == .acceptsLateReports else { return results }
        return results.map { $0 == .late ? .ended(.succeeded) : $0 }
    }

    func finish(
        _ runs: [FinishedRun],
        thenClaim request: ClaimRequest,
        now: Timestamp
    ) async throws -> FinishAndClaim {
        let early = fault == .claimsBeforeItRecords ? try await claim(request, now: now) : nil
        let results = try await finish(runs, now: now)
        let claim = if let early { early } else { try await claim(request, now: now) }
        return FinishAndClaim(results: results, claim: .success(claim))
    }

    func cancel(_ id: TickerID, now: Timestamp) async throws -> CancelResult {
        if fault == .cancelsNothing, try await base.ending(of: id, now: now).isOpen { return .cancelled }
        return try await base.cancel(id, now: now)
    }

    func cancelWorkflow(_ id: WorkflowID, now: Timestamp) async throws -> [CancelResult] {
        try await base.cancelWorkflow(id, now: now)
    }

    func retry(_ id: TickerID, now: Timestamp) async throws -> RetryAnswer {
        let answer = try await base.retry(id, now: now)
        return fault == .retriesEverything ? .retried : answer
    }

    func retryWorkflow(_ id: WorkflowID, now: Timestamp) async throws -> Int {
        try await base.retryWorkflow(id, now: now)
    }

    func cancelParents(of lease: TickerLease, includingStarted: Bool, now: Timestamp) async throws -> [CancelResult] {
        try await base.cancelParents(of: lease, includingStarted: includingStarted, now: now)
    }

    func setPaused(_ queue: String, _ isPaused: Bool, now: Timestamp) async throws {
        guard fault != .forgetsPauses else { return }
        try await base.setPaused(queue, isPaused, now: now)
    }

    func pausedQueues() async throws -> [String] { await base.pausedQueues() }

    func parents(of lease: TickerLease, now: Timestamp) async throws -> [ParentResult] {
        let parents = try await base.parents(of: lease, now: now)
        return fault == .mistakesOrder ? parents.reversed() : parents
    }

    func report(_ progress: TickerProgress, lease: TickerLease) async throws {
        try await base.report(progress, lease: lease)
    }

    func ticker(_ id: TickerID, now: Timestamp) async throws -> Ticker? { await base.ticker(id, now: now) }

    func ending(of id: TickerID, now: Timestamp) async throws -> TickerEnding {
        guard fault == .answersUnknown, await base.ticker(id, now: now) == nil else {
            return try await base.ending(of: id, now: now)
        }
        return .notYet
    }

    func workflow(_ id: WorkflowID, now: Timestamp) async throws -> WorkflowSummary? {
        await base.workflow(id, now: now)
    }

    func tickers(_ request: TickerPageRequest, now: Timestamp) async throws -> TickerPage {
        var page = await base.tickers(request, now: now)
        if fault == .losesTheLastOfAPage, page.next != nil { page.tickers.removeLast() }
        if fault == .losesTheNextPage { page.next = nil }
        return page
    }

    func workflows(_ request: WorkflowPageRequest) async throws -> WorkflowPage { await base.workflows(request) }

    func explanation(of id: TickerID, now: Timestamp) async throws -> TickerExplanation? {
        await base.explanation(of: id, now: now)
    }

    func counts() async throws -> StoreCounts {
        var counts = await base.counts()
        if fault == .countsWrong { counts.add(1, in: .skipped) }
        return counts
    }
}

extension TickerEnding {
    fileprivate var isOpen: Bool {
        switch self {
        case .notYet: true
        case .ended: false
        }
    }
}
