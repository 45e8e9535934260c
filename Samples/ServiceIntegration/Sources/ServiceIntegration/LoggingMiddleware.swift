import Logging
import Tickers

/// The trace that the present task belongs to.
enum Trace {
    @TaskLocal static var id: String?

    /// The name under which it is stored with a ticker.
    static let key = "trace"
}

/// Carries the trace from the caller to the handler, by way of what is stored with the ticker.
struct TracingMiddleware: TickerMiddleware {
    func schedule(_ request: ScheduleRequest, next: @escaping ScheduleNext) async throws -> StoredWorkflow {
        guard let id = Trace.id else { return try await next(request) }
        var traced = request
        traced.changeEach { $0.metadata[Trace.key] = id }
        return try await next(traced)
    }

    func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
        try await Trace.$id.withValue(context.metadata[Trace.key]) { try await next() }
    }
}

/// A line per attempt, with what is needed to find it again.
struct LoggingMiddleware: TickerMiddleware {
    let logger: Logger

    func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
        var logger = logger
        logger[metadataKey: "function"] = "\(context.function)"
        logger[metadataKey: "attempt"] = "\(context.attempt)"
        if let trace = Trace.id { logger[metadataKey: "trace"] = "\(trace)" }
        do {
            let output = try await next()
            logger.info("done")
            return output
        } catch {
            logger.warning("failed: \(error)")
            throw error
        }
    }
}
