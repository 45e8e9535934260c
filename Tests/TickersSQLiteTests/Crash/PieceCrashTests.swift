import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// Adds and settlements that are too large for one transaction, killed between any two of their pieces.
@Suite("What is written in pieces")
struct PieceCrashTests {
    /// Rows per transaction; a tenth of the usual in the short form.
    static let piece = isLongRun ? SQLiteTickerStore.rowsPerCommit : SQLiteTickerStore.rowsPerCommit / 20
    /// Three transactions' worth.
    static let count = piece * 5 / 2

    @Test("an add that was killed between its pieces is there as a whole or not at all", arguments: [false, true])
    func adds(isWorkflow: Bool) async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            var kept: Set<Int> = []
            try await Self.killed(clock: clock, from: { _ in }) { store in
                try await Self.add(Self.count, asWorkflow: isWorkflow, to: store, clock: clock)
            } check: { disk, store in
                let there = try await store.counts().open
                #expect(there == 0 || there == Self.count)
                kept.insert(there)
            }
            #expect(kept == [0, Self.count])
        }
    }

    @Test("nothing of an add under way starts, whatever else is claimed of its functions meanwhile")
    func unseen() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let disk = FaultyDisk()
            let store = try disk.store(clock: clock, rowsPerCommit: Self.piece)
            // More than a page, so that what is due is read from the file.
            var known: Set<TickerID> = []
            for _ in 0..<3_000 {
                known.insert(try await store.add(Self.ticker("child"), now: clock.wall).id)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.add(Self.count, asWorkflow: false, to: store, clock: clock) }
                group.addTask { [known] in
                    for _ in 0..<30 {
                        let claim = try await store.claim(
                            ClaimRequest(limit: 100, serving: ["child"]),
                            now: clock.wall
                        )
                        let strangers = claim.runs.filter { !known.contains($0.lease.ticker) }
                        let isStored = try await store.counts().open > known.count
                        #expect(strangers.isEmpty || isStored)
                        try expectWhole(disk.asLeftBehind())
                    }
                }
                try await group.waitForAll()
            }
            try await store.close()
        }
    }

    @Test(
        "a settlement that was killed between its pieces is carried on to the same end",
        arguments: [RunCondition.onSuccess, .onFailure]
    )
    func settlements(condition: RunCondition) async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            try await Self.killed(clock: clock) { store in
                let parent = try await Self.tops(1, in: store, clock: clock)[0]
                _ = try await store.add(
                    Self.children(Self.count, of: [.stored(parent)], when: condition),
                    now: clock.wall
                )
            } action: { store in
                _ = try await Self.finishTop(in: store, clock: clock)
            } check: { disk, store in
                let counts = try await store.counts()
                guard counts.succeeded == 1 else {
                    #expect(counts.waiting == Self.count)
                    return
                }
                let end = condition == .onSuccess ? counts.queued : counts.skipped
                #expect(end == Self.count, "\(counts)")
                #expect(counts.waiting == 0)
                try expectWhole(disk)
            }
        }
    }

    @Test("a settlement is carried on although the parent that decided is in another workflow")
    func acrossWorkflows() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            try await Self.killed(clock: clock) { store in
                let parents = try await Self.tops(2, in: store, clock: clock)
                let request = Self.children(Self.count, of: parents.map { NewEdge.Parent.stored($0) }, when: .onSuccess)
                _ = try await store.add(request, now: clock.wall)
                // The one whose workflow the children have joined ends first.
                #expect(try await Self.finishTop(in: store, clock: clock) == [parents[0]])
            } action: { store in
                _ = try await Self.finishTop(in: store, clock: clock)
            } check: { disk, store in
                let counts = try await store.counts()
                guard counts.succeeded == 2 else { return }
                #expect(counts.queued == Self.count, "\(counts)")
                try expectWhole(disk)
            }
        }
    }

    @Test("a removal that was killed between its pieces leaves nothing to be seen, and is carried on")
    func removals() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            var seen: Set<Int> = []
            try await Self.killed(clock: clock) { store in
                try await Self.fan(clock)(store)
                _ = try await store.cancelWorkflow(Self.workflow(in: store, clock: clock), now: clock.wall)
            } action: { store in
                try await store.setPaused("queue", true, now: clock.wall.advanced(by: .seconds(8 * 86_400)))
            } check: { disk, store in
                // It is not due for removal by this clock, so what has not been begun is there.
                let page = try await store.tickers(TickerPageRequest(.all, limit: 1), now: clock.wall)
                var there = 0
                if let first = page.tickers.first {
                    there = try await store.workflow(first.workflowID, now: clock.wall)?.tickers.count ?? 0
                }
                seen.insert(there)
                await clock.rest()
                #expect(try await store.counts().ended == there)
                try expectWhole(disk)
            }
            #expect(seen == [0, Self.count + 1])
        }
    }

    @Test("a settlement that ends a workflow which pins another is carried on, and pins no more")
    func pins() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            try await Self.killed(clock: clock) { store in
                let parents = try await Self.tops(2, in: store, clock: clock)
                let request = Self.children(Self.count, of: parents.map { NewEdge.Parent.stored($0) }, when: .onFailure)
                _ = try await store.add(request, now: clock.wall)
            } action: { store in
                _ = try await Self.finishTop(in: store, clock: clock)
            } check: { disk, store in
                let counts = try await store.counts()
                #expect(counts.skipped == counts.succeeded * Self.count, "\(counts)")
                await clock.rest()
                try expectWhole(disk)
            }
        }
    }

    @Test("a workflow is cancelled as a whole or not at all, whatever kills it between the pieces")
    func cancellations() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            var seen: Set<Int> = []
            try await Self.killed(clock: clock, from: Self.fan(clock)) { store in
                let results = try await store.cancelWorkflow(Self.workflow(in: store, clock: clock), now: clock.wall)
                #expect(results == Array(repeating: .cancelled, count: Self.count + 1))
                // What has been answered is seen, in the file as well.
                let open = TickerQuery(statuses: [.waiting, .pending])
                #expect(try await store.tickers(TickerPageRequest(open), now: clock.wall) == TickerPage())
            } check: { disk, store in
                let counts = try await store.counts()
                seen.insert(counts.cancelled)
                #expect(counts.open + counts.cancelled == Self.count + 1 && counts.skipped == 0, "\(counts)")
                await clock.rest()
                let last = TickerPageRequest(.all, limit: 1, order: .newestFirst)
                let reason = try await store.tickers(last, now: clock.wall).tickers.first?.reason
                #expect(reason == (counts.open == 0 ? .byRequest : nil))
                try expectWhole(disk)
            }
            #expect(seen == [0, Self.count + 1])
        }
    }

    @Test("what is run again while its cancelled workflow is still being written is not cancelled once more")
    func cancelledAndRetried() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            var seen: Set<Int> = []
            var isRetried = false
            try await Self.killed(4 * Self.kills, clock: clock, from: Self.fan(clock)) { store in
                isRetried = false
                let workflow = try await Self.workflow(in: store, clock: clock)
                let last = TickerPageRequest(.all, limit: 1, order: .newestFirst)
                let child = try #require(await store.tickers(last, now: clock.wall).tickers.first).id
                async let cancelled = store.cancelWorkflow(workflow, now: clock.wall)
                while try await store.counts().cancelled == 0 {}
                #expect(try await store.retry(child, now: clock.wall) == .retried)
                isRetried = true
                _ = try await cancelled
            } check: { disk, store in
                let counts = try await store.counts()
                seen.insert(counts.cancelled)
                #expect(counts.waiting == (counts.cancelled == 0 ? Self.count : 0), "\(counts)")
                if isRetried { #expect(counts.queued == 1 && counts.cancelled == Self.count, "\(counts)") }
                await clock.rest()
                try expectWhole(disk)
            }
            #expect(seen.isSuperset(of: [0, Self.count]))
        }
    }

    private static func fan(_ clock: VirtualClock) -> (SQLiteTickerStore) async throws -> Void {
        { store in
            let parent = try await tops(1, in: store, clock: clock)[0]
            _ = try await store.add(children(count, of: [.stored(parent)], when: .onSuccess), now: clock.wall)
        }
    }

    /// The only one.
    private static func workflow(in store: SQLiteTickerStore, clock: VirtualClock) async throws -> WorkflowID {
        try #require(await store.tickers(TickerPageRequest(.all, limit: 1), now: clock.wall).tickers.first).workflowID
    }

    // MARK: Killing

    /// Does the action over and over, killed at one write after the other of some that are spread over all of them.
    static func killed(
        _ kills: Int = kills,
        clock: VirtualClock,
        from prepare: (SQLiteTickerStore) async throws -> Void,
        action: (SQLiteTickerStore) async throws -> Void,
        check: (FaultyDisk, SQLiteTickerStore) async throws -> Void
    ) async throws {
        let prepared = FaultyDisk()
        let first = try prepared.store(clock: clock, rowsPerCommit: piece)
        try await prepare(first)
        try await first.close()
        let whole = prepared.asLeftBehind()
        let watched = try whole.store(clock: clock, rowsPerCommit: piece)
        let before = whole.operationCount
        try await action(watched)
        // What has been answered is written on.
        await clock.rest()
        let writes = whole.operationCount - before
        try await watched.close()
        for kill in 0...kills {
            let disk = prepared.asLeftBehind()
            let store = try disk.store(clock: clock, rowsPerCommit: Self.piece)
            disk.losePower(after: writes * kill / kills)
            do {
                try await action(store)
                await clock.rest()
            } catch let error as TickerError where disk.isOff {
                #expect(error.code == .storeFailed, "\(error)")
            }
            let remains = disk.asLeftBehind()
            try expectWhole(remains, "killed at write \(writes * kill / kills)")
            let reopened = try remains.store(clock: clock, rowsPerCommit: piece)
            try await check(remains, reopened)
            try await reopened.close()
            try expectWhole(remains, "closed after a kill at write \(writes * kill / kills)")
        }
    }

    private static let kills = isLongRun ? 60 : 10

    // MARK: What is added

    static func ticker(_ function: String, input: NewInput = .payload(.nothing)) -> NewTicker {
        NewTicker(spec: TickerSpec(function: function, options: TickerOptions()), input: input, due: .now)
    }

    private static func add(
        _ count: Int,
        asWorkflow isWorkflow: Bool,
        to store: SQLiteTickerStore,
        clock: VirtualClock
    ) async throws {
        if isWorkflow {
            var request = children(count - 1, of: [.step(0)], when: .onSuccess, behind: 1)
            request.tickers.insert(ticker("top"), at: 0)
            _ = try await store.add(request, now: clock.wall)
        } else {
            _ = try await store.add(Array(repeating: ticker("child"), count: count), now: clock.wall)
        }
    }

    /// Children of the same parents.
    static func children(
        _ count: Int,
        of parents: [NewEdge.Parent],
        when condition: RunCondition,
        behind first: Int = 0
    ) -> NewWorkflow {
        let edges = (0..<count).flatMap { child in
            parents.map { NewEdge(parent: $0, child: first + child, condition: condition) }
        }
        return NewWorkflow(tickers: Array(repeating: ticker("child"), count: count), edges: edges)
    }

    private static func tops(_ count: Int, in store: SQLiteTickerStore, clock: VirtualClock) async throws -> [TickerID]
    {
        var ids: [TickerID] = []
        for _ in 0..<count { ids.append(try await store.add(ticker("top"), now: clock.wall).id) }
        return ids
    }

    private static func finishTop(in store: SQLiteTickerStore, clock: VirtualClock) async throws -> [TickerID] {
        let claim = try await store.claim(ClaimRequest(limit: 1, serving: ["top"]), now: clock.wall)
        let ended = claim.runs.map { FinishedRun(run: $0, outcome: .succeeded(.nothing)) }
        _ = try await store.finish(ended, now: clock.wall)
        return claim.runs.map(\.lease.ticker)
    }
}
