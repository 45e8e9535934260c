/// What a stand-in for callers and a virtual clock ask a scheduler.
extension Scheduler {
    package nonisolated var clock: any TickerClock { intake.clock }

    /// Whether it has a handler for the function of this name.
    package nonisolated func serves(_ function: String) -> Bool {
        options.runs == .everything && intake.functions[function] != nil
    }

    /// Every ticker that the store keeps, with what it was stored with, in the order in which they were added.
    ///
    /// - Throws: ``TickerError`` with code `invalidArgument` when the store is not in memory.
    package nonisolated func recorded() async throws -> [RecordedTicker] {
        guard let store = intake.store as? MemoryTickerStore else {
            throw TickerError.invalidArgument(["\(type(of: intake.store)) cannot be listed; use a MemoryTickerStore"])
        }
        return await store.recorded(now: intake.clock.wall)
    }
}
