import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// What changes thousands of tickers at once.
enum LargeChange: String, Sendable, CaseIterable {
    case cancelling = "a workflow is cancelled"
    case retryingCancelled = "a cancelled workflow is run again"
    case retryingRun = "a ticker is run again above children that have run"
    case skipping = "a parent succeeds above children on failure"
    case releasing = "a parent fails above children on failure"
    case failing = "a parent fails above children that fail with it"
    case stopping = "a workflow stops because one of its tickers failed"
    case overdue = "a workflow runs into its deadline"
    case joining = "children are added to a ticker that is stored"

    fileprivate var options: WorkflowOptions {
        switch self {
        case .stopping: WorkflowOptions(onFailure: .cancelAll)
        case .overdue: WorkflowOptions(deadline: .after(.seconds(60)))
        case .cancelling, .retryingCancelled, .retryingRun, .skipping, .releasing, .failing, .joining: .none
        }
    }

    fileprivate var condition: RunCondition {
        switch self {
        case .retryingRun, .skipping, .releasing: .onFailure
        case .cancelling, .retryingCancelled, .failing, .stopping, .overdue, .joining: .onSuccess
        }
    }
}

extension PieceCrashTests {
    /// Tickers as they stand in the file, with all that can be asked about them.
    private typealias Picture = [Ticker]

    @Test(
        "whatever kills it, each ticker is exactly as it was before or as it was decided",
        arguments: LargeChange.allCases
    )
    func exactness(change: LargeChange) async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            var decided: Picture?
            var before = 0
            var after = 0
            let prepare = { try await Self.prepare(change, in: $0, clock: clock) }
            try await Self.killed(clock: clock, from: prepare) { store in
                try await Self.make(change, in: store, clock: clock)
                await clock.rest()
                // The first one is not killed.
                let picture = try await Self.picture(of: store, clock: clock)
                if let decided { #expect(picture == decided) } else { decided = picture }
            } check: { _, store in
                let picture = try await Self.picture(of: store, clock: clock)
                guard try Self.isDone(change, #require(picture.first), picture.count) else {
                    before += 1
                    let untouched = Set(picture.dropFirst(change == .stopping ? 2 : 1).map(\.status))
                    #expect(untouched.count <= 1, "\(untouched)")
                    return
                }
                after += 1
                #expect(picture == decided)
            }
            #expect(before > 0 && after > 1)
        }
    }

    private static func isDone(_ change: LargeChange, _ top: Ticker, _ count: Int) -> Bool {
        switch change {
        case .joining: count > 1
        case .retryingCancelled, .retryingRun: !top.status.isEnd
        case .cancelling, .skipping, .releasing, .failing, .stopping, .overdue: top.status.isEnd
        }
    }

    private static func picture(of store: SQLiteTickerStore, clock: VirtualClock) async throws -> Picture {
        var tickers: Picture = []
        var request = TickerPageRequest(.all, limit: 1_000)
        repeat {
            let page = try await store.tickers(request, now: clock.wall)
            tickers += page.tickers
            request.after = page.next
        } while request.after != nil
        return tickers
    }

    private static func prepare(_ change: LargeChange, in store: SQLiteTickerStore, clock: VirtualClock) async throws {
        if change == .joining {
            _ = try await store.add(ticker("top"), now: clock.wall)
            return
        }
        // Where the others stop they are not below the one that fails.
        let isBeside = change == .stopping
        let first = isBeside ? 2 : 1
        var graph = children(count, of: [.step(first - 1)], when: change.condition, behind: first)
        if change == .failing {
            graph.edges = (first..<first + count).map {
                NewEdge(parent: .step(0), child: $0, condition: .onSuccess, onParentFailure: .fail)
            }
        }
        if isBeside { graph.tickers.insert(ticker("beside"), at: 0) }
        graph.tickers.insert(ticker("top"), at: 0)
        graph.options = change.options
        let stored = try await store.add(graph, now: clock.wall)
        switch change {
        case .retryingCancelled:
            _ = try await store.cancelWorkflow(stored.id, now: clock.wall)
        case .retryingRun:
            try await end("top", as: failed, in: store, clock: clock)
            try await end("child", as: { _ in .succeeded(.nothing) }, in: store, clock: clock)
        case .cancelling, .skipping, .releasing, .failing, .stopping, .overdue, .joining:
            return
        }
    }

    private static func make(_ change: LargeChange, in store: SQLiteTickerStore, clock: VirtualClock) async throws {
        let top = try #require(await store.tickers(TickerPageRequest(.all, limit: 1), now: clock.wall).tickers.first)
        switch change {
        case .cancelling:
            _ = try await store.cancelWorkflow(top.workflowID, now: clock.wall)
        case .retryingCancelled:
            #expect(try await store.retryWorkflow(top.workflowID, now: clock.wall) == 1)
        case .retryingRun:
            #expect(try await store.retry(top.id, now: clock.wall) == .retried)
        case .skipping:
            try await end("top", as: { _ in .succeeded(.nothing) }, in: store, clock: clock)
        case .releasing, .failing, .stopping:
            try await end("top", as: failed, in: store, clock: clock)
        case .overdue:
            let late = clock.wall.advanced(by: .seconds(61))
            _ = try await store.claim(ClaimRequest(limit: 1, serving: ["nothing"]), now: late)
        case .joining:
            _ = try await store.add(children(count, of: [.stored(top.id)], when: .onSuccess), now: clock.wall)
        }
    }

    private static func failed(_ run: ClaimedRun) -> AttemptOutcome {
        let failure = TickerFailure(
            ticker: run.lease.ticker,
            function: run.spec.function,
            attempts: 1,
            kind: .threw,
            message: "no"
        )
        return .failed(failure, .never)
    }

    /// Runs all that is due of a function.
    private static func end(
        _ function: String,
        as outcome: (ClaimedRun) -> AttemptOutcome,
        in store: SQLiteTickerStore,
        clock: VirtualClock
    ) async throws {
        while true {
            let claim = try await store.claim(ClaimRequest(limit: 250, serving: [function]), now: clock.wall)
            guard !claim.runs.isEmpty else { return }
            let ended = claim.runs.map { FinishedRun(run: $0, outcome: outcome($0)) }
            _ = try await store.finish(ended, now: clock.wall)
        }
    }
}
