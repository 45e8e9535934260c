import Synchronization

/// Listens to the store for one scheduler: passes hints on, hands events to subscribers and ends to those who wait.
package final class EventHub: TickerStoreListener {
    private struct State {
        var subscribers: [Int: EventBuffer] = [:]
        var lastSubscriber = 0
        var tickers = EndWaiters<TickerID, (Ticker, Payload)>()
        var workflows = EndWaiters<WorkflowID, WorkflowSummary>()
        /// Attempts that are to stop and that the dispatcher has not fetched.
        var stops: [TickerLease] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let subscriberCount = Atomic(0)
    private let awaitedCount = Atomic(0)
    private let hint: @Sendable (Timestamp) -> Void
    private let limitHint: @Sendable (Timestamp) -> Void
    private let recurrenceHint: @Sendable (Timestamp) -> Void
    private let onStops: @Sendable () -> Void

    /// - Parameters:
    ///   - hint: Told from when something may be due.
    ///   - limitHint: Told when something runs out of time.
    ///   - recurrenceHint: Told when a recurrence comes.
    ///   - onStops: Told that there is something for ``takeStops()``.
    package init(
        hint: @escaping @Sendable (Timestamp) -> Void,
        limitHint: @escaping @Sendable (Timestamp) -> Void,
        recurrenceHint: @escaping @Sendable (Timestamp) -> Void = { _ in },
        onStops: @escaping @Sendable () -> Void
    ) {
        self.hint = hint
        self.limitHint = limitHint
        self.recurrenceHint = recurrenceHint
        self.onStops = onStops
    }

    package func shouldStop(_ leases: [TickerLease]) {
        state.withLock { $0.stops += leases }
        onStops()
    }

    /// The attempts that have been told to stop since it was last asked.
    package func takeStops() -> [TickerLease] {
        state.withLock { state in
            defer { state.stops = [] }
            return state.stops
        }
    }

    package func mayBeDue(from instant: Timestamp) { hint(instant) }

    package func mayRunOut(at instant: Timestamp) { limitHint(instant) }

    package func mayRecur(at instant: Timestamp) { recurrenceHint(instant) }

    package var wantsEvents: Bool { subscriberCount.load(ordering: .acquiring) > 0 }

    package var awaitsEnds: Bool { awaitedCount.load(ordering: .acquiring) > 0 }

    package func happened(_ events: [TickerEvent]) {
        let buffers = state.withLock { Array($0.subscribers.values) }
        for buffer in buffers { buffer.append(events) }
    }

    package func awaits(_ id: TickerID) -> Bool {
        state.withLock { $0.tickers.contains(id) }
    }

    package func awaits(_ id: WorkflowID) -> Bool {
        state.withLock { $0.workflows.contains(id) }
    }

    package func ended(_ ticker: Ticker, output: Payload) {
        let waiters = changeWaiters { $0.tickers.removeAll(of: ticker.id) }
        for waiter in waiters { waiter.end((ticker, output)) }
    }

    package func ended(_ workflow: WorkflowSummary) {
        let waiters = changeWaiters { $0.workflows.removeAll(of: workflow.id) }
        for waiter in waiters { waiter.end(workflow) }
    }

    /// Registers interest in a ticker's end, from now on.
    package func awaitEnd(of id: TickerID) -> EndWaiter<TickerID, (Ticker, Payload)> {
        let waiter = EndWaiter<TickerID, (Ticker, Payload)>(id: id)
        let isClosed = changeWaiters { state in
            if !state.isClosed { state.tickers.insert(waiter) }
            return state.isClosed
        }
        if isClosed { waiter.fail(Self.shutDown(id)) }
        return waiter
    }

    /// Registers interest in a workflow's end, from now on.
    package func awaitEnd(of id: WorkflowID) -> EndWaiter<WorkflowID, WorkflowSummary> {
        let waiter = EndWaiter<WorkflowID, WorkflowSummary>(id: id)
        let isClosed = changeWaiters { state in
            if !state.isClosed { state.workflows.insert(waiter) }
            return state.isClosed
        }
        if isClosed { waiter.fail(Self.shutDown(id.first)) }
        return waiter
    }

    /// Takes back an interest; nothing happens if the end has come.
    package func forget(_ waiter: EndWaiter<TickerID, (Ticker, Payload)>) {
        changeWaiters { $0.tickers.remove(waiter) }
    }

    /// Takes back an interest; nothing happens if the end has come.
    package func forget(_ waiter: EndWaiter<WorkflowID, WorkflowSummary>) {
        changeWaiters { $0.workflows.remove(waiter) }
    }

    /// Changes who waits, and the count that transactions look at without the lock.
    private func changeWaiters<Result>(_ change: (inout sending State) -> sending Result) -> Result {
        state.withLock { state in
            let result = change(&state)
            awaitedCount.store(state.tickers.count + state.workflows.count, ordering: .releasing)
            return result
        }
    }

    package func subscribe(capacity: Int) -> EventSubscription {
        state.withLock { state in
            state.lastSubscriber += 1
            let key = state.lastSubscriber
            let buffer = EventBuffer(capacity: capacity)
            if state.isClosed {
                buffer.close()
            } else {
                state.subscribers[key] = buffer
                subscriberCount.add(1, ordering: .releasing)
            }
            return EventSubscription(buffer: buffer) { [weak self] in self?.unsubscribe(key) }
        }
    }

    /// Ends all subscriptions once what they hold has been read, and all waits for ends with `shutDown`.
    package func close() {
        let (buffers, tickers, workflows) = state.withLock { state in
            state.isClosed = true
            let all = (Array(state.subscribers.values), state.tickers.removeAll(), state.workflows.removeAll())
            state.subscribers = [:]
            return all
        }
        subscriberCount.subtract(buffers.count, ordering: .releasing)
        awaitedCount.store(0, ordering: .releasing)
        for buffer in buffers { buffer.close() }
        for waiter in tickers { waiter.fail(Self.shutDown(waiter.id)) }
        for waiter in workflows { waiter.fail(Self.shutDown(waiter.id.first)) }
    }

    private static func shutDown(_ id: TickerID) -> TickerError {
        TickerError(.shutDown, "The scheduler was shut down before the ticker ended.", ticker: id)
    }

    private func unsubscribe(_ key: Int) {
        let removed = state.withLock { $0.subscribers.removeValue(forKey: key) }
        if removed != nil { subscriberCount.subtract(1, ordering: .releasing) }
    }
}
