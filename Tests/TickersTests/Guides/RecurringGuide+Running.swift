import Foundation
import Tickers

/// What the guide shows of recurrences in a scheduler.
extension RecurringGuide {
    enum Reports {
        static let daily = TickerFunction<String, Void>("DailyReport")
        static let extract = TickerFunction<Timestamp, Int>("Extract")
        static let load = TickerFunction<Int, Void>("Load")
    }

    /// - Parameter note: Told what the handler of the daily report has seen.
    static func functions(_ note: @escaping @Sendable (String) -> Void) -> FunctionRegistry {
        var functions = FunctionRegistry()
        // snippet: guide-recurring-handler
        functions.register(Reports.daily) { region, context in
            guard let occurrence = context.occurrence else { return }  // scheduled by hand
            let late = context.clock.wall.since(occurrence.instant)
            note("\(region) of \(occurrence.instant), \(late) late, \(occurrence.missed) missed before it")
        }
        // end snippet
        functions.register(Reports.extract) { instant, _ in Int(instant.microseconds / 1_000_000) }
        functions.register(Reports.load) { _, _ in }
        // snippet: guide-recurring-template
        functions.registerWorkflow("nightly") { occurrence in
            Workflow.begin(with: Reports.extract, occurrence.instant)
                .then(Reports.load)
                .build()
        }
        // end snippet
        return functions
    }

    static func declare(_ scheduler: Scheduler, in berlin: TimeZone) async throws {
        // snippet: guide-recurring-recur
        try await scheduler.recur("daily", .daily(at: TimeOfDay(7), in: berlin), run: Reports.daily, "north")
        try await scheduler.recur("nightly", .cron("0 2 * * *", in: berlin), missed: .runAll(limit: 3), overlap: .skip)
        // end snippet
    }

    static func operate(_ scheduler: Scheduler) async throws -> WorkflowID? {
        // snippet: guide-recurring-operate
        try await scheduler.pauseRecurrence("daily")
        try await scheduler.updateRecurrence("daily") { $0.missed = .skip }
        try await scheduler.resumeRecurrence("daily")
        let workflow = try await scheduler.triggerRecurrence("daily")
        // end snippet
        return workflow
    }

    static func list(_ scheduler: Scheduler) async throws -> [String] {
        var lines: [String] = []
        func print(_ line: String) { lines.append(line) }
        // snippet: guide-recurring-list
        for recurrence in try await scheduler.recurrences() {
            print("\(recurrence.name): \(recurrence.created) so far, \(recurrence.passedOver) missed")
        }
        // end snippet
        return lines
    }

    static func remove(_ scheduler: Scheduler) async throws {
        // snippet: guide-recurring-remove
        try await scheduler.removeRecurrence("daily")
        // end snippet
    }
}
