public import Tickers

/// A parent that a handler under test finds when it asks for its parents.
public struct GivenParent: Sendable {
    private let spec: TickerSpec
    private let status: TickerStatus
    private let output: Payload
    private let message: String?
    private let hasStarted: Bool

    private init<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ status: TickerStatus,
        output: Payload = .nothing,
        message: String? = nil,
        hasStarted: Bool
    ) {
        spec = function.spec
        self.status = status
        self.output = output
        self.message = message
        self.hasStarted = hasStarted
    }

    /// A parent that has succeeded with this output.
    public static func succeeded<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ output: Output
    ) -> GivenParent {
        GivenParent(function, .succeeded, output: function.output.payload(output), hasStarted: true)
    }

    /// A parent without output that has succeeded.
    public static func succeeded<Input>(_ function: TickerFunction<Input, Void>) -> GivenParent {
        GivenParent(function, .succeeded, hasStarted: true)
    }

    /// A parent that has failed with this message.
    public static func failed<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ message: String = "failed"
    ) -> GivenParent {
        GivenParent(function, .failed, message: message, hasStarted: true)
    }

    /// A parent that was cancelled before it started.
    public static func cancelled<Input, Output>(_ function: TickerFunction<Input, Output>) -> GivenParent {
        GivenParent(function, .cancelled, hasStarted: false)
    }

    /// A parent that was skipped.
    public static func skipped<Input, Output>(_ function: TickerFunction<Input, Output>) -> GivenParent {
        GivenParent(function, .skipped, hasStarted: false)
    }

    /// A parent whose handler runs.
    public static func running<Input, Output>(_ function: TickerFunction<Input, Output>) -> GivenParent {
        GivenParent(function, .running, hasStarted: true)
    }

    /// A parent that is due and has not started.
    public static func notStarted<Input, Output>(_ function: TickerFunction<Input, Output>) -> GivenParent {
        GivenParent(function, .pending, hasStarted: false)
    }

    /// The parent as a store would show it.
    func result(_ id: TickerID, workflow: WorkflowID, now: Timestamp) -> ParentResult {
        var ticker = Ticker(id: id, workflowID: workflow, spec: spec, status: status, createdAt: now)
        if status != .skipped { ticker.due = now }
        if hasStarted {
            ticker.attempts = 1
            ticker.startedAt = now
        }
        if status.isEnd { ticker.endedAt = now }
        if status == .cancelled { ticker.reason = .byRequest }
        ticker.failure = message.map {
            TickerFailure(ticker: id, function: spec.function, attempts: 1, kind: .threw, message: $0)
        }
        return ParentResult(ticker: ticker, output: output)
    }
}
