import Testing
import Tickers
import TickersTesting

@Suite("Call sites of limits")
struct LimitSitesTests {
    @Test("bookings of one account run in order, and a paused queue waits until it is resumed")
    func limits() async throws {
        let (journal, clock) = (Journal(), VirtualClock(seed: 11))
        var functions = FunctionRegistry()
        CallSites.registerAccounts(in: &functions, journal: journal)
        try await clock.run { [functions] in
            let options = CallSites.limitedOptions()
            #expect(options.problems.isEmpty)
            let scheduler = Scheduler(functions: functions, clock: clock, options: options)
            try await scheduler.start()
            let paused = try await CallSites.repair(scheduler) {
                for cents in 1...3 {
                    let booking = CallSites.Booking(account: "ada", cents: cents)
                    try await CallSites.scheduleBooking(booking, with: scheduler)
                }
                await clock.rest()
                #expect(journal.lines == ["booked 1 on ada", "booked 2 on ada", "booked 3 on ada"])
            }
            #expect(paused == ["mail"])
            await clock.rest()
            #expect(journal.lines.dropFirst(3) == ["told ada", "told ada", "told ada"])
            await scheduler.shutdown()
        }
    }
}
