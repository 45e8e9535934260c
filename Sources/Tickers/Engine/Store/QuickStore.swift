/// A store whose transactions are mostly over in a microsecond or so.
package protocol QuickStore: TickerStore {
    /// Stays on the thread for a moment while a transaction is under way: whoever comes during one loses its thread.
    ///
    /// - Returns: Whether none is under way any more.
    nonisolated func waitBriefly() -> Bool
}
