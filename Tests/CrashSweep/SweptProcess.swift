import Foundation
import Tickers
import TickersSQLite

/// The process that is killed: it adds what has not been added, works on what is there, and ends when nothing is left.
///
/// It says on its output what has been stored and what has started; each start is in the log before the handler does anything.
struct SweptProcess: Sendable {
    static let steps = (1...5).map { TickerFunction<Int, Int>("Step\($0)") }

    private let path: String
    private let log: Line
    private let life: Int
    private let chains: Range<Int>
    private let workers: Int

    /// A file to which whole lines are appended, whoever else does so.
    private struct Line: Sendable {
        let file: Int32

        func write(_ text: String) {
            var line = "\(text)\n"
            line.withUTF8 { bytes in _ = Foundation.write(file, bytes.baseAddress, bytes.count) }
        }
    }

    private static let output = Line(file: 1)

    /// - Parameter words: The file, the log, the number of this life, the first chain to add, the number of chains, the workers.
    init(_ words: [String]) throws {
        let numbers = words.dropFirst(2).compactMap { Int($0) }
        guard words.count == 6, numbers.count == 4 else { throw SweepPlan.Misuse(description: SweepPlan.usage) }
        path = words[0]
        let file = open(words[1], O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw SweepPlan.Misuse(description: "\(words[1]) cannot be opened") }
        log = Line(file: file)
        (life, chains, workers) = (numbers[0], numbers[1]..<max(numbers[1], numbers[2]), numbers[3])
    }

    func run() async throws {
        let clock = SystemClock()
        let store = try SQLiteTickerStore(path: path)
        let recovery = store.recovery
        Self.output.write("opened \(recovery.open) \(recovery.interrupted) \(recovery.failed)")
        let scheduler = Scheduler(
            functions: functions(clock),
            store: store,
            options: SchedulerOptions(maxConcurrent: workers)
        )
        try await scheduler.start()
        try await add(to: scheduler)
        while try await store.counts().open > 0 {
            try await clock.sleep(until: clock.monotonic.advanced(by: .milliseconds(2)))
        }
        await scheduler.shutdown()
        try await store.close()
        Self.output.write("drained")
    }

    private func functions(_ clock: SystemClock) -> FunctionRegistry {
        var functions = FunctionRegistry()
        for step in Self.steps {
            functions.register(step) { [log, life] number, context in
                log.write("\(life) \(context.id) \(context.attempt)")
                Self.output.write("started")
                // Some are done at once, and some are caught in the middle.
                if number % 3 == 0 {
                    try await clock.sleep(until: clock.monotonic.advanced(by: .microseconds(300 * (number % 5))))
                }
                return number + 1
            }
        }
        return functions
    }

    /// Adds chains from several sides at once; the unique key makes an unanswered add that was stored the same as a new one.
    private func add(to scheduler: Scheduler) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for side in 0..<4 {
                group.addTask {
                    for chain in chains where chain % 4 == side {
                        var workflow = Workflow.begin(with: Self.steps[0], chain).then(Self.steps[1]).then(
                            Self.steps[2]
                        )
                        .then(Self.steps[3]).then(Self.steps[4]).build(name: "chain \(chain)")
                        workflow.options.unique = UniqueKey("chain \(chain)", held: .window(.seconds(86_400)))
                        let handle = try await scheduler.schedule(workflow)
                        Self.output.write("stored \(chain) \(handle.id)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
