import Foundation
import Tickers

/// The tables of a shop, copied into its warehouse every night: extract, then users and sales side by side, then load, then
/// report.
enum Etl {
    static let extract = TickerFunction<Timestamp, Int>("Extract")
    static let users = TickerFunction<Int, Int>("Users")
    static let sales = TickerFunction<Int, Int>("Sales")
    static let load = TickerFunction<Void, Int>("Load")
    static let report = TickerFunction<Int, Void>("Report")

    /// Hours that the shop's database takes to be read; on one day of the month somebody rebuilds its indexes.
    private static func hours(on day: Int) -> Int { day == 16 ? 25 : 1 }

    static func functions(_ log: NightLog) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(extract) { instant, context in
            log.began(context.occurrence, at: context.clock.wall)
            let day = log.berlin.day(of: instant)
            try await context.clock.sleep(for: .seconds(hours(on: day) * 3_600))
            return 1_000 + day
        }
        functions.register(users) { rows, context in
            try await context.clock.sleep(for: .seconds(10 * 60))
            return rows / 10
        }
        functions.register(sales) { rows, context in
            try await context.clock.sleep(for: .seconds(25 * 60))
            return rows - rows / 10
        }
        functions.register(load) { context in
            try await context.output(of: users) + context.output(of: sales)
        }
        functions.register(report) { rows, context in
            log.ended(context.occurrence, rows: rows, at: context.clock.wall)
        }
        // snippet: nightly-template
        functions.registerWorkflow("nightly") { occurrence in
            Workflow.begin(with: extract, occurrence.instant)
                .fanOut { $0.child(users).child(sales) }
                .join(load)
                .then(report)
                .build()
        }
        // end snippet
        return functions
    }
}
