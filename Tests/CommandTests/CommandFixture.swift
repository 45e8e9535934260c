import Foundation
import Synchronization
import Testing
import Tickers
import TickersCommand
import TickersSQLite
import TickersTesting

/// The functions of the shop whose file is looked into.
enum Shop {
    static let validate = TickerFunction<String, String>("Validate")
    static let charge = TickerFunction<String, Int>(
        "Charge",
        options: TickerOptions(
            queue: "payments",
            priority: .high,
            retry: .fixed(maxAttempts: 2, every: .seconds(30)),
            tags: ["card"]
        )
    )
    static let mail = TickerFunction<Int, Void>("Mail")
    static let apologise = TickerFunction<TickerFailure, Void>("Apologise")
    static let sweep = TickerFunction<Void, Int>("Sweep")
    static let report = TickerFunction<Int, Void>("Report")

    static var functions: FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(validate) { order, _ in order }
        functions.register(charge) { order, context in
            try await context.report(progress: 0.5, "asking the bank")
            try await context.clock.sleep(for: .seconds(2))
            if order.hasPrefix("bad") { throw Declined() }
            return 700
        }
        functions.register(mail) { _, _ in }
        functions.register(apologise) { _, _ in }
        functions.register(sweep) { _ in 3 }
        functions.register(report) { _, _ in }
        return functions
    }

    struct Declined: Error, CustomStringConvertible {
        var description: String { "the card was declined" }
    }

    static func workflow(of order: String) -> Workflow {
        Workflow.begin(with: validate, order)
            .then(charge)
            .onFailure(apologise)
            .then(mail)
            .build(name: order)
    }
}

/// What a command printed and how it ended.
struct Printed: Sendable, Hashable {
    var status: TickersProgram.Status
    /// The standard output.
    var text = ""
    /// The standard error.
    var complaint = ""
}

/// A folder with a store's file, on a clock that stands still unless somebody waits.
final class CommandFixture: Sendable {
    /// Eight characters for each ticker, as its id is listed with, in the order in which they are stored.
    private static let standIns = [
        "validat1", "charge_1", "apolog_1", "mail___1",
        "validat2", "charge_2", "apolog_2", "mail___2",
        "sweep__3", "report_3",
    ]

    /// 2026-01-01 00:00 UTC.
    let clock = VirtualClock(seed: 3)
    private let ids = Mutex<[String: TickerID]>([:])
    let folder: String
    var path: String { "\(folder)/app.db" }

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "commands-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("left behind: \(folder): \(error)")
        }
    }

    func store() throws -> SQLiteTickerStore { try SQLiteTickerStore(path: path, seed: 7, clock: clock) }

    /// Fills the file, closes it, and does what a test does. An order that was paid, one that was not, a step that is
    /// due in an hour and one that follows it; two minutes have passed since.
    func filled<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await clock.run {
            let store = try self.store()
            let scheduler = Scheduler(functions: Shop.functions, store: store, clock: self.clock)
            try await scheduler.start()
            for order in ["good-1", "bad-2"] {
                try await scheduler.ended(try await scheduler.schedule(Shop.workflow(of: order)))
            }
            let sweep = try await scheduler.schedule(Shop.sweep, due: .after(.seconds(3_600)))
            try await scheduler.schedule(Shop.report, 1, following: sweep.when(.onCompletion))
            try await self.clock.sleep(for: .seconds(120))
            let tickers = try await scheduler.tickers().tickers
            self.ids.withLock { $0 = Dictionary(uniqueKeysWithValues: zip(Self.standIns, tickers.map(\.id))) }
            await scheduler.shutdown()
            try await store.close()
            return try await body()
        }
    }

    /// The full id of a ticker that is called so in what commands print.
    func id(_ standIn: String) throws -> TickerID { try #require(ids.withLock { $0[standIn] }) }

    /// The text with stand-ins for ids, and FOLDER for the folder.
    private func legible(_ text: String) -> String {
        ids.withLock { ids in
            ids.reduce(into: text.replacing(folder, with: "FOLDER")) { text, entry in
                let id = "\(entry.value)"
                text.replace(id, with: "<\(entry.key)>")
                text.replace(id.suffix(8), with: entry.key)
            }
        }
    }

    /// Runs a command on the file. Stand-ins among the arguments are replaced by the last digits of the ids.
    ///
    /// - Parameters:
    ///   - size: Of the terminal; none unless given.
    ///   - reads: How many writes somebody reads before the pipe is closed.
    func run(
        _ arguments: [String],
        size: Screen.Size? = nil,
        hasColours: Bool = false,
        reads: Int = .max,
        environment: [String: String]? = nil
    ) async -> Printed {
        let printed = Mutex((text: "", complaint: "", writes: 0))
        let screen = Screen(
            size: { size },
            hasColours: hasColours,
            write: { text in
                printed.withLock { printed in
                    printed.writes += 1
                    guard printed.writes <= reads else { return false }
                    printed.text += text
                    return true
                }
            },
            complain: { text in printed.withLock { $0.complaint += text + "\n" } }
        )
        let words = ids.withLock { ids in
            arguments.map { word in ids[word].map { String("\($0)".suffix(8)) } ?? word }
        }
        let status = await TickersProgram.run(
            words,
            environment: environment ?? ["TICKERS_STORE": path],
            screen: screen,
            clock: clock
        )
        return printed.withLock { printed in
            Printed(status: status, text: legible(printed.text), complaint: legible(printed.complaint))
        }
    }

    /// The same with the words one by one.
    func run(
        _ arguments: String...,
        size: Screen.Size? = nil,
        hasColours: Bool = false,
        reads: Int = .max,
        environment: [String: String]? = nil
    ) async -> Printed {
        await run(arguments, size: size, hasColours: hasColours, reads: reads, environment: environment)
    }
}
