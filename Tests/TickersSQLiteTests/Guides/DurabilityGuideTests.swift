import Foundation
import Synchronization
import Testing
import Tickers
import TickersSQLite
import TickersTesting

/// The guide to durability does what it says.
@Suite("The guide to durability", .serialized)
struct DurabilityGuideTests {
    private struct Torn: Error {}

    /// What was said, in order.
    private final class Notes: Sendable {
        private let all = Mutex<[String]>([])
        var lines: [String] { all.withLock(\.self) }
        func note(_ line: String) { all.withLock { $0.append(line) } }
    }

    @Test("a store that is opened again says what it found, and its scheduler finishes the rest")
    func open() async throws {
        let scratch = try Scratch()
        let clock = VirtualClock()
        let notes = Notes()
        try await clock.run {
            let store = try SQLiteTickerStore(path: scratch.path(), clock: clock)
            let before = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: .addingOnly)
            let letter = try await before.schedule(DurabilityGuide.Letters.write, "Dear Ada", due: .after(.seconds(60)))
            try await store.close()

            var functions = FunctionRegistry()
            DurabilityGuide.registerWrite(in: &functions, folder: URL(filePath: scratch.folder))
            let (path, ready) = (scratch.path(), functions)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await DurabilityGuide.run(ready, path: path, clock: clock) { notes.note($0) }
                }
                try await clock.sleep(for: .seconds(61))
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(notes.lines == ["1 tickers had not ended, 0 attempts are made again"])
            let file = scratch.path("\(letter.id).txt")
            #expect(FileManager.default.contents(atPath: file) == Data("Dear Ada".utf8))
        }
    }

    @Test("a file that another store has is refused with a sentence that names it")
    func locked() async throws {
        let scratch = try Scratch()
        let notes = Notes()
        let first = try #require(try DurabilityGuide.open(scratch.path(), note: notes.note))
        #expect(try DurabilityGuide.open(scratch.path(), note: notes.note) == nil)
        #expect(notes.lines.count == 1 && notes.lines[0].contains(first.path))
        try await first.close()
    }

    @Test("a handler that writes under the ticker's id leaves one file after two attempts")
    func idempotent() async throws {
        let scratch = try Scratch()
        let folder = URL(filePath: scratch.folder).appending(path: "letters")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let clock = VirtualClock()
        try await clock.run {
            var functions = FunctionRegistry()
            DurabilityGuide.registerWrite(in: &functions, folder: folder)
            let store = try SQLiteTickerStore(path: scratch.path(), clock: clock)
            let tearing = TearingOnce()
            let scheduler = Scheduler(functions: functions, store: store, clock: clock, middleware: [tearing])
            try await scheduler.start()
            let twice = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(1)))
            let letter = try await scheduler.schedule(DurabilityGuide.Letters.write, "Dear Bob", options: twice)
            try await scheduler.output(of: letter)
            #expect(try await scheduler.status(of: letter)?.attempts == 2)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["\(letter.id).txt"])
            await scheduler.shutdown()
            try await store.close()
        }
    }

    /// Lets the first attempt do its work and fail then.
    private struct TearingOnce: TickerMiddleware {
        func run(_ context: TickerContext, next: @escaping RunNext) async throws -> Payload {
            let output = try await next()
            if context.attempt == 1 { throw Torn() }
            return output
        }
    }

    @Test("failed tickers are read beside the scheduler that has the file")
    func reading() async throws {
        let scratch = try Scratch()
        let clock = VirtualClock()
        try await clock.run {
            var functions = FunctionRegistry()
            functions.register(DurabilityGuide.Letters.write) { _, _ in throw Torn() }
            let store = try SQLiteTickerStore(path: scratch.path(), clock: clock)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            try await scheduler.start()
            let letter = try await scheduler.schedule(DurabilityGuide.Letters.write, "Dear Eve")
            #expect(try await scheduler.ended(letter).status == .failed)
            let failed = try await DurabilityGuide.failed(in: scratch.path(), clock: clock)
            #expect(failed.map(\.id) == [letter.id])
            await scheduler.shutdown()
            try await store.close()
        }
    }
}

extension SchedulerOptions {
    fileprivate static var addingOnly: SchedulerOptions {
        var options = SchedulerOptions()
        options.runs = .nothing
        return options
    }
}
