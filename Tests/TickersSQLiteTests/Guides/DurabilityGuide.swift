import Foundation
import Tickers
import TickersSQLite

/// What the guide to durability shows: compiled here, run by ``DurabilityGuideTests``.
///
/// The marked regions are quoted by the guide, so they are written to be read without their surroundings.
enum DurabilityGuide {
    enum Letters {
        static let write = TickerFunction<String, Void>("WriteLetter")
    }

    static func run(
        _ functions: FunctionRegistry,
        path: String,
        clock: any TickerClock,
        note: @Sendable (String) -> Void
    ) async throws {
        // snippet: guide-store-open
        let store = try SQLiteTickerStore(path: path, clock: clock)
        let scheduler = Scheduler(functions: functions, store: store, clock: clock)
        let found = store.recovery
        note("\(found.open) tickers had not ended, \(found.interrupted) attempts are made again")
        try await scheduler.run()  // until its task is cancelled
        try await store.close()  // moves the log into the database; not needed for anything to be kept
        // end snippet
    }

    static func open(_ path: String, note: (String) -> Void) throws -> SQLiteTickerStore? {
        // snippet: guide-store-locked
        do {
            return try SQLiteTickerStore(path: path, durability: .full)
        } catch let error as TickerError where error.code == .storeLocked {
            note(error.message)  // names the file, the process that has it, and the way out
            return nil
        }
        // end snippet
    }

    static func registerWrite(in functions: inout FunctionRegistry, folder: URL) {
        // snippet: guide-store-idempotent
        functions.register(Letters.write) { letter, context in
            // The same name in every attempt, and there as a whole or not at all: a second attempt changes nothing.
            let file = folder.appending(path: "\(context.id).txt")
            try Data(letter.utf8).write(to: file, options: .atomic)
        }
        // end snippet
    }

    static func failed(in path: String, clock: any TickerClock) async throws -> [Ticker] {
        // snippet: guide-store-reading
        let file = try SQLiteTickerStore(reading: path, clock: clock)  // also while a scheduler has it
        let reader = Scheduler(functions: FunctionRegistry(), store: file, clock: clock)  // never started
        let failed = try await reader.tickers(TickerQuery(statuses: [.failed]), order: .newestFirst)
        try await file.close()
        // end snippet
        return failed.tickers
    }
}
