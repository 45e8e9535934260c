public import Tickers

/// What has been scheduled, in the order in which it was added.
///
/// ```swift
/// let scheduler = Scheduler.recording()
/// try await shop.place(order, with: scheduler)
/// let scheduled = try await ScheduledTickers(of: scheduler)
/// try scheduled.expect(Mail.confirm, order, due: .after(.seconds(60)))
/// ```
///
/// A value: what is scheduled later is not in it. The checks throw ``ExpectationMismatch``, whose description shows what was
/// expected and what was found.
public struct ScheduledTickers: Sendable {
    /// All of them.
    public let tickers: [ScheduledTicker]

    init(_ recorded: [RecordedTicker], names: [TickerID: String] = [:]) {
        var names = names
        for each in recorded { names[each.ticker.id] = each.ticker.function }
        tickers = recorded.map { ScheduledTicker($0, names: names) }
    }

    /// What the scheduler's store keeps at this moment: what callers and handlers have added, and retention has not removed.
    /// O(n log n).
    ///
    /// - Throws: ``TickerError`` with code `invalidArgument` when the store is not a ``MemoryTickerStore``.
    public init(of scheduler: Scheduler) async throws {
        self.init(try await scheduler.recorded())
    }

    /// Those that run `function`. O(n).
    public func tickers<Input, Output>(of function: TickerFunction<Input, Output>) -> [ScheduledTicker] {
        let names = [function.name] + function.aliases
        return tickers.filter { names.contains($0.function) }
    }

    /// The inputs of those that run `function`. O(n).
    ///
    /// - Throws: ``TickerError``: `noOutput` when one of the inputs is to come from a parent, `undecodablePayload` when one is
    ///   of another type.
    public func inputs<Input, Output>(of function: TickerFunction<Input, Output>) throws -> [Input] {
        try tickers(of: function).map { try $0.input(of: function) }
    }
}

extension ScheduledTickers: CustomStringConvertible {
    /// A numbered line for each.
    public var description: String {
        guard !tickers.isEmpty else { return "Nothing was scheduled." }
        return numberedLines.message
    }

    var numberedLines: [String] { tickers.enumerated().map { "\($0.offset + 1). \($0.element)" } }
}

extension Scheduler {
    /// A scheduler that keeps what it is given and runs nothing: a stand-in for code that schedules.
    ///
    /// No function has to be registered. Time is the clock's and stands still unless the test moves it.
    ///
    /// - Parameter encoding: `.always` encodes inputs as a durable store would, to find what cannot be.
    public static func recording(
        clock: any TickerClock = VirtualClock(),
        encoding: PayloadEncoding = .never
    ) -> Scheduler {
        var options = SchedulerOptions()
        options.runs = .nothing
        let store = MemoryTickerStore(encoding: encoding, seed: 0)
        return Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: options)
    }
}
