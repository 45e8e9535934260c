import Foundation
import Testing
import Tickers
import TickersCommand
import TickersSQLite
import TickersTesting

@Suite("What recurs in a file", .serialized)
struct RecurrencesTests {
    private struct NoTemplate: Error, CustomStringConvertible {
        var description: String { "no orders today" }
    }

    /// A file with recurrences of every kind, two minutes old; then what a test does.
    private func filled<Result: Sendable>(
        _ fixture: CommandFixture,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        var functions = Shop.functions
        functions.registerWorkflow("orders") { _ in throw NoTemplate() }
        return try await fixture.clock.run { [functions] in
            let store = try fixture.store()
            let scheduler = Scheduler(functions: functions, store: store, clock: fixture.clock)
            try await scheduler.start()
            try await scheduler.recur("sweep", .every(.seconds(30)), run: Shop.sweep)
            try await scheduler.recur("charge", .every(.milliseconds(1_500)), run: Shop.charge, "good", overlap: .skip)
            try await scheduler.recur("orders", .every(.seconds(60)))
            try await scheduler.recur("nightly", .cron("0 2 * * *", in: .gmt), run: Shop.report, 1)
            try await scheduler.pauseRecurrence("nightly")
            try await fixture.clock.sleep(for: .seconds(121))
            await scheduler.shutdown()
            try await store.close()
            return try await body()
        }
    }

    @Test("are listed with what becomes of them")
    func list() async throws {
        let fixture = try CommandFixture()
        let printed = try await filled(fixture) { await fixture.run("recurrences") }
        let text = """
            NAME     RULE                     NEXT       LAST     CREATED  MISSED  OVERLAPPED  OPEN  NOTE
            charge   every 1.5 seconds        in 500 ms  2 s ago       40       ·          40     ·
            nightly  cron "0 2 * * *" in GMT                            ·       ·           ·     ·  paused
            orders   every 60.0 seconds       in 59 s                   ·       ·           ·     ·  no orders today
            sweep    every 30.0 seconds       in 29 s    1 s ago        4       ·           ·     ·

            """
        #expect(printed == Printed(status: .done, text: text))
    }

    @Test("are told to programs in full")
    func json() async throws {
        let fixture = try CommandFixture()
        let printed = try await filled(fixture) { await fixture.run("recurrences", "--json") }
        let data = try #require(try JSONSerialization.jsonObject(with: Data(printed.text.utf8)) as? [String: Any])
        let list = try #require(data["recurrences"] as? [[String: Any]])
        #expect(list.map { $0["name"] as? String } == ["charge", "nightly", "orders", "sweep"])
        #expect(list[0]["function"] as? String == "Charge")
        #expect(list[0]["overlapPolicy"] as? String == "skip")
        #expect(list[1]["isPaused"] as? Bool == true)
        #expect(list[2]["workflow"] as? String == "orders")
        #expect(list[2]["problem"] as? String == "no orders today")
        #expect(list[2]["uncreated"] as? Int == 2)
        #expect(list[3]["last"] as? String == "2026-01-01T00:02:00.000000Z")
        #expect(list[3]["next"] as? String == "2026-01-01T00:02:30.000000Z")
        #expect(list[3]["created"] as? Int == 4)
    }

    @Test("rest and go on where no scheduler has the file, and those that are not there are named")
    func changes() async throws {
        let fixture = try CommandFixture()
        try await filled(fixture) {
            var printed = await fixture.run("recurrences", "pause", "sweep", "orders", "none")
            #expect(
                printed
                    == Printed(
                        status: .refused,
                        text: "sweep is paused.\norders is paused.\n",
                        complaint: "tickers recurrences: no recurrence is called none"
                            + "\n"
                    )
            )
            printed = await fixture.run("recurrences", "resume", "sweep")
            #expect(printed == Printed(status: .done, text: "sweep goes on from now.\n"))
            printed = await fixture.run("recurrences")
            #expect(
                printed.text.split(separator: "\n").map { $0.hasSuffix("paused") } == [false, false, true, true, false]
            )
            let store = try fixture.store()
            printed = await fixture.run("recurrences", "pause", "sweep")
            #expect(printed.status == .file)
            try await store.close()
        }
    }

    @Test(
        "are not misunderstood",
        arguments: [
            ("recurrences stop a", "stop is neither pause nor resume"),
            ("recurrences pause", "which recurrences? NAME is missing"),
            ("recurrences pause a --watch", "--watch does not go with pause"),
        ]
    )
    func usage(line: String, complaint: String) async throws {
        let fixture = try CommandFixture()
        let printed = await fixture.run(line.split(separator: " ").map(String.init))
        #expect(printed.status == .usage)
        #expect(printed.complaint.contains(complaint), "\(printed.complaint)")
    }

    @Test("are missing from a file without any")
    func nothing() async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled { await fixture.run("recurrences") }
        #expect(printed == Printed(status: .done, text: "Nothing recurs.\n"))
    }
}
