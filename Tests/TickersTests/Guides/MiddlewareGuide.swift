import Synchronization
import Tickers

/// What the guide to middleware shows: compiled here, run by ``MiddlewareGuideTests``.
enum MiddlewareGuide {
    // snippet: guide-middleware-trace
    enum Trace {
        @TaskLocal static var id: String?
    }

    struct Tracing: TickerMiddleware {
        func schedule(_ request: ScheduleRequest, next: @escaping ScheduleNext) async throws -> StoredWorkflow {
            var request = request
            request.changeEach { $0.metadata["trace"] = Trace.id }
            return try await next(request)
        }

        func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
            try await Trace.$id.withValue(context.metadata["trace"]) { try await next() }
        }
    }
    // end snippet

    final class Watch: TickerMiddleware {
        private let state = Mutex<[String]>([])

        var lines: [String] { state.withLock { $0 } }

        private func print(_ line: String) { state.withLock { $0.append(line) } }

        // snippet: guide-middleware-log
        func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
            let began = context.clock.monotonic
            do {
                let output = try await next()
                print("\(context.function) took \(context.clock.monotonic.since(began))")
                return output
            } catch {
                print("\(context.function) failed in attempt \(context.attempt): \(error)")
                throw error  // as it was thrown, so that retry policies and signals still work
            }
        }
        // end snippet
    }

    static func metrics(of scheduler: Scheduler) async -> [String] {
        // snippet: guide-metrics
        let before = await scheduler.metrics()
        // … a minute later
        let news = await scheduler.metrics().since(before)
        let slow = news.functions.filter { ($0.value.waiting.quantile(0.99) ?? .zero) > .seconds(1) }
        // end snippet
        return slow.keys.sorted()
    }
}
