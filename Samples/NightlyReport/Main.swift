import Foundation
import Tickers
import TickersTesting

/// A month of nights, in virtual time: one that takes too long, two that nobody was there for, and one without 02:30.
@main
enum Main {
    static func main() async {
        do {
            guard let berlin = Berlin() else { throw Otherwise(description: "the system knows no Europe/Berlin") }
            try await month(NightLog(berlin))
        } catch {
            FileHandle.standardError.write(Data("The story went otherwise: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func month(_ log: NightLog) async throws {
        let berlin = log.berlin
        let clock = VirtualClock(start: try berlin.march(1), seed: 1)
        // Outlives the process in the story; in a program it is a file.
        let store = MemoryTickerStore(retention: Retention(age: .seconds(90 * 86_400), count: 10_000))
        let recurrence = try await clock.run {
            try await process(store, clock, log, until: try berlin.march(21, hour: 12))
            try await clock.sleep(for: try berlin.march(23, hour: 12).since(clock.wall))
            return try await process(store, clock, log, until: try berlin.march(32))
        }
        print("for            in UTC         began          ended          rows")
        for night in log.nights { print(log.line(night)) }
        print("\n\(recurrence.created) nights worked in")
        print("\(recurrence.overlapped) not run, since the one before still did")
        print("\(recurrence.passedOver) missed without a run of its own")
        if let next = recurrence.next { print("next at \(berlin.text(next))") }

        let nights = log.nights
        try require(nights.count == 29, "\(nights.count) nights were worked in")
        try require(Set(nights.map(\.occurrence)).count == nights.count, "a night was worked in twice")
        try require(nights.allSatisfy { $0.ended != nil }, "a night has not ended")
        let change = nights.filter { berlin.changes(on: $0.occurrence.instant) }
        try require(change.map { berlin.text($0.began) } == ["29 Mar 03:00"], "the day of the change went otherwise")
    }

    /// One life of the process, from its start to its end.
    @discardableResult
    private static func process(
        _ store: MemoryTickerStore,
        _ clock: VirtualClock,
        _ log: NightLog,
        until end: Timestamp
    ) async throws -> Recurrence {
        let scheduler = Scheduler(functions: Etl.functions(log), store: store, clock: clock)
        try await scheduler.start()
        // snippet: nightly-recur
        try await scheduler.recur("nightly", .cron("30 2 * * *", in: log.berlin.zone), missed: .runOnce, overlap: .skip)
        // end snippet
        try await clock.sleep(for: end.since(clock.wall))
        await scheduler.shutdown()
        guard let recurrence = try await scheduler.recurrence("nightly") else {
            throw Otherwise(description: "the recurrence is gone")
        }
        return recurrence
    }

    private static func require(_ isAsTold: Bool, _ sentence: String) throws {
        guard isAsTold else { throw Otherwise(description: sentence) }
    }
}

/// Something that the story does not tell.
struct Otherwise: Error, CustomStringConvertible {
    let description: String
}
