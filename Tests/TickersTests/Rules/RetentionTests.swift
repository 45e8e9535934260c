import Testing
import Tickers
import TickersTesting

@Suite("Retention in memory")
struct RetentionTests {
    private static let start = Timestamp(microseconds: 1_800_000_000_000_000)

    private func at(_ seconds: Int) -> Timestamp { Self.start.advanced(by: .seconds(seconds)) }

    /// Stores steps at a second of the test.
    private func add(_ steps: [PlannedStep], to store: MemoryTickerStore, at seconds: Int) async throws -> [TickerID] {
        try await store.add(NewWorkflow(steps: steps), now: at(seconds)).tickers
    }

    private func cancel(_ id: TickerID, in store: MemoryTickerStore, at seconds: Int) async throws {
        let cancellation = try await store.cancel(id, now: at(seconds))
        #expect(cancellation == .cancelled)
    }

    private func kept(_ ids: [TickerID], in store: MemoryTickerStore, at seconds: Int) async -> [Bool] {
        var kept: [Bool] = []
        for id in ids { kept.append(await store.ticker(id, now: at(seconds)) != nil) }
        return kept
    }

    @Test("only the newest ended workflows are kept, whole, and open ones are not touched")
    func byCount() async throws {
        let store = MemoryTickerStore(retention: Retention(age: .seconds(1_000_000), count: 2), seed: 1)
        let open = try await add([PlannedStep("Open"), PlannedStep("Next", after: [.step(0)])], to: store, at: 0)
        var ended: [[TickerID]] = []
        for second in 1...4 {
            let ids = try await add([PlannedStep("A"), PlannedStep("B", after: [.step(0)])], to: store, at: second)
            try await cancel(ids[0], in: store, at: second)
            ended.append(ids)
        }
        #expect(
            await kept(ended.flatMap { $0 }, in: store, at: 5) == [false, false, false, false, true, true, true, true]
        )
        #expect(await kept(open, in: store, at: 5) == [true, true])
        #expect(await store.counts().totals == [2, 0, 4])
    }

    @Test("what ended too long ago goes, and not a moment before")
    func byAge() async throws {
        let store = MemoryTickerStore(retention: Retention(age: .seconds(100), count: 1_000), seed: 1)
        let first = try await add([PlannedStep("A")], to: store, at: 0)
        try await cancel(first[0], in: store, at: 0)
        let second = try await add([PlannedStep("B")], to: store, at: 0)
        try await cancel(second[0], in: store, at: 50)
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(100))
        #expect(await kept(first + second, in: store, at: 100) == [true, true])
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(101))
        #expect(await kept(first + second, in: store, at: 101) == [false, true])
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(151))
        #expect(await kept(first + second, in: store, at: 151) == [false, false])
        #expect(await store.counts() == StoreCounts())
    }

    @Test("a workflow of which one ticker is open is kept whole, however old the others are")
    func wholeOnly() async throws {
        let store = MemoryTickerStore(retention: Retention(age: .seconds(1), count: 0), seed: 1)
        let ids = try await add([PlannedStep("A"), PlannedStep("B"), PlannedStep("C")], to: store, at: 0)
        try await cancel(ids[0], in: store, at: 1)
        try await cancel(ids[1], in: store, at: 2)
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(1_000))
        #expect(await kept(ids, in: store, at: 1_000) == [true, true, true])
        try await cancel(ids[2], in: store, at: 1_001)
        #expect(await kept(ids, in: store, at: 1_001) == [false, false, false])
    }

    @Test("a late child brings its workflow back among the open ones")
    func lateChild() async throws {
        let store = MemoryTickerStore(retention: Retention(age: .seconds(10), count: 1_000), seed: 1)
        let parent = try await add([PlannedStep("A")], to: store, at: 0)[0]
        try await cancel(parent, in: store, at: 0)
        let child = try await add([PlannedStep("B", after: [.stored(parent, .onCancelled)])], to: store, at: 5)[0]
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(100))
        #expect(await kept([parent, child], in: store, at: 100) == [true, true])
        try await cancel(child, in: store, at: 101)
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(112))
        #expect(await kept([parent, child], in: store, at: 112) == [false, false])
    }

    /// Workflows of one ticker each, ended a second apart from second 0 on.
    private func addEnded(_ count: Int, to store: MemoryTickerStore) async throws -> [TickerID] {
        var ended: [TickerID] = []
        for second in 0..<count {
            let id = try await add([PlannedStep("W")], to: store, at: second)[0]
            try await cancel(id, in: store, at: second)
            ended.append(id)
        }
        return ended
    }

    /// Adds a child to an ended workflow, and ends it again with it.
    private func endAgain(_ parent: TickerID, in store: MemoryTickerStore, at seconds: Int) async throws {
        let child = [PlannedStep("Child", after: [.stored(parent, .onCancelled)])]
        try await cancel(try await add(child, to: store, at: seconds)[0], in: store, at: seconds)
    }

    @Test("a workflow that ended twice counts once")
    func endedTwiceCountsOnce() async throws {
        let store = MemoryTickerStore(retention: Retention(age: .seconds(1_000), count: 2), seed: 1)
        let ended = try await addEnded(2, to: store)
        try await endAgain(ended[1], in: store, at: 10)
        // Two workflows have ended, and two may be kept.
        #expect(await kept(ended, in: store, at: 10) == [true, true])
    }

    @Test("a workflow that ended twice does not keep others beyond their age")
    func endedTwiceHoldsUpNoOther() async throws {
        let store = MemoryTickerStore(retention: Retention(age: .seconds(100), count: 1_000), seed: 1)
        let ended = try await addEnded(3, to: store)
        try await endAgain(ended[1], in: store, at: 90)
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(150))
        #expect(await kept(ended, in: store, at: 150) == [false, true, false])
    }

    @Test("a workflow stays until the other workflow has ended in which a child of it is, and its removal unties them")
    func childrenElsewhere() async throws {
        let store = MemoryTickerStore(retention: Retention(age: .seconds(10), count: 1), seed: 1)
        let first = try await add([PlannedStep("A")], to: store, at: 0)[0]
        let second = try await add([PlannedStep("B")], to: store, at: 0)[0]
        let parents: [PlannedParent] = [.stored(first, .always), .stored(second, .always)]
        // The child joins the first parent's workflow, so the second's has a child elsewhere.
        let child = try await add([PlannedStep("C", after: parents)], to: store, at: 0)[0]
        try await cancel(second, in: store, at: 1)
        try await cancel(child, in: store, at: 101)
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(112))
        #expect(await kept([first, second, child], in: store, at: 112) == [true, true, true])
        // Both have ended now, and one may be kept: the one that was needed by the other goes first.
        try await cancel(first, in: store, at: 113)
        #expect(await kept([first, second, child], in: store, at: 113) == [true, false, true])
        #expect(await store.ticker(child, now: at(113))?.parents.map(\.id) == [first])
        // The age counts from when nothing needs it any more.
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(123))
        #expect(await kept([first, child], in: store, at: 123) == [true, true])
        _ = await store.claim(ClaimRequest(limit: 1, serving: []), now: at(124))
        #expect(await store.counts().totals == [0, 0, 0])
    }

    /// The time to cancel and remove a workflow whose join names its parents in this order; the best of three.
    private func timeToRemove(_ order: some Collection<Int>) async throws -> Duration {
        var best = Duration.seconds(1_000)
        for _ in 0..<3 {
            let store = MemoryTickerStore(retention: Retention(age: .seconds(10), count: 0), seed: 1)
            let parents = order.map { PlannedParent.step($0) }
            let steps = order.map { _ in PlannedStep("Part") } + [PlannedStep("Join", after: parents)]
            let ids = try await add(steps, to: store, at: 0)
            let clock = ContinuousClock()
            let began = clock.now
            _ = try await store.cancelWorkflow(WorkflowID(first: ids[0]), now: at(1))
            best = min(best, clock.now - began)
            #expect(await store.counts().totals == [0, 0, 0])
        }
        return best
    }

    @Test("a wide join is removed in the same time whatever the order in which it names its parents")
    func wideJoin() async throws {
        let width = 15_000
        let forwards = try await timeToRemove(0..<width)
        let backwards = try await timeToRemove((0..<width).reversed())
        #expect(backwards < forwards * 10, "\(forwards) from the first, \(backwards) from the last")
    }

    @Test("a workflow that is opened again needs its parents elsewhere again")
    func reopened() async throws {
        let store = MemoryTickerStore(retention: Retention(age: .seconds(10), count: 1_000), seed: 1)
        let first = try await add([PlannedStep("A")], to: store, at: 0)[0]
        let second = try await add([PlannedStep("B")], to: store, at: 0)[0]
        let parents: [PlannedParent] = [.stored(first, .always), .stored(second, .always)]
        try await cancel(second, in: store, at: 1)
        try await cancel(first, in: store, at: 1)
        let child = try await add([PlannedStep("C", after: parents)], to: store, at: 2)[0]
        try await cancel(child, in: store, at: 3)
        _ = try await store.retry(child, now: at(5))
        _ = await store.claim(ClaimRequest(limit: 0, serving: []), now: at(100))
        #expect(await kept([first, second, child], in: store, at: 100) == [true, true, true])
        try await cancel(child, in: store, at: 101)
        _ = await store.claim(ClaimRequest(limit: 0, serving: []), now: at(112))
        #expect(await store.counts().totals == [0, 0, 0])
    }
}
