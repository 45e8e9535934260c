/// The handlers that a scheduler can run: a value that is built, handed over, and never locked.
///
/// Registering never throws, so that a table of registrations reads as one. What is wrong with it (a name twice, a bad
/// name) is kept, and ``validate()``, `run()` and `start()` throw all of it at once.
public struct FunctionRegistry: Sendable {
    private var entries: [String: RegisteredFunction] = [:]
    /// What makes the workflow of an occurrence, by name.
    package private(set) var templates: [String: @Sendable (Occurrence) throws -> NewWorkflow] = [:]
    private var problems: [String] = []

    /// An empty registry.
    public init() {}

    /// The registered names, aliases included, in alphabetical order.
    public var names: [String] { entries.keys.sorted() }

    /// Registers a handler.
    ///
    /// - Parameters:
    ///   - maxConcurrent: How many runs of this function there may be at once, 1 or more; `nil` for no limit of its own.
    ///   - rateLimit: How often it may be started, retries included; `nil` for no limit of its own. All names of the function
    ///     share both limits, and each scheduler counts for itself.
    ///   - handler: Called once per attempt with the input; its task is cancelled on timeout, cancel and shutdown.
    public mutating func register<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        maxConcurrent: Int? = nil,
        rateLimit: RateLimit? = nil,
        handler: @escaping @Sendable (Input, TickerContext) async throws -> Output
    ) {
        let (input, output) = (function.input, function.output)
        insert(
            function,
            QueueOptions(maxConcurrent: maxConcurrent, rateLimit: rateLimit),
            .async { payload, context in
                output.payload(try await handler(try input.value(payload), context))
            }
        )
    }

    /// Registers a handler of a function without input.
    public mutating func register<Output>(
        _ function: TickerFunction<Void, Output>,
        maxConcurrent: Int? = nil,
        rateLimit: RateLimit? = nil,
        handler: @escaping @Sendable (TickerContext) async throws -> Output
    ) {
        register(function, maxConcurrent: maxConcurrent, rateLimit: rateLimit) { (_: Void, context) in
            try await handler(context)
        }
    }

    /// Registers a handler that blocks its thread (computes long, calls blocking code). It runs on a thread of its own,
    /// so it holds up nobody; it learns of a cancellation from ``TickerContext/isCancelled``.
    public mutating func registerBlocking<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        maxConcurrent: Int? = nil,
        rateLimit: RateLimit? = nil,
        handler: @escaping @Sendable (Input, TickerContext) throws -> Output
    ) {
        let (input, output) = (function.input, function.output)
        insert(
            function,
            QueueOptions(maxConcurrent: maxConcurrent, rateLimit: rateLimit),
            .blocking { payload, context in
                output.payload(try handler(try input.value(payload), context))
            }
        )
    }

    /// Registers a blocking handler of a function without input.
    public mutating func registerBlocking<Output>(
        _ function: TickerFunction<Void, Output>,
        maxConcurrent: Int? = nil,
        rateLimit: RateLimit? = nil,
        handler: @escaping @Sendable (TickerContext) throws -> Output
    ) {
        registerBlocking(function, maxConcurrent: maxConcurrent, rateLimit: rateLimit) { (_: Void, context) in
            try handler(context)
        }
    }

    /// Throws every problem of the registrations at once.
    ///
    /// - Throws: ``TickerError`` with code `invalidRegistry`, naming each function that is registered twice or badly.
    public func validate() throws {
        guard problems.isEmpty else { throw TickerError(.invalidRegistry, problems.joined(separator: "; ")) }
        try schedules.validate()
    }

    /// Schedules of your own, for rules that a store keeps by their names.
    public private(set) var schedules = RecurrenceSchedules()

    /// Registers a schedule of your own, for ``RecurrenceRule/custom(_:_:)``.
    public mutating func registerSchedule(_ name: String, _ schedule: any RecurrenceSchedule) {
        schedules.register(name, schedule)
    }

    /// Keeps what makes the workflow of an occurrence.
    package mutating func register(
        template name: String,
        _ make: @escaping @Sendable (Occurrence) throws -> NewWorkflow
    ) {
        problems += TickerSpec.nameProblems(name, of: "template name")
        if templates[name] != nil { problems.append("the template \"\(name)\" is registered twice") }
        templates[name] = make
    }

    package subscript(name: String) -> RegisteredFunction? { entries[name] }

    /// The limits of the functions that have one; aliases stand for their function.
    package var limits: [FunctionLimit] {
        var limits: [String: FunctionLimit] = [:]
        for (each, entry) in entries where entry.limits != QueueOptions() {
            limits[entry.name, default: FunctionLimit(names: [], options: entry.limits)].names.insert(each)
        }
        return Array(limits.values)
    }

    private mutating func insert<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ limits: QueueOptions,
        _ body: RegisteredFunction.Body
    ) {
        problems += limits.problems(of: "\"\(function.name)\"")
        let entry = RegisteredFunction(
            name: function.name,
            limits: limits,
            retry: function.spec.retry,
            body: body
        )
        for each in [function.name] + function.aliases {
            problems += TickerSpec.nameProblems(each, of: "function name")
            if entries[each] != nil {
                problems.append("\"\(each)\" is registered twice")
                continue
            }
            entries[each] = entry
        }
    }
}

/// What a function is allowed, under all of its names together.
package struct FunctionLimit: Sendable, Hashable {
    package var names: Set<String>
    package var options: QueueOptions

    package init(names: Set<String>, options: QueueOptions) {
        self.names = names
        self.options = options
    }
}

/// A handler with its types forgotten.
package final class RegisteredFunction: Sendable {
    package enum Body: Sendable {
        case async(@Sendable (Payload, TickerContext) async throws -> Payload)
        case blocking(@Sendable (Payload, TickerContext) throws -> Payload)
    }

    package let name: String
    package let limits: QueueOptions
    /// The function's own policy, with the closures that a file cannot keep.
    package let retry: RetryPolicy
    package let body: Body

    init(name: String, limits: QueueOptions, retry: RetryPolicy, body: Body) {
        self.name = name
        self.limits = limits
        self.retry = retry
        self.body = body
    }
}
