/// The handlers that a scheduler can run: a value that is built, handed over, and never locked.
///
/// Registering never throws, so that a table of registrations reads as one. What is wrong with it (a name twice, a bad
/// name) is kept, and ``validate()``, `run()` and `start()` throw all of it at once.
public struct FunctionRegistry: Sendable {
    private var entries: [String: RegisteredFunction] = [:]
    private var problems: [String] = []

    /// An empty registry.
    public init() {}

    /// The registered names, aliases included, in alphabetical order.
    public var names: [String] { entries.keys.sorted() }

    /// Registers a handler.
    ///
    /// - Parameters:
    ///   - maxConcurrent: How many runs of this function there may be at once, 1 or more; `nil` for no limit of its own.
    ///   - handler: Called once per attempt with the input; its task is cancelled on timeout, cancel and shutdown.
    public mutating func register<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        maxConcurrent: Int? = nil,
        handler: @escaping @Sendable (Input, TickerContext) async throws -> Output
    ) {
        let (input, output) = (function.input, function.output)
        let body: RegisteredFunction.Body = .async { payload, context in
            output.payload(try await handler(try input.value(payload), context))
        }
        insert(function.name, function.aliases, maxConcurrent, body)
    }

    /// Registers a handler of a function without input.
    public mutating func register<Output>(
        _ function: TickerFunction<Void, Output>,
        maxConcurrent: Int? = nil,
        handler: @escaping @Sendable (TickerContext) async throws -> Output
    ) {
        register(function, maxConcurrent: maxConcurrent) { (_: Void, context) in try await handler(context) }
    }

    /// Registers a handler that blocks its thread (computes long, calls blocking code). It runs on a thread of its own,
    /// so it holds up nobody; it learns of a cancellation from ``TickerContext/isCancelled``.
    public mutating func registerBlocking<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        maxConcurrent: Int? = nil,
        handler: @escaping @Sendable (Input, TickerContext) throws -> Output
    ) {
        let (input, output) = (function.input, function.output)
        let body: RegisteredFunction.Body = .blocking { payload, context in
            output.payload(try handler(try input.value(payload), context))
        }
        insert(function.name, function.aliases, maxConcurrent, body)
    }

    /// Registers a blocking handler of a function without input.
    public mutating func registerBlocking<Output>(
        _ function: TickerFunction<Void, Output>,
        maxConcurrent: Int? = nil,
        handler: @escaping @Sendable (TickerContext) throws -> Output
    ) {
        registerBlocking(function, maxConcurrent: maxConcurrent) { (_: Void, context) in try handler(context) }
    }

    /// Throws every problem of the registrations at once.
    ///
    /// - Throws: ``TickerError`` with code `invalidRegistry`, naming each function that is registered twice or badly.
    public func validate() throws {
        guard problems.isEmpty else { throw TickerError(.invalidRegistry, problems.joined(separator: "; ")) }
    }

    package subscript(name: String) -> RegisteredFunction? { entries[name] }

    /// The limits of the functions that have one; aliases stand for their function.
    package var limits: [FunctionLimit] {
        var limits: [String: FunctionLimit] = [:]
        for (each, entry) in entries {
            guard let room = entry.maxConcurrent else { continue }
            limits[entry.name, default: FunctionLimit(names: [], room: room)].names.insert(each)
        }
        return Array(limits.values)
    }

    private mutating func insert(
        _ name: String,
        _ aliases: [String],
        _ maxConcurrent: Int?,
        _ body: RegisteredFunction.Body
    ) {
        if let maxConcurrent, !(1...TickerLimits.concurrentRuns).contains(maxConcurrent) {
            problems.append("\"\(name)\" has maxConcurrent \(maxConcurrent), not 1 to \(TickerLimits.concurrentRuns)")
        }
        for each in [name] + aliases {
            problems += TickerSpec.nameProblems(each, of: "function name")
            if entries[each] != nil {
                problems.append("\"\(each)\" is registered twice")
                continue
            }
            entries[each] = RegisteredFunction(name: name, maxConcurrent: maxConcurrent, body: body)
        }
    }
}

/// A handler with its types forgotten.
package final class RegisteredFunction: Sendable {
    package enum Body: Sendable {
        case async(@Sendable (Payload, TickerContext) async throws -> Payload)
        case blocking(@Sendable (Payload, TickerContext) throws -> Payload)
    }

    package let name: String
    package let maxConcurrent: Int?
    package let body: Body

    init(name: String, maxConcurrent: Int?, body: Body) {
        self.name = name
        self.maxConcurrent = maxConcurrent
        self.body = body
    }
}
