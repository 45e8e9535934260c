import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersTesting

/// What is held in memory: what is due soon, running or being asked for, and no more.
@Suite("What is held", .serialized)
struct WorkingSetTests {
    private static let start = StoreStage.start

    @Test("what is due in an hour is in the file only, and is there when its time has come")
    func later() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        var stage = StoreStage(store: store)
        try await stage.addEach((0..<3_000).map { PlannedStep("Work \($0 % 3)", due: .after(.seconds(3_600 + $0))) })
        #expect(await store.heldCount == 0)
        #expect(try await store.counts().open == 3_000)
        try await stage.advance(.seconds(3_600))
        #expect(try await stage.claim().count == 1)
        #expect(await store.heldCount < 20)
        try await stage.advance(.seconds(9))
        #expect(try await stage.claim().count == 9)
    }

    @Test("a backlog is read in pages and runs in the order in which it was due")
    func backlog() async throws {
        let scratch = try Scratch()
        do {
            let store = try scratch.store()
            var stage = StoreStage(store: store)
            // Backwards, so that the order in the file is not that of the times.
            try await stage.addEach((0..<6_000).map { PlannedStep("Work", due: .after(.seconds(7_000 - $0))) })
            try await store.close()
        }
        let store = try scratch.store()
        let now = Self.start.advanced(by: .seconds(10_000))
        #expect(await store.heldCount == 0)
        var dues: [Timestamp] = []
        var most = 0
        while dues.count < 6_000 {
            let claim = try await store.claim(ClaimRequest(limit: 16, serving: ["Work"]), now: now)
            try #require(claim.runs.count == 16)
            dues += claim.runs.map(\.scheduledFor)
            let ends = claim.runs.map { FinishedRun(run: $0, outcome: .succeeded(.nothing)) }
            let results = try await store.finish(ends, now: now)
            #expect(results == Array(repeating: FinishResult.ended(.succeeded), count: 16))
            most = max(most, await store.heldCount)
        }
        #expect(dues == dues.sorted())
        #expect(Set(dues).count == 6_000)
        #expect(most < 2_000, "\(most) were held at once")
        #expect(try await store.counts().succeeded == 6_000)
    }

    @Test("a backlog of one function holds up no other, and new work of high priority is not behind it")
    func crowded() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        var stage = StoreStage(store: store)
        try await stage.addEach((0..<6_000).map { _ in PlannedStep("Slow", due: .at(Self.start)) })
        try await store.close()
        let again = try scratch.store()
        var rooms = ClaimRooms()
        rooms.limit(functions: ["Slow"], to: 0)
        let spec = TickerSpec(function: "Quick", options: .inherited)
        let now = Self.start.advanced(by: .seconds(1))
        let quick = try await again.add(NewTicker(spec: spec, input: .payload(.nothing), due: .now), now: now)
        let served: Set<String> = ["Slow", "Quick"]
        let first = try await again.claim(ClaimRequest(limit: 16, serving: served, rooms: rooms), now: now)
        #expect(first.runs.map(\.lease.ticker) == [quick.id])
        let urgent = TickerSpec(function: "Slow", options: TickerOptions(priority: .critical))
        let added = try await again.add(NewTicker(spec: urgent, input: .payload(.nothing), due: .now), now: now)
        let next = try await again.claim(ClaimRequest(limit: 1, serving: served), now: now)
        #expect(next.runs.map(\.lease.ticker) == [added.id])
    }

    @Test("a large add is stored as a whole: others are answered meanwhile, and nobody sees a part of it")
    func largeAdd() async throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        var stage = StoreStage(store: store)
        let small = try await stage.add("Small")
        let now = stage.time
        let steps = (0..<25_000).map { PlannedStep("Large", after: $0 == 0 ? [] : [.step(0)]) }
        let adding = Task { try await store.add(NewWorkflow(steps: steps), now: now) }
        var seen: Set<Int> = []
        var answers = 0
        while true {
            let open = try await store.counts().open
            seen.insert(open)
            answers += try await store.ticker(small.id, now: now) == nil ? 0 : 1
            if open > 1 { break }
        }
        let stored = try await adding.value
        #expect(stored.tickers.count == 25_000)
        #expect(seen == [1, 25_001])
        #expect(answers > 1)
        let page = try await store.tickers(TickerPageRequest(.all, limit: 2, order: .newestFirst), now: now)
        #expect(page.tickers.map(\.function) == ["Large", "Large"])
        #expect(try await stage.claim("Large").count == 1)
    }
}
