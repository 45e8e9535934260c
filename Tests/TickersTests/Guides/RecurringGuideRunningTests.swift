import Testing
import Tickers
import TickersTesting

@Suite("The guide to recurring work, in a scheduler")
struct RecurringGuideRunningTests {
    @Test("what it declares runs, is told apart, and does as operators say")
    func running() async throws {
        let notes = Recorder<String>()
        let berlin = try zone("Europe/Berlin")
        let clock = VirtualClock(start: try Timestamp("2026-03-28T12:00:00Z"), seed: 1)
        try await clock.run {
            let scheduler = Scheduler(functions: RecurringGuide.functions { notes.add($0) }, clock: clock)
            try await scheduler.start()
            try await RecurringGuide.declare(scheduler, in: berlin)
            try await RecurringGuide.declare(scheduler, in: berlin)
            try await clock.sleep(for: .seconds(86_400))
            #expect(
                try await RecurringGuide.list(scheduler) == [
                    "daily: 1 so far, 0 missed", "nightly: 1 so far, 0 missed",
                ]
            )
            let triggered = try #require(try await RecurringGuide.operate(scheduler))
            #expect(try await scheduler.ended(triggered).status == .succeeded)
            #expect(try await scheduler.recurrence("daily")?.missed == .skip)
            try await RecurringGuide.remove(scheduler)
            #expect(try await scheduler.recurrences().map(\.name) == ["nightly"])
            await scheduler.shutdown()
        }
        #expect(
            notes.values == [
                "north of 2026-03-29T05:00:00.000000Z, 0.0 seconds late, 0 missed before it",
                "north of 2026-03-29T12:00:00.000000Z, 0.0 seconds late, 0 missed before it",
            ]
        )
    }
}
