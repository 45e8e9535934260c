public import Tickers

extension RandomPlay {
    /// Plays to the end on a store.
    ///
    /// - Returns: The first step on which the store and the model disagree, else `nil`.
    package mutating func played(on store: any TickerStore, reopen: StoreReopening?) async throws -> String? {
        var store = store
        while let move = next() {
            if case .reopen = move, let reopen { store = try await reopen(store) }
            let answer = try await answer(move, store)
            if let problem = answered(move, answer) { return problem }
            if let problem = mismatch(try await view(of: store)) { return problem }
        }
        let overviews = try await store.workflows(WorkflowPageRequest(.all)).workflows
        return endMismatch(try await view(of: store), overviews: overviews)
    }

    private func answer(_ move: Move, _ store: any TickerStore) async throws -> Answer {
        switch move {
        case .add(let workflow):
            return .added(try await store.add(workflow, now: now).tickers)
        case .claim(let request):
            let claim = try await store.claim(request, now: now)
            return .claimed(claim.runs, nextDue: claim.nextDue)
        case .finish(let reports):
            return .finished(try await store.finish(reports, now: now))
        case .cancel(let id):
            return .cancelled(try await store.cancel(id, now: now))
        case .retry(let id):
            return .retried(try await store.retry(id, now: now))
        case .retryWorkflow(let id):
            return .retriedWorkflow(try await store.retryWorkflow(id, now: now))
        case .reopen:
            return .reopened
        }
    }

    private func view(of store: any TickerStore) async throws -> View {
        let id = WorkflowID(first: ids[0])
        let workflow = try unwrap("the workflow of seed \(seed)", await store.workflow(id, now: now))
        var explanations: [TickerID: TickerExplanation] = [:]
        for ticker in workflow.tickers where ticker.status == .waiting {
            explanations[ticker.id] = try await store.explanation(of: ticker.id, now: now)
        }
        return View(workflow: workflow, explanations: explanations, counts: try await store.counts())
    }
}

extension StoreConformance {
    /// Plays a random workflow with a random fate on a store that has just been made, and compares every step with a
    /// second telling of the rules that shares no code with any store: joins, edge policies, handlers' children,
    /// cancellations, late reports, and retries by hand.
    ///
    /// - Parameters:
    ///   - seed: What the workflow and its fate follow from. A few hundred seeds are worth trying, in some seconds.
    ///   - makeStore: Makes an empty store. Called once.
    ///   - reopen: For a durable store: called now and then while nothing runs; the play goes on with what it returns.
    /// - Throws: ``ExpectationMismatch`` with the seed, the workflow and every step up to the first that differs.
    public static func checkRandomWorkflow(
        seed: UInt64,
        makeStore: @Sendable () async throws -> any TickerStore,
        reopen: StoreReopening? = nil,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        _ = try await playRandomWorkflow(seed: seed, makeStore: makeStore, reopen: reopen, fileID: fileID, line: line)
    }

    /// The same; answers what has been seen.
    package static func playRandomWorkflow(
        seed: UInt64,
        makeStore: @Sendable () async throws -> any TickerStore,
        reopen: StoreReopening? = nil,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> RandomPlay.Census {
        var play = RandomPlay(seed: seed, start: StoreStage.start, reopens: reopen != nil)
        if let problem = try await play.played(on: makeStore(), reopen: reopen) {
            throw ExpectationMismatch(problem, fileID: fileID, line: line)
        }
        return play.census
    }
}
