import Synchronization

/// Listens to the store for one scheduler: passes hints on, hands events to subscribers and ends to those who wait.
package final class EventHub: TickerStoreListener {
    private struct State {
        var subscribers: [Int: EventBuffer] = [:]
        var lastSubscriber = 0
        var awaited: [TickerID: [EndWaiter]] = [:]
        /// Attempts that are to stop and that the dispatcher has not fetched.
        var stops: [TickerLease] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let subscriberCount = Atomic(0)
    private let awaitedCount = Atomic(0)
    private let hint: @Sendable (Timestamp) -> Void
    private let onStops: @Sendable () -> Void

    /// - Parameters:
    ///   - hint: Told from when something may be due.
    ///   - onStops: Told that there is something for ``takeStops()``.
    package init(hint: @escaping @Sendable (Timestamp) -> Void, onStops: @escaping @Sendable () -> Void) {
        self.hint = hint
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

    package var wantsEvents: Bool { subscriberCount.load(ordering: .acquiring) > 0 }

    package var awaitsEnds: Bool { awaitedCount.load(ordering: .acquiring) > 0 }

    package func happened(_ events: [TickerEvent]) {
        let buffers = state.withLock { Array($0.subscribers.values) }
        for buffer in buffers { buffer.append(events) }
    }

    package func awaits(_ id: TickerID) -> Bool {
        state.withLock { $0.awaited[id] != nil }
    }

    package func ended(_ ticker: Ticker, output: Payload) {
        let waiters = state.withLock { $0.awaited.removeValue(forKey: ticker.id) ?? [] }
        awaitedCount.subtract(waiters.count, ordering: .releasing)
        for waiter in waiters { waiter.end(.ended(ticker, output)) }
    }

    /// Registers interest in a ticker's end, from now on.
    package func awaitEnd(of id: TickerID) -> EndWaiter {
        let waiter = EndWaiter(id: id)
        let isClosed = state.withLock { state in
            if !state.isClosed { state.awaited[id, default: []].append(waiter) }
            return state.isClosed
        }
        if isClosed { waiter.fail(Self.shutDown(id)) } else { awaitedCount.add(1, ordering: .releasing) }
        return waiter
    }

    /// Takes back an interest; nothing happens if the end has come.
    package func forget(_ waiter: EndWaiter) {
        let wasThere = state.withLock { state -> Bool in
            guard var waiters = state.awaited[waiter.id],
                let index = waiters.firstIndex(where: { $0 === waiter })
            else { return false }
            waiters.remove(at: index)
            state.awaited[waiter.id] = waiters.isEmpty ? nil : waiters
            return true
        }
        if wasThere { awaitedCount.subtract(1, ordering: .releasing) }
    }

    package func subscribe(capacity: Int) -> EventBuffer {
        state.withLock { state in
            state.lastSubscriber += 1
            let key = state.lastSubscriber
            let buffer = EventBuffer(capacity: capacity) { [weak self] in self?.unsubscribe(key) }
            if state.isClosed {
                buffer.close()
            } else {
                state.subscribers[key] = buffer
                subscriberCount.add(1, ordering: .releasing)
            }
            return buffer
        }
    }

    /// Ends all subscriptions once what they hold has been read, and all waits for ends with `shutDown`.
    package func close() {
        let (buffers, waiters) = state.withLock { state in
            state.isClosed = true
            let all = (Array(state.subscribers.values), state.awaited.values.flatMap(\.self))
            state.subscribers = [:]
            state.awaited = [:]
            return all
        }
        subscriberCount.subtract(buffers.count, ordering: .releasing)
        awaitedCount.subtract(waiters.count, ordering: .releasing)
        for buffer in buffers { buffer.close() }
        for waiter in waiters { waiter.fail(Self.shutDown(waiter.id)) }
    }

    private static func shutDown(_ id: TickerID) -> TickerError {
        TickerError(.shutDown, "The scheduler was shut down before the ticker ended.", ticker: id)
    }

    private func unsubscribe(_ key: Int) {
        let removed = state.withLock { $0.subscribers.removeValue(forKey: key) }
        if removed != nil { subscriberCount.subtract(1, ordering: .releasing) }
    }
}
