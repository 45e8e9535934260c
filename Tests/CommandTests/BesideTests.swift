import Synchronization
import Testing
import Tickers
import TickersCommand
import TickersSQLite
import TickersTesting

@Suite("Beside a scheduler that runs", .serialized)
struct BesideTests {
    @Test("what is under way is seen, and nothing can be changed")
    func owner() async throws {
        let fixture = try CommandFixture()
        try await fixture.filled {
            let store = try fixture.store()
            let scheduler = Scheduler(functions: Shop.functions, store: store, clock: fixture.clock)
            try await scheduler.start()
            let order = try await scheduler.schedule(Shop.charge, "good-3")
            try await fixture.clock.sleep(for: .seconds(1))
            let running = await fixture.run("list", "--status", "running")
            let line = try #require(running.text.split(separator: "\n").last)
            #expect(line.hasSuffix("  running  Charge    payments  1/2    for 1 s  50 %, asking the bank"))
            let id = String("\(order.id)".suffix(8))
            for words in [["retry", id], ["cancel", id], ["pause", "mail"], ["resume", "mail"]] {
                let printed = await fixture.run(words)
                #expect(printed.status == .file && printed.text.isEmpty)
                #expect(printed.complaint.hasPrefix("tickers \(words[0]): FOLDER/app.db: is open in another store"))
            }
            #expect(try await scheduler.output(of: order) == 700)
            await scheduler.shutdown()
            try await store.close()
        }
    }

    @Test("watching draws again until nobody reads any more")
    func watch() async throws {
        let fixture = try CommandFixture()
        let (printed, plain) = try await fixture.filled {
            let size = Screen.Size(columns: 30, rows: 5)
            let printed = await fixture.run(
                "list",
                "--watch",
                "30",
                "--limit",
                "1",
                "--newest",
                size: size,
                hasColours: true,
                reads: 2
            )
            return (printed, await fixture.run("list", "--watch", "--limit", "1", reads: 2))
        }
        #expect(printed.status == .done && printed.complaint.isEmpty)
        let drawings = printed.text.split(separator: "\u{1b}[H", omittingEmptySubsequences: true)
        #expect(drawings.count == 2)
        #expect(drawings.allSatisfy { $0.hasSuffix("\u{1b}[K\n\u{1b}[J") })
        #expect(drawings[0].contains("\u{1b}[2mwaiting\u{1b}[0m"))
        #expect(plain.text.contains("There may be more") && !plain.text.contains("\u{1b}"))
    }

    @Test("colours are for terminals that want them, and lines are cut to a terminal only")
    func terminal() async throws {
        let fixture = try CommandFixture()
        let size = Screen.Size(columns: 40, rows: 24)
        let (plain, narrow, coloured) = try await fixture.filled {
            (
                await fixture.run("list", "--status", "failed").text,
                await fixture.run("list", "--status", "failed", size: size).text,
                await fixture.run("list", "--status", "failed", size: size, hasColours: true).text
            )
        }
        #expect(plain.contains("the card was declined"))
        #expect(
            narrow == """
                ID        STATUS  FUNCTION  QUEUE     T…
                charge_2  failed  Charge    payments  2…

                """
        )
        #expect(coloured.contains("\u{1b}[31mfailed\u{1b}[0m"))
    }

    @Test(
        "a pipe that is closed at once ends a command in peace",
        arguments: [["list"], ["stats", "--json"], ["list", "--help"]]
    )
    func closedPipe(words: [String]) async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled { await fixture.run(words, reads: 0) }
        #expect(printed == Printed(status: .done))
    }
}
