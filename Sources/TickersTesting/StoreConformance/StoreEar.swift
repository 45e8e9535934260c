import Synchronization
package import Tickers

/// Writes down all that a store tells.
package final class StoreEar: TickerStoreListener {
    private struct Heard {
        var due: [Timestamp] = []
        var limits: [Timestamp] = []
        var stops: [TickerLease] = []
        var events: [TickerEvent] = []
        var tickers: [Ticker] = []
        var outputs: [Payload] = []
        var workflows: [WorkflowSummary] = []
        var awaited: Set<TickerID> = []
    }

    package let wantsEvents: Bool
    private let heard = Mutex(Heard())

    package init(wantsEvents: Bool = true) {
        self.wantsEvents = wantsEvents
    }

    // MARK: What has been heard

    package var due: [Timestamp] { heard.withLock(\.due) }
    package var limits: [Timestamp] { heard.withLock(\.limits) }
    package var stops: [TickerLease] { heard.withLock(\.stops) }
    package var events: [TickerEvent] { heard.withLock(\.events) }
    /// The awaited tickers that ended, with their outputs beside them.
    package var tickers: [Ticker] { heard.withLock(\.tickers) }
    package var outputs: [Payload] { heard.withLock(\.outputs) }
    package var workflows: [WorkflowSummary] { heard.withLock(\.workflows) }

    /// Waits for the end of a ticker, and of the workflow that begins with it.
    package func wait(for id: TickerID) {
        heard.withLock { state in _ = state.awaited.insert(id) }
    }

    /// Forgets what has been heard.
    package func clear() {
        heard.withLock { state in
            let awaited = state.awaited
            state = Heard()
            state.awaited = awaited
        }
    }

    // MARK: What a store tells

    package func mayBeDue(from instant: Timestamp) { heard.withLock { $0.due.append(instant) } }
    package func mayRunOut(at instant: Timestamp) { heard.withLock { $0.limits.append(instant) } }
    package func shouldStop(_ leases: [TickerLease]) { heard.withLock { $0.stops += leases } }
    package func happened(_ events: [TickerEvent]) { heard.withLock { $0.events += events } }
    package var awaitsEnds: Bool { heard.withLock { !$0.awaited.isEmpty } }
    package func awaits(_ id: TickerID) -> Bool { heard.withLock { $0.awaited.contains(id) } }
    package func awaits(_ id: WorkflowID) -> Bool { heard.withLock { $0.awaited.contains(id.first) } }

    package func ended(_ ticker: Ticker, output: Payload) {
        heard.withLock { state in
            state.tickers.append(ticker)
            state.outputs.append(output)
        }
    }

    package func ended(_ workflow: WorkflowSummary) { heard.withLock { $0.workflows.append(workflow) } }
}
