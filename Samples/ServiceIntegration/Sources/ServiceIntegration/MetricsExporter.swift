import Metrics
import ServiceLifecycle
import Tickers

/// Hands what has happened since the last time to swift-metrics, again and again until the group shuts down.
actor MetricsExporter: Service {
    private let scheduler: Scheduler
    private let interval: Duration
    private var latest = SchedulerMetrics()

    init(scheduler: Scheduler, interval: Duration) {
        self.scheduler = scheduler
        self.interval = interval
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    try await Task.sleep(for: self.interval)
                    await self.export()
                }
            }
        } catch is CancellationError {}
    }

    /// Tells what is new; once more at the end, when nothing runs any longer.
    func export() async {
        let now = await scheduler.metrics()
        let news = now.since(latest)
        latest = now
        Gauge(label: "tickers_in_flight").record(now.inFlight)
        for (name, metrics) in news.functions {
            let dimensions = [("function", name)]
            Counter(label: "tickers_succeeded", dimensions: dimensions).increment(by: metrics.succeeded)
            Counter(label: "tickers_retried", dimensions: dimensions).increment(by: metrics.retried)
            Counter(label: "tickers_failed", dimensions: dimensions).increment(by: metrics.failed)
        }
    }
}
