import Tickers

extension CallSites {
    struct Booking: Codable, Sendable, Hashable {
        var account: String
        var cents: Int
    }

    enum Accounts {
        static let book = TickerFunction<Booking, Void>("BookOnAccount")
        static let statement = TickerFunction<Booking, Void>("SendStatement")
    }

    static func registerAccounts(in functions: inout FunctionRegistry, journal: Journal) {
        // snippet: limit-a-function
        functions.register(Accounts.book, maxConcurrent: 4) { booking, context in
            journal.note("booked \(booking.cents) on \(booking.account)")
        }
        functions.register(Accounts.statement, rateLimit: RateLimit(100, per: .seconds(60))) { booking, context in
            journal.note("told \(booking.account)")
        }
        // end snippet
    }

    static func limitedOptions() -> SchedulerOptions {
        // snippet: limit-queues
        var options = SchedulerOptions(maxConcurrent: 32)  // runs at once in this scheduler
        options.queues["reports"] = 2  // of them, in this queue
        options.queues["mail"] = QueueOptions(maxConcurrent: 8, rateLimit: RateLimit(1_000, per: .seconds(3_600)))
        // end snippet
        return options
    }

    static func scheduleBooking(_ booking: Booking, with scheduler: Scheduler) async throws {
        // snippet: limit-key
        // One at a time per account, in order:
        try await scheduler.schedule(
            Accounts.book,
            booking,
            options: TickerOptions(limitKey: "account:\(booking.account)")
        )
        // Three at a time for all that reach the bank:
        try await scheduler.schedule(
            Accounts.statement,
            booking,
            options: TickerOptions(queue: "mail", limitKey: LimitKey("bank", maxConcurrent: 3))
        )
        // end snippet
    }

    static func repair(_ scheduler: Scheduler, mailServer: () async throws -> Void) async throws -> [String] {
        // snippet: pause-a-queue
        try await scheduler.pauseQueue("mail")  // kept by the store: for every scheduler on it
        let paused = try await scheduler.pausedQueues()  // ["mail"]
        try await mailServer()
        try await scheduler.resumeQueue("mail")
        // end snippet
        return paused
    }
}
