/// Something that stands around every call that stores tickers and around every run: to log, measure, trace, or carry
/// task-local values from one to the other.
///
/// Given to the scheduler, the first one outermost: it sees a call first and its end last. Payloads are not seen. Either
/// side may be left out. What a middleware throws takes the place of what was thrown inside it, so one that only looks on
/// throws on what it caught: cancellation, ``TickerSignal`` and errors that a retry policy asks about then arrive as they
/// were thrown.
///
/// ```swift
/// struct Timed: TickerMiddleware {
///     func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
///         let began = context.clock.monotonic
///         defer { record(context.function, context.clock.monotonic.since(began)) }
///         return try await next()
///     }
/// }
/// ```
public protocol TickerMiddleware: Sendable {
    /// Goes on to what is inside: the next middleware, and at last the store, which answers with the ids.
    typealias ScheduleNext = @Sendable (ScheduleRequest) async throws -> StoredWorkflow
    /// Goes on to what is inside: the next middleware, and at last the handler, whose output it returns unread.
    typealias RunNext = @Sendable () async throws -> Payload

    /// Stands around one call that stores tickers: a lone one, a workflow with all its steps, or what a handler adds.
    ///
    /// The request may be changed before it is passed on; what is wrong with it then is thrown by `next`, and nothing
    /// is stored. Runs in the task of the caller. Calling `next` again stores once more.
    func schedule(_ request: ScheduleRequest, next: @escaping ScheduleNext) async throws -> StoredWorkflow

    /// Stands around one attempt.
    ///
    /// Runs in the task that runs the handler, so task-local values that are set around `next` reach it, blocking ones
    /// included, and that task is cancelled when the run is told to stop. An error that is thrown is what the attempt
    /// failed with; throwing without a call of `next` fails it, or snoozes it, before the handler has begun. Calling
    /// `next` again runs the handler once more in the same attempt.
    func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload
}

extension TickerMiddleware {
    /// Goes on at once.
    public func schedule(_ request: ScheduleRequest, next: @escaping ScheduleNext) async throws -> StoredWorkflow {
        try await next(request)
    }

    /// Goes on at once.
    public func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
        try await next()
    }
}

/// The middlewares of one scheduler, outermost first.
package struct MiddlewareChain: Sendable {
    private let all: [any TickerMiddleware]

    package init(_ all: [any TickerMiddleware] = []) {
        self.all = all
    }

    /// Whether there is nothing to go through, so that who asks can go straight to the end.
    package var isEmpty: Bool { all.isEmpty }

    /// Passes a request through all of them to `store`. O(middlewares), whatever the request holds.
    package func schedule(
        _ request: ScheduleRequest,
        store: @escaping TickerMiddleware.ScheduleNext
    ) async throws -> StoredWorkflow {
        var inside = store
        for middleware in all.reversed() {
            inside = { [inside] in try await middleware.schedule($0, next: inside) }
        }
        let stored = try await inside(request)
        precondition(
            stored.isExisting || stored.tickers.count == request.count,
            "a middleware answered a request of \(request.count) tickers with the ids of \(stored.tickers.count)"
        )
        return stored
    }

    /// Passes a run through all of them to `handler`. O(middlewares).
    package func run(
        _ context: TickerContext,
        handler: @escaping TickerMiddleware.RunNext
    ) async throws -> Payload {
        var inside = handler
        for middleware in all.reversed() {
            inside = { [inside] in try await middleware.run(context, next: inside) }
        }
        return try await inside()
    }
}
