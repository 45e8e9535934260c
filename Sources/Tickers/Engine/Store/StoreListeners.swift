import Synchronization

/// Who listens to a store. Under a lock instead of in the actor, so that a scheduler hears its store from the moment it is
/// made, without a call that has to wait.
public final class StoreListeners: Sendable {
    private let state = Mutex<[any TickerStoreListener]>([])

    /// Nobody.
    public init() {}

    /// Those who listen now, in the order in which they came.
    public var all: [any TickerStoreListener] { state.withLock(\.self) }

    /// Adds a listener: it hears of every transaction that begins from now on. One that listens already is not added again.
    public func attach(_ listener: any TickerStoreListener) {
        state.withLock { listeners in
            guard !listeners.contains(where: { $0 === listener }) else { return }
            listeners.append(listener)
        }
    }

    /// Removes a listener; unknown ones are ignored.
    public func detach(_ listener: any TickerStoreListener) {
        state.withLock { $0.removeAll { $0 === listener } }
    }
}
