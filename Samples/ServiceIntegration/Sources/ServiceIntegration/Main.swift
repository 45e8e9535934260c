import Logging
import Metrics
import ServiceLifecycle
import Tickers

/// A workflow in a service group, with its log, its metrics and a trace that goes from the request to the handlers.
@main
enum ServiceIntegration {
    private enum Shop {
        static let charge = TickerFunction<String, String>(
            "Charge",
            options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .milliseconds(20)))
        )
        static let mail = TickerFunction<String, Void>("Mail")
    }

    private struct GatewayBusy: Error, CustomStringConvertible {
        let description = "the gateway is busy"
    }

    static func main() async throws {
        LoggingSystem.bootstrap { _ in PrintedLog() }
        let metrics = PrintedMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "shop")

        var functions = FunctionRegistry()
        functions.register(Shop.charge) { order, context in
            if context.attempt == 1 { throw GatewayBusy() }
            return "receipt for \(order)"
        }
        functions.register(Shop.mail) { receipt, _ in
            print("mail: \(receipt), trace \(Trace.id ?? "lost")")
        }
        let scheduler = Scheduler(
            functions: functions,
            middleware: [TracingMiddleware(), LoggingMiddleware(logger: logger)]
        )
        let exporter = MetricsExporter(scheduler: scheduler, interval: .seconds(10))
        let group = ServiceGroup(
            services: [SchedulerService(scheduler: scheduler, grace: .seconds(10)), exporter],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let workflow = Workflow.begin(with: Shop.charge, "order 42").then(Shop.mail).build()
            let run = try await Trace.$id.withValue("t-1") { try await scheduler.schedule(workflow) }
            let status = try await scheduler.ended(run).status
            print("workflow: \(status)")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await exporter.export()
        for line in metrics.lines { print(line) }
    }
}
