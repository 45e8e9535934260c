import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersTesting

/// A graph on its way through a store, as callers and an engine take it: one call after the other, each again until it is answered.
///
/// It outlives the store that it plays on: what has been answered is not asked again, whatever store comes next.
struct GraphPlay: Sendable {
    let graph: ReferenceGraph
    let clock: VirtualClock
    /// The calls that were made, those that threw included.
    private(set) var calls = 0
    /// What the add has answered.
    private(set) var stored: StoredWorkflow?

    private var mayBeStored = false
    private var cancelled: Set<String> = []
    private var running: [ClaimedRun] = []
    private var limit = Int.max

    /// Runs at once.
    private static let workers = 16

    init(_ graph: ReferenceGraph, clock: VirtualClock) {
        self.graph = graph
        self.clock = clock
    }

    /// What was claimed is under way no more.
    mutating func processEnded() { running = [] }

    /// Goes on until nothing is left to do, or so many more calls have been made.
    ///
    /// - Returns: Whether nothing is left to do.
    /// - Throws: What the store throws; goes on where it was when it is called again.
    mutating func go(on store: some TickerStore, calls: Int = .max) async throws -> Bool {
        limit = calls == .max ? .max : self.calls + calls
        if stored == nil {
            // Unanswered, it may have been stored all the same.
            stored = try await mayBeStored ? found(in: store) : nil
        }
        if stored == nil {
            guard takeCall() else { return false }
            mayBeStored = true
            stored = try await store.add(graph.request, now: clock.wall)
        }
        for step in graph.steps where step.handler == .isCancelledBeforeStart {
            guard try await cancel(step.name, on: store) else { return false }
        }
        while true {
            guard try await finish(on: store) else { return false }
            guard takeCall() else { return false }
            let request = ClaimRequest(limit: Self.workers, serving: graph.functions)
            let claim = try await store.claim(request, now: clock.wall)
            running = claim.runs
            guard claim.runs.isEmpty else { continue }
            guard let next = claim.nextDue else { return true }
            try await clock.sleep(untilWall: next, recheck: .seconds(30))
        }
    }

    private mutating func takeCall() -> Bool {
        guard calls < limit else { return false }
        calls += 1
        return true
    }

    private mutating func finish(on store: some TickerStore) async throws -> Bool {
        guard !running.isEmpty else { return true }
        for run in running where graph.step(named: run.spec.function)?.handler == .isCancelledWhileRunning {
            guard try await cancel(run.spec.function, on: store) else { return false }
        }
        guard takeCall() else { return false }
        let ended = running.map { FinishedRun(run: $0, outcome: outcome(of: $0)) }
        let results = try await store.finish(ended, now: clock.wall)
        #expect(!results.contains(.late))
        running = []
        return true
    }

    private mutating func cancel(_ name: String, on store: some TickerStore) async throws -> Bool {
        guard !cancelled.contains(name), let stored else { return true }
        guard let position = graph.steps.firstIndex(where: { $0.name == name }) else { return true }
        guard takeCall() else { return false }
        _ = try await store.cancel(stored.tickers[position], now: clock.wall)
        cancelled.insert(name)
        return true
    }

    private func outcome(of run: ClaimedRun) -> AttemptOutcome {
        switch graph.step(named: run.spec.function)?.handler {
        case .succeeds, .isCancelledBeforeStart: return .succeeded(output(of: run))
        case .failsAtFirst where run.attempt > 1: return .succeeded(output(of: run))
        case .fails, .failsAtFirst, .isCancelledWhileRunning, nil: break
        }
        let failure = TickerFailure(
            ticker: run.lease.ticker,
            function: run.spec.function,
            attempts: run.attempt,
            kind: .threw,
            message: "as it always does"
        )
        return .failed(failure, .byPolicy)
    }

    /// What went in and who it was, so that the output tells of everything above.
    private func output(of run: ClaimedRun) -> Payload {
        var input = run.input.text ?? "null"
        if let failure = try? PayloadCoder<TickerFailure>.codable.value(run.input) { input = "\"\(failure.function)\"" }
        return Payload(.encoded(Data("[\"\(run.spec.function)\",\(input)]".utf8)))
    }

    private func found(in store: some TickerStore) async throws -> StoredWorkflow? {
        var query = WorkflowQuery()
        query.names = [graph.name]
        let request = WorkflowPageRequest(query, limit: 10)
        let page = try await store.workflows(request)
        #expect(page.workflows.count <= 1, "it was stored twice")
        guard let id = page.workflows.first?.id else { return nil }
        let summary = try #require(try await store.workflow(id, now: clock.wall))
        #expect(summary.tickers.map(\.function) == graph.steps.map(\.name), "it was stored in part")
        return StoredWorkflow(id: id, tickers: summary.tickers.map(\.id))
    }

    // MARK: What has come of it

    /// What has become of every step, a line each, whoever ran it: crashes and what was given back are no part of it.
    func outcome(on store: some TickerStore) async throws -> [String] {
        let id = try #require(stored).id
        let summary = try #require(try await store.workflow(id, now: clock.wall))
        let names = Dictionary(uniqueKeysWithValues: summary.tickers.map { ($0.id, $0.function) })
        var lines: [String] = []
        for ticker in summary.tickers {
            guard case .ended(let ended, let output) = try await store.ending(of: ticker.id, now: clock.wall) else {
                lines.append("\(ticker.function): has not ended, \(ticker.status)")
                continue
            }
            // Which of several parents came first is not for the rule book to say when a crash has ended one of them.
            let first = ended.parents.count > 1 ? nil : ended.reason
            let reason = first.map { ", \($0.description { names[$0] ?? "nobody" })" } ?? ""
            // An attempt that was asked to stop has a failure to tell only where its process has lived to hear of it.
            let told = ended.status == .cancelled ? nil : ended.failure
            let failure = told.map { ", \($0.kind) in \(names[$0.ticker] ?? "nobody"): \($0)" } ?? ""
            let attempts = ended.history.compactMap { attempt -> String? in
                switch attempt.outcome {
                case .crashed, .givenBack: nil
                case .running, .succeeded, .failed, .snoozed, .cancelled: "\(attempt.number)"
                }
            }
            lines.append(
                "\(ended.function): \(ended.status) after \(ended.attempts) [\(attempts.joined(separator: " "))]"
                    + "\(reason)\(failure) \(output.text ?? "")"
            )
        }
        return lines
    }

    /// What the rule book makes of a graph, over a store that nothing interrupts.
    static func expected(of graph: ReferenceGraph, clock: VirtualClock) async throws -> [String] {
        let store = MemoryTickerStore(encoding: .always, retention: .diskDefault, seed: 1)
        var play = GraphPlay(graph, clock: clock)
        let isDone = try await play.go(on: store)
        #expect(isDone)
        return try await play.outcome(on: store)
    }
}
