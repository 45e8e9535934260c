import Tickers

/// Writes down when it is entered and left, on both sides.
struct Diary: TickerMiddleware {
    let name: String
    let log: Recorder<String>

    func schedule(_ request: ScheduleRequest, next: @escaping ScheduleNext) async throws -> StoredWorkflow {
        let names = request.tickers.map(\.function).joined(separator: "+")
        log.add("\(name) schedules \(names)")
        do {
            let stored = try await next(request)
            log.add("\(name) stored \(stored.tickers.count)")
            return stored
        } catch {
            log.add("\(name) saw \(Self.code(error))")
            throw error
        }
    }

    func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
        log.add("\(name) enters \(context.function) \(context.attempt)")
        do {
            let output = try await next()
            log.add("\(name) leaves \(context.function)")
            return output
        } catch {
            log.add("\(name) saw \(Self.code(error))")
            throw error
        }
    }

    private static func code(_ error: any Error) -> String {
        (error as? TickerError).map { "\($0.code)" } ?? "\(error)"
    }
}

/// A middleware made of closures.
struct Around: TickerMiddleware {
    var change: @Sendable (inout ScheduleRequest) throws -> Void = { _ in }
    var run: @Sendable (TickerContext, RunNext) async throws -> Payload = { try await $1() }

    func schedule(_ request: ScheduleRequest, next: @escaping ScheduleNext) async throws -> StoredWorkflow {
        var request = request
        try change(&request)
        return try await next(request)
    }

    func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
        try await run(context, next)
    }
}

enum Trace {
    @TaskLocal static var id = "none"
}

/// Carries a task-local value from the call that schedules to the handler, by way of what is stored.
struct Tracing: TickerMiddleware {
    func schedule(_ request: ScheduleRequest, next: @escaping ScheduleNext) async throws -> StoredWorkflow {
        var request = request
        request.changeEach { $0.metadata["trace"] = Trace.id }
        return try await next(request)
    }

    func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
        try await Trace.$id.withValue(context.metadata["trace"] ?? "lost") { try await next() }
    }
}
