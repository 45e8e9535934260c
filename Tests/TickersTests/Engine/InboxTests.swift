import Testing
import Tickers
import TickersTesting

@Suite("What is accepted beside a transaction")
struct InboxTests {
    private static let now = StoreStage.start
    private static let unique = TickerOptions(unique: UniqueKey("key"))

    private func store() -> MemoryTickerStore { MemoryTickerStore(seed: 7, accepting: .always) }

    private func plain(_ name: String = "A", _ options: TickerOptions = .inherited) -> NewTicker {
        PlannedStep(name, options: options).ticker
    }

    private func listed(_ store: MemoryTickerStore) async -> [TickerID] {
        await store.tickers(TickerPageRequest(TickerQuery(), limit: TickerLimits.pageSize), now: Self.now).tickers.map(
            \.id
        )
    }

    @Test("it is there for whoever asks next, in the order of the calls, whichever way each was added")
    func order() async throws {
        let store = store()
        let accepted = try await store.add(plain(), now: Self.now)
        #expect(await store.ticker(accepted.id, now: Self.now)?.status == .pending)
        var ids = [accepted.id, try await store.add(plain(), now: Self.now).id]
        ids.append(try await store.add(plain("A", Self.unique), now: Self.now).id)
        let chain = NewWorkflow(
            tickers: [plain("B"), plain("C")],
            edges: [NewEdge(parent: .step(0), child: 1, condition: .onSuccess)]
        )
        ids += try await store.add(chain, now: Self.now).tickers
        ids.append(try await store.add(plain(), now: Self.now).id)
        ids += try await store.add([plain(), plain()], now: Self.now).map(\.id)
        #expect(ids == ids.sorted())
        #expect(await listed(store) == ids)
        let claim = await store.claim(ClaimRequest(limit: 100, serving: ["A", "B", "C"]), now: Self.now)
        #expect(claim.runs.map(\.lease.ticker) == ids.filter { $0 != ids[4] })
    }

    @Test("nothing that may be refused is")
    func refusals() async throws {
        let store = store()
        let first = try await store.add(plain("A", Self.unique), now: Self.now)
        let second = try await store.add(plain("A", Self.unique), now: Self.now)
        #expect(second.isExisting && second.id == first.id)
        let parent = try await store.add(plain(), now: Self.now)
        let child = NewEdge(parent: .stored(parent.id), child: 0, condition: .onSuccess)
        let joined = try await store.add(NewWorkflow(tickers: [plain()], edges: [child]), now: Self.now)
        #expect(joined.id == parent.workflowID)
        var greedy = plain()
        greedy.join = .atLeast(2)
        let refused = NewWorkflow(
            tickers: [plain(), greedy],
            edges: [NewEdge(parent: .step(0), child: 1, condition: .onSuccess)]
        )
        await #expect(throws: TickerError.self) { try await store.add(refused, now: Self.now) }
        #expect(await listed(store).count == 3)
    }

    @Test("those who listen hear one hint for all, and another when that has been taken in")
    func hints() async throws {
        let (store, ear) = (store(), StoreEar(wantsEvents: false))
        store.listeners.attach(ear)
        for _ in 0..<5 { _ = try await store.add(plain(), now: Self.now) }
        #expect(ear.due == [.distantPast])
        #expect(await store.counts().open == 5)
        // The second is of the transaction that has taken them in.
        #expect(ear.due.count == 2)
        ear.clear()
        _ = try await store.add(plain(), now: Self.now)
        #expect(ear.due == [.distantPast])
    }

    @Test("time limits are heard of before the call returns, and so are events where somebody wants them")
    func heardAtOnce() async throws {
        let (store, ear) = (store(), StoreEar(wantsEvents: false))
        store.listeners.attach(ear)
        _ = try await store.add(plain("A", TickerOptions(expiry: .afterDue(.seconds(5)))), now: Self.now)
        #expect(ear.limits == [Self.now.advanced(by: .seconds(5))])
        let late = WorkflowOptions(deadline: .after(.seconds(3)))
        _ = try await store.add(NewWorkflow(tickers: [plain()], options: late), now: Self.now)
        #expect(ear.limits.last == Self.now.advanced(by: .seconds(3)))
        let witness = StoreEar()
        store.listeners.attach(witness)
        _ = try await store.add(plain(), now: Self.now)
        #expect(witness.events.count == 1)
    }

    @Test("it holds no more than its capacity; what comes then is added in a transaction, with all before it")
    func capacity() async throws {
        let (store, ear) = (store(), StoreEar(wantsEvents: false))
        store.listeners.attach(ear)
        for _ in 0..<Inbox.capacity { _ = try await store.add(plain(), now: Self.now) }
        #expect(ear.due == [.distantPast])
        _ = try await store.add(plain(), now: Self.now)
        #expect(ear.due.count == 2)
        let wide = NewWorkflow(tickers: Array(repeating: plain(), count: Inbox.capacity + 1))
        #expect(try await store.add(wide, now: Self.now).tickers.count == Inbox.capacity + 1)
        #expect(await store.counts().open == 2 * Inbox.capacity + 2)
    }

    @Test("who comes to listen later hears of nothing that was accepted before, nor of a call that fails")
    func latecomers() async throws {
        let store = store()
        let id = try await store.add(plain(), now: Self.now).id
        let witness = StoreEar()
        store.listeners.attach(witness)
        let unknown = TickerID(high: 1, low: 1)
        await #expect(throws: TickerError.unknownTicker(unknown)) { try await store.cancel(unknown, now: Self.now) }
        #expect(witness.events.isEmpty)
        #expect(await store.ticker(id, now: Self.now) != nil)
    }

    @Test("a delay counts from the call, not from when it is taken in")
    func delays() async throws {
        let store = store()
        var ticker = plain()
        ticker.due = .now.after(.seconds(10))
        let id = try await store.add(ticker, now: Self.now).id
        let later = Self.now.advanced(by: .seconds(7))
        #expect(await store.claim(ClaimRequest(limit: 1, serving: ["A"]), now: later).runs.isEmpty)
        #expect(await store.ticker(id, now: later)?.due == Self.now.advanced(by: .seconds(10)))
    }

    @Test(
        "on real threads every ticker is claimed once, and listed in the order of its id",
        arguments: [Inbox.Admission.besideTransactions, .always]
    )
    func threads(_ admission: Inbox.Admission) async throws {
        let store = MemoryTickerStore(seed: 7, accepting: admission)
        let (producers, each) = (4, 2_000)
        let (added, claimed) = (Recorder<TickerID>(), Recorder<TickerID>())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<producers {
                group.addTask { [ticker = plain()] in
                    for _ in 0..<each { added.add(try await store.add(ticker, now: Self.now).id) }
                }
            }
            group.addTask {
                while true {
                    let areAllAdded = added.count == producers * each
                    _ = store.waitBriefly()
                    let claim = await store.claim(ClaimRequest(limit: 64, serving: ["A"]), now: Self.now)
                    for run in claim.runs { claimed.add(run.lease.ticker) }
                    _ = await store.finish(claim.runs.map { $0.finished(.succeeded(.nothing)) }, now: Self.now)
                    if areAllAdded, claim.runs.isEmpty { return }
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        let ids = added.values.sorted()
        #expect(Set(ids).count == producers * each)
        #expect(claimed.values.sorted() == ids)
        #expect(await listed(store) == Array(ids.prefix(TickerLimits.pageSize)))
    }
}
