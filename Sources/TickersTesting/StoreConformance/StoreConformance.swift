/// What every ``TickerStore`` has to do, written once and checked of each implementation.
///
/// The checks throw ``ExpectationMismatch``, so they work under any test framework; one test with the behaviours as its
/// arguments runs them all.
public enum StoreConformance {
    /// Every behaviour, each with a store of its own.
    public static let behaviours: [StoreBehaviour] = [
        StoreBehaviour.adding, StoreBehaviour.refusals, StoreBehaviour.conditions, StoreBehaviour.joins,
        StoreBehaviour.times, StoreBehaviour.claims, StoreBehaviour.finishes, StoreBehaviour.cancels,
        StoreBehaviour.retries, StoreBehaviour.handlerChildren, StoreBehaviour.limits, StoreBehaviour.uniqueKeys,
    ].flatMap(\.self)
}
