import Testing
import Tickers
import TickersTesting

/// The handlers that the chain tests play with, and what they wrote down.
struct Stage: Sendable {
    static let plusOne = TickerFunction<Int, Int>("PlusOne")
    static let text = TickerFunction<Int, String>("Text")
    static let length = TickerFunction<String, Int>("Length")
    static let note = TickerFunction<String, Void>("Note")
    static let pulse = TickerFunction<Void, Void>("Pulse")
    static let seven = TickerFunction<Void, Int>("Seven")
    /// Fails with the message it is given.
    static let fail = TickerFunction<String, Int>("Fail")
    static let alarm = TickerFunction<TickerFailure, String>("Alarm")
    /// Sleeps for so many seconds of the scheduler's clock.
    static let sleep = TickerFunction<Int, Int>("Sleep")

    struct Mishap: Error, CustomStringConvertible {
        let description: String
    }

    let journal = Journal()
    let clock: VirtualClock
    let encoding: PayloadEncoding
    let seed: UInt64

    init(seed: UInt64, encoding: PayloadEncoding = .never) {
        clock = VirtualClock(seed: seed)
        self.encoding = encoding
        self.seed = seed
    }

    var functions: FunctionRegistry {
        let journal = journal
        var functions = FunctionRegistry()
        functions.register(Self.plusOne) { number, _ in
            journal.note("plusOne \(number)")
            return number + 1
        }
        functions.register(Self.text) { number, _ in
            journal.note("text \(number)")
            return "<\(number)>"
        }
        functions.register(Self.length) { text, _ in
            journal.note("length \(text)")
            return text.count
        }
        functions.register(Self.note) { text, _ in journal.note(text) }
        functions.register(Self.pulse) { _ in journal.note("pulse") }
        functions.register(Self.seven) { _ in
            journal.note("seven")
            return 7
        }
        functions.register(Self.fail) { message, _ in throw Mishap(description: message) }
        functions.register(Self.alarm) { failure, _ in
            journal.note("alarm \(failure.message)")
            return failure.message
        }
        functions.register(Self.sleep) { seconds, context in
            try await context.clock.sleep(for: .seconds(seconds))
            return seconds
        }
        return functions
    }

    /// Runs `body` in virtual time with a scheduler that has been started, and shuts it down.
    func play<Result: Sendable>(_ body: @escaping @Sendable (Scheduler) async throws -> Result) async throws -> Result {
        let (clock, functions) = (clock, functions)
        let store = MemoryTickerStore(encoding: encoding, seed: seed)
        return try await clock.run {
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            try await scheduler.start()
            let result = try await body(scheduler)
            await scheduler.shutdown()
            return result
        }
    }

    /// Stores `workflow`, waits for its end and returns it as it stood then.
    func run(_ workflow: Workflow) async throws -> WorkflowSummary {
        try await play { scheduler in try await scheduler.ended(scheduler.schedule(workflow)) }
    }

    /// The instant `seconds` after the stage was set.
    func after(_ seconds: Int) -> Timestamp {
        Timestamp(microseconds: 1_767_225_600_000_000).advanced(by: .seconds(seconds))
    }
}
