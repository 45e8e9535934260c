import Synchronization

/// What has been accepted beside a transaction under way, and is taken in at the beginning of the next one.
///
/// A producer that had to wait for a dispatcher's turn would lose its thread, and waking one takes longer than the turn. So what
/// cannot be refused, and matters to nobody before the next transaction, is accepted here: an add without unique keys, stored
/// parents and time limits, while nobody listens to events. Its ids are made here, as all others are, so that what is added
/// later has later ids.
package final class Inbox: Sendable {
    package struct Entry: Sendable {
        enum Request: Sendable {
            case ticker(NewTicker)
            case workflow(NewWorkflow, AddPlan)
        }

        let request: Request
        /// Makes the ids that its caller has been told, when it is told `addedAt`.
        let ids: IDGenerator
        let addedAt: Timestamp
    }

    /// When something is accepted.
    package enum Admission: Sendable, Hashable {
        case besideTransactions
        /// Also while there is none: for tests, since transactions end within microseconds.
        case always
    }

    private struct State {
        var ids: IDGenerator
        var entries: [Entry] = []
        /// How many tickers the entries have.
        var count = 0
        /// How many transactions have begun, and in which interval between two of them the listeners were told of entries.
        var interval = 0
        var toldInterval = -1
    }

    /// Tickers that are accepted beside one transaction: a few turns' worth, so that the next one is not long.
    package static let capacity = 256

    private let state: Mutex<State>
    private let admission: Admission
    private let isTransacting = Atomic(false)

    package init(seed: UInt64, accepting admission: Admission) {
        state = Mutex(State(ids: IDGenerator(seed: seed)))
        self.admission = admission
    }

    // MARK: The callers' side

    /// Accepts a ticker without parents while a transaction is under way; `nil` when it has to be added by one of its own.
    func accept(_ ticker: NewTicker, now: Timestamp, for listeners: StoreListeners) -> StoredTicker? {
        guard isOpen, Self.isPlain(ticker) else { return nil }
        guard var ids = post(.ticker(ticker), count: 1, now: now, for: listeners) else { return nil }
        let id = ids.next(now: now)
        return StoredTicker(id: id, workflowID: WorkflowID(first: id))
    }

    /// Accepts tickers and edges while a transaction is under way; `nil` when they have to be added by one of their own.
    func accept(_ request: NewWorkflow, now: Timestamp, for listeners: StoreListeners) throws -> StoredWorkflow? {
        guard isOpen, Self.isPlain(request) else { return nil }
        let plan = try AddPlan(request)
        let posted = post(.workflow(request, plan), count: request.tickers.count, now: now, for: listeners)
        guard var ids = posted else { return nil }
        let tickers = request.tickers.map { _ in ids.next(now: now) }
        return StoredWorkflow(id: WorkflowID(first: tickers[0]), tickers: tickers)
    }

    /// Stays on the thread for a moment while a transaction is under way; whether that is over then.
    func waitBriefly() -> Bool {
        BriefWait.until { !isTransacting.load(ordering: .acquiring) }
    }

    private var isOpen: Bool { admission == .always || isTransacting.load(ordering: .acquiring) }

    private static func isPlain(_ ticker: NewTicker) -> Bool {
        ticker.spec.unique == nil && ticker.spec.expiry == nil
    }

    private static func isPlain(_ request: NewWorkflow) -> Bool {
        guard request.tickers.count <= capacity, request.addedBy == nil else { return false }
        guard request.options.unique == nil, request.options.deadline == nil else { return false }
        return request.tickers.allSatisfy(isPlain) && request.edges.allSatisfy(\.isOfStep)
    }

    private func post(
        _ request: Entry.Request,
        count: Int,
        now: Timestamp,
        for listeners: StoreListeners
    ) -> IDGenerator? {
        let audience = listeners.all
        guard !audience.contains(where: \.wantsEvents) else { return nil }
        let posted = state.withLock { state -> (ids: IDGenerator, interval: Int, isTold: Bool)? in
            guard state.count + count <= Self.capacity else { return nil }
            let entry = Entry(request: request, ids: state.ids.setAside(count, now: now), addedAt: now)
            state.entries.append(entry)
            state.count += count
            return (entry.ids, state.interval, state.toldInterval == state.interval)
        }
        if let posted, !posted.isTold { tell(audience, of: posted.interval) }
        return posted?.ids
    }

    /// Whoever claims takes in what is here, also what is due later. Every caller tells until one has, since another one that has come
    /// first may have got no further.
    private func tell(_ audience: [any TickerStoreListener], of interval: Int) {
        for listener in audience { listener.mayBeDue(from: .distantPast) }
        state.withLock { $0.toldInterval = max($0.toldInterval, interval) }
    }

    // MARK: The transactions' side

    /// Begins a transaction that may add `count` tickers: what has been accepted before, and the ids for those.
    func transactionBegins(adding count: Int, now: Timestamp) -> (accepted: [Entry], ids: IDGenerator) {
        isTransacting.store(true, ordering: .releasing)
        return state.withLock { state in
            let ids = state.ids.setAside(count, now: now)
            state.interval += 1
            guard state.count > 0 else { return ([], ids) }
            let accepted = state.entries
            state.entries = []
            state.entries.reserveCapacity(accepted.count)
            state.count = 0
            return (accepted, ids)
        }
    }

    /// When the latest of what has been accepted came; `nil` when all has been taken in.
    var latest: Timestamp? { state.withLock { $0.entries.last?.addedAt } }

    func transactionEnds() {
        isTransacting.store(false, ordering: .releasing)
    }
}

extension TickerTable {
    /// Adds what has been accepted, of which nobody is told: nobody listened when it was. O(tickers + edges).
    mutating func takeIn(_ accepted: [Inbox.Entry]) {
        let wasJournaling = isJournaling
        isJournaling = false
        defer { isJournaling = wasJournaling }
        for entry in accepted {
            ids = entry.ids
            switch entry.request {
            case .ticker(let ticker): _ = add(ticker, now: entry.addedAt)
            case .workflow(let request, let plan): _ = add(request, as: plan, now: entry.addedAt)
            }
        }
    }
}

extension NewEdge {
    fileprivate var isOfStep: Bool {
        switch parent {
        case .step: true
        case .stored: false
        }
    }
}
