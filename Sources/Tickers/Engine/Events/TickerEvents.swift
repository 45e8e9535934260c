import Synchronization

/// What happens in a scheduler, from the moment it was asked for, in the order in which the store recorded it.
///
/// Each subscriber has a buffer of its own. One that does not keep up loses the oldest events and is told how many by
/// ``TickerEvent/lagged(missed:)``; it never slows the scheduler. The sequence ends when the scheduler has shut down or
/// the iterating task is cancelled. For one iterator.
public struct TickerEvents: AsyncSequence, Sendable {
    /// The events.
    public typealias Element = TickerEvent

    private let subscription: EventSubscription

    package init(subscription: EventSubscription) {
        self.subscription = subscription
    }

    /// An iterator over what has happened since the subscription.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(subscription: subscription) }

    /// Waits for one event after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let subscription: EventSubscription

        /// The next event; `nil` after the end.
        public mutating func next() async -> TickerEvent? { await subscription.next() }
    }
}

/// One subscriber's end of a buffer: when nobody holds it any more, the buffer is no longer filled.
package final class EventSubscription: Sendable {
    private let buffer: EventBuffer
    private let onEnd: @Sendable () -> Void

    package init(buffer: EventBuffer, onEnd: @escaping @Sendable () -> Void) {
        self.buffer = buffer
        self.onEnd = onEnd
    }

    deinit { onEnd() }

    package func next() async -> TickerEvent? {
        await withTaskCancellationHandler {
            await buffer.next()
        } onCancel: {
            buffer.close()
            onEnd()
        }
    }
}

/// The ring between the store and one subscriber.
package final class EventBuffer: Sendable {
    private struct State {
        var events = Deque<TickerEvent>()
        var missed = 0
        var isClosed = false
        var waiter: CheckedContinuation<TickerEvent?, Never>?
    }

    private let state = Mutex(State())
    private let capacity: Int

    package init(capacity: Int) {
        self.capacity = Swift.max(1, capacity)
    }

    package func append(_ events: [TickerEvent]) {
        let wake = state.withLock { state -> (CheckedContinuation<TickerEvent?, Never>, TickerEvent)? in
            guard !state.isClosed else { return nil }
            for event in events {
                if state.events.count == capacity {
                    _ = state.events.popFirst()
                    state.missed += 1
                }
                state.events.append(event)
            }
            guard state.waiter != nil, let event = Self.take(&state), let waiter = state.waiter.take() else {
                return nil
            }
            return (waiter, event)
        }
        if let (waiter, event) = wake { waiter.resume(returning: event) }
    }

    package func close() {
        let waiter = state.withLock { state -> CheckedContinuation<TickerEvent?, Never>? in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume(returning: nil)
    }

    package func next() async -> TickerEvent? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> TickerEvent?? in
                if let event = Self.take(&state) { return .some(event) }
                if state.isClosed { return .some(nil) }
                precondition(state.waiter == nil, "two tasks iterate one TickerEvents; ask for events() twice")
                state.waiter = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private static func take(_ state: inout State) -> TickerEvent? {
        if state.missed > 0 {
            defer { state.missed = 0 }
            return .lagged(missed: state.missed)
        }
        return state.events.popFirst()
    }
}
