import Synchronization
import Testing
import Tickers
import TickersSQLiteTesting
import TickersTesting

/// What a job of these tests is told to do. A text alone is the name of one that succeeds at once.
struct Job: Codable, Sendable, ExpressibleByStringLiteral {
    static let always = Int.max

    var name: String
    /// How long each attempt takes.
    var seconds: Int
    /// How many attempts fail, until the journal says that the job has been repaired.
    var failures: Int

    init(_ name: String, seconds: Int = 0, failures: Int = 0) {
        self.name = name
        self.seconds = seconds
        self.failures = failures
    }

    init(stringLiteral name: String) { self.init(name) }
}

/// The functions that most of these tests need.
enum Work {
    /// Does what the job says and returns its name.
    static let job = TickerFunction<Job, String>("Job")
    /// Writes its input down.
    static let note = TickerFunction<String, String>("Note")
    /// Writes down which failure it was given.
    static let alarm = TickerFunction<TickerFailure, String>("Alarm")
    /// A step after others; tests register what it does.
    static let join = TickerFunction<Void, String>("Join")
    /// Registered nowhere.
    static let unheardOf = TickerFunction<Job, String>("UnheardOf")

    static func register(in functions: inout FunctionRegistry, _ journal: Journal) {
        functions.register(job) { job, context in
            journal.note(job.name, context)
            if job.seconds > 0 { try await context.clock.sleep(for: .seconds(job.seconds)) }
            if context.attempt <= job.failures, !journal.isRepaired { throw Broken("\(job.name) is broken") }
            return job.name
        }
        functions.register(note) { text, context in
            journal.note(text, context)
            return text
        }
        functions.register(alarm) { failure, context in
            journal.note("alarm: \(failure.message)", context)
            return failure.message
        }
    }
}

struct Broken: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What handlers wrote down, in the order in which they did, and whether what breaks jobs has been repaired.
final class Journal: Sendable {
    private let state = Mutex<(lines: [(text: String, at: Duration)], isRepaired: Bool)>(([], false))

    func note(_ text: String, _ context: TickerContext) {
        let now = Duration.nanoseconds(context.clock.monotonic.nanoseconds)
        state.withLock { $0.lines.append((text, now)) }
    }

    func repair() { state.withLock { $0.isRepaired = true } }

    var isRepaired: Bool { state.withLock { $0.isRepaired } }
    var lines: [String] { state.withLock { $0.lines.map(\.text) } }

    func times(of text: String) -> [Duration] {
        state.withLock { $0.lines.filter { $0.text == text }.map(\.at) }
    }
}

/// A scheduler that has been started in virtual time, and what its handlers wrote down.
struct Stage: Sendable {
    let scheduler: Scheduler
    let clock: VirtualClock
    let journal: Journal
    let start: Timestamp

    /// Virtual time since the start.
    var elapsed: Duration { clock.wall.since(start) }

    func instant(_ seconds: Int) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    /// Lets time pass until so many seconds after the start, and everything happen that is due by then.
    func go(to seconds: Int) async throws {
        try await clock.sleep(until: MonotonicInstant(nanoseconds: Int64(seconds) * 1_000_000_000))
        await clock.rest()
    }

    func status(_ ticker: some TickerReference) async throws -> TickerStatus? {
        try await scheduler.status(of: ticker)?.status
    }

    func statuses(_ run: WorkflowHandle) async throws -> [TickerStatus]? {
        try await scheduler.workflow(run)?.tickers.map(\.status)
    }

    /// How long after the start the latest attempt began.
    func started(_ ticker: some TickerReference) async throws -> Duration? {
        try await scheduler.status(of: ticker)?.startedAt?.since(start)
    }
}

extension StoreKind {
    /// The stores over which these tests run, one after the other by seed.
    static let everyday: [StoreKind] = [.memory, .memoryEncoded, .sqlite]
}

/// Plays `body` in virtual time, once per seed, on a stage of its own with the store whose turn it is.
func play(
    seeds: Range<UInt64> = 0..<3,
    options: SchedulerOptions = SchedulerOptions(),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable (Scheduler, Stage) async throws -> Void,
    register: @escaping @Sendable (inout FunctionRegistry, Journal) -> Void = { _, _ in }
) async {
    for seed in seeds {
        let (clock, journal) = (VirtualClock(seed: seed), Journal())
        var functions = FunctionRegistry()
        Work.register(in: &functions, journal)
        register(&functions, journal)
        let kind = StoreKind.everyday[seed: seed]
        do {
            let store = try await kind.make(seed: seed, clock: clock)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock, options: options)
            try await clock.run {
                try await scheduler.start()
                let stage = Stage(scheduler: scheduler, clock: clock, journal: journal, start: clock.wall)
                try await body(scheduler, stage)
                await scheduler.shutdown(grace: .zero)
            }
        } catch {
            Issue.record("seed \(seed), store \(kind): \(error)", sourceLocation: sourceLocation)
        }
    }
}

/// The error that `body` throws, which has to be a `TickerError` with this code.
@discardableResult
func expectError(
    _ code: TickerError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async -> TickerError? {
    do {
        try await body()
        Issue.record("nothing was thrown instead of \(code)", sourceLocation: sourceLocation)
    } catch let error as TickerError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(error) was thrown instead of \(code)", sourceLocation: sourceLocation)
    }
    return nil
}

extension TickerEvents {
    /// The changes of one ticker's status from the subscription to the end of its workflow.
    func statuses<Output>(of ticker: TickerHandle<Output>) async -> [TickerStatus] {
        var seen: [TickerStatus] = []
        for await event in self {
            if case .ticker(let change) = event, change.id == ticker.id { seen.append(change.status) }
            if case .workflowEnded(ticker.workflowID, _) = event { break }
        }
        return seen
    }
}

extension TickerID {
    /// An id that no store of these tests has given away.
    static func unknown() throws -> TickerID {
        try #require(TickerID("0190d6a5-0000-7000-8000-000000000000"))
    }
}
