/// What every ``TickerStore`` has to do, written once and checked of each implementation.
///
/// The checks throw ``ExpectationMismatch``, so they work under any test framework; one test with the behaviours as its
/// arguments runs them all.
public enum StoreConformance {
    /// What a store does, whatever it keeps of ended workflows.
    public static let behaviours: [StoreBehaviour] = [
        StoreBehaviour.adding, StoreBehaviour.refusals, StoreBehaviour.conditions, StoreBehaviour.joins,
        StoreBehaviour.times, StoreBehaviour.claims, StoreBehaviour.finishes, StoreBehaviour.cancels,
        StoreBehaviour.retries, StoreBehaviour.handlerChildren, StoreBehaviour.limits, StoreBehaviour.uniqueKeys,
        StoreBehaviour.holdingBack, StoreBehaviour.readings, StoreBehaviour.paging, StoreBehaviour.explanations,
        StoreBehaviour.payloads, StoreBehaviour.listening,
    ].flatMap(\.self)

    /// What a store forgets and what it keeps. Each needs a store with the retention that it names.
    public static let retentionBehaviours: [StoreBehaviour] = StoreBehaviour.retention

    /// What a store does that keeps recurrences; others refuse them.
    public static let recurrenceBehaviours: [StoreBehaviour] = StoreBehaviour.recurrences
}
