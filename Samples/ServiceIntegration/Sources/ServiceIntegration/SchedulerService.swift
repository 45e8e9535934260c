import ServiceLifecycle
import Tickers

/// A scheduler in a service group: it runs with the group and is shut down with it, handlers in flight first.
struct SchedulerService: Service {
    let scheduler: Scheduler
    /// How long handlers in flight have before they are told to stop.
    let grace: Duration

    func run() async throws {
        try await scheduler.start()
        // Returns when the group begins to shut down gracefully, throws when it is cancelled; both end the scheduler.
        do { try await gracefulShutdown() } catch is CancellationError {}
        await scheduler.shutdown(grace: grace)
    }
}
