import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// Workflows that are not held and too large to be read at once.
@Suite("A large workflow that is read in pieces")
struct LargeReadTests {
    private static let rowsPerCommit = 100
    private static let count = 1_000

    /// A file with a workflow that waits for an hour.
    private static func disk(clock: VirtualClock) async throws -> (FaultyDisk, WorkflowID, [TickerID]) {
        let disk = FaultyDisk()
        let store = try disk.store(clock: clock, rowsPerCommit: rowsPerCommit)
        var graph = PieceCrashTests.children(count, of: [.step(0)], when: .onSuccess, behind: 1)
        let spec = TickerSpec(function: "top", options: TickerOptions())
        graph.tickers.insert(
            NewTicker(spec: spec, input: .payload(.nothing), due: .after(.seconds(3_600))),
            at: 0
        )
        let stored = try await store.add(graph, now: clock.wall)
        try await store.close()
        return (disk, stored.id, stored.tickers)
    }

    /// A store that has just opened such a file.
    private struct Stage {
        let clock: VirtualClock
        let disk: FaultyDisk
        let store: SQLiteTickerStore
        let workflow: WorkflowID
        let tickers: [TickerID]
    }

    private static func play(
        seed: UInt64,
        faults: SQLiteFaults = SQLiteFaults(),
        _ body: @escaping @Sendable (Stage) async throws -> Void
    ) async throws {
        let clock = VirtualClock(seed: seed)
        try await clock.run {
            let (disk, workflow, tickers) = try await disk(clock: clock)
            let store = try disk.store(clock: clock, faults: faults, rowsPerCommit: rowsPerCommit)
            try await body(Stage(clock: clock, disk: disk, store: store, workflow: workflow, tickers: tickers))
        }
    }

    @Test("others are answered meanwhile", arguments: UInt64(0)..<5)
    func answered(seed: UInt64) async throws {
        try await Self.play(seed: seed) { stage in
            #expect(await stage.store.heldCount == 0)
            async let summary = stage.store.workflow(stage.workflow, now: stage.clock.wall)
            var before = 0
            while await stage.store.heldCount < Self.count {
                _ = try await stage.store.add(PieceCrashTests.ticker("child"), now: stage.clock.wall)
                before += 1
            }
            let tickers = try await summary?.tickers
            #expect(tickers?.count == Self.count + 1)
            // It takes forty pieces.
            #expect(before >= 3, "seed \(seed): \(before) were answered before it had come in")
            try await stage.store.close()
        }
    }

    @Test(
        "whoever else asks about it, changes it or adds to it meanwhile, all of it happens",
        arguments: UInt64(0)..<40
    )
    func crowd(seed: UInt64) async throws {
        try await Self.play(seed: seed) { stage in
            let cancelled = [stage.tickers[3], stage.tickers[Self.count / 2], stage.tickers[Self.count]]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in cancelled {
                    group.addTask {
                        let result = try await stage.store.cancel(id, now: stage.clock.wall)
                        #expect(result == .cancelled)
                    }
                }
                for id in [stage.tickers[1], stage.tickers[0]] {
                    group.addTask {
                        let below = PieceCrashTests.children(1, of: [.stored(id)], when: .onSuccess)
                        _ = try await stage.store.add(below, now: stage.clock.wall)
                    }
                }
                group.addTask {
                    let explained = try await stage.store.explanation(of: stage.tickers[7], now: stage.clock.wall)
                    #expect(explained != nil)
                }
                group.addTask {
                    let summary = try await stage.store.workflow(stage.workflow, now: stage.clock.wall)
                    #expect((Self.count + 1...Self.count + 3).contains(summary?.tickers.count ?? 0))
                }
                group.addTask {
                    // Its root is due then, so that the claim reads it as well.
                    let late = stage.clock.wall.advanced(by: .seconds(3_600))
                    let claim = try await stage.store.claim(ClaimRequest(limit: 5, serving: ["top"]), now: late)
                    #expect(claim.runs.map(\.lease.ticker) == [stage.tickers[0]], "seed \(seed)")
                }
                try await group.waitForAll()
            }
            let counts = try await stage.store.counts()
            #expect(counts.cancelled == cancelled.count && counts.running == 1, "seed \(seed): \(counts)")
            #expect(counts.waiting == Self.count - cancelled.count + 2, "seed \(seed): \(counts)")
            try await stage.store.close()
            try expectWhole(stage.disk, "seed \(seed)")
        }
    }

    @Test("is answered for when the store is closed meanwhile", arguments: UInt64(0)..<20)
    func closed(seed: UInt64) async throws {
        try await Self.play(seed: seed) { stage in
            async let code = Self.code { _ = try await stage.store.workflow(stage.workflow, now: stage.clock.wall) }
            async let other = Self.code {
                _ = try await stage.store.cancelWorkflow(stage.workflow, now: stage.clock.wall)
            }
            for _ in 0..<Int(seed) { _ = await stage.store.heldCount }
            try await stage.store.close()
            for code in await [code, other] { #expect(code == nil || code == .storeClosed, "seed \(seed)") }
            try expectWhole(stage.disk, "seed \(seed)")
        }
    }

    @Test(
        "is answered for whichever call to SQLite fails meanwhile, and comes in afterwards",
        arguments: UInt64(0)..<60
    )
    func failing(seed: UInt64) async throws {
        let faults = SQLiteFaults()
        try await Self.play(seed: seed, faults: faults) { stage in
            var random = SeededGenerator(seed: seed)
            let fault: SQLiteFault = seed % 2 == 0 ? .inputOutput : .full
            faults.fail(call: Int.random(in: 1...3_000, using: &random), with: fault, lasting: seed % 3 == 0)
            async let code = Self.code { _ = try await stage.store.workflow(stage.workflow, now: stage.clock.wall) }
            async let other = Self.code {
                for _ in 0..<20 {
                    _ = try await stage.store.add(PieceCrashTests.ticker("child"), now: stage.clock.wall)
                }
            }
            for code in await [code, other] {
                #expect(code == nil || code == .storeFailed || code == .storeFull, "seed \(seed)")
            }
            faults.heal()
            let summary = try await stage.store.workflow(stage.workflow, now: stage.clock.wall)
            #expect(summary?.tickers.count == Self.count + 1, "seed \(seed)")
            try await stage.store.close()
            try expectWhole(stage.disk, "seed \(seed)")
        }
    }

    /// What a call throws; `nil` for nothing.
    private static func code(_ call: () async throws -> Void) async -> TickerError.Code? {
        do {
            try await call()
            return nil
        } catch let error as TickerError {
            return error.code
        } catch {
            Issue.record(error)
            return nil
        }
    }

    @Test("is let go once it has been answered for")
    func dropped() async throws {
        try await Self.play(seed: 1) { stage in
            // One in which something waits for its time stays, because to look at all of it again and again would cost more.
            _ = try await stage.store.cancelWorkflow(stage.workflow, now: stage.clock.wall)
            await stage.clock.rest()
            #expect(await stage.store.heldCount == 0)
            for _ in 0..<3 { _ = try await stage.store.workflow(stage.workflow, now: stage.clock.wall) }
            await stage.clock.rest()
            #expect(await stage.store.heldCount == 0)
            try await stage.store.close()
        }
    }
}
