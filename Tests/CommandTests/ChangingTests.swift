import Foundation
import Testing
import Tickers
import TickersCommand
import TickersSQLite
import TickersTesting

@Suite("Changing a file", .serialized)
struct ChangingTests {
    @Test("retry sets a failed ticker running again, for the scheduler that comes next")
    func retry() async throws {
        let fixture = try CommandFixture()
        try await fixture.filled {
            let printed = await fixture.run("retry", "charge_2")
            #expect(printed == Printed(status: .done, text: "Charge charge_2 will run again.\n"))
            let store = try fixture.store()
            let scheduler = Scheduler(functions: Shop.functions, store: store, clock: fixture.clock)
            try await scheduler.start()
            let ended = try await scheduler.ended(try fixture.id("charge_2"))
            #expect(ended.status == .failed && ended.attempts == 3)
            await scheduler.shutdown()
            try await store.close()
        }
    }

    @Test("what cannot be retried or cancelled is named, after the others were, with exit status 1")
    func refused() async throws {
        let fixture = try CommandFixture()
        let (retried, cancelled) = try await fixture.filled {
            (
                await fixture.run("retry", "validat1", "charge_2", "sweep__3"),
                await fixture.run("cancel", "mail___1", "sweep__3")
            )
        }
        #expect(retried.status == .refused)
        #expect(retried.text == "Charge charge_2 will run again.\n")
        #expect(
            retried.complaint == """
                tickers retry: Validate validat1 is succeeded, and cannot be run again.
                  Sweep sweep__3 is scheduled, and cannot be run again.

                """
        )
        #expect(cancelled.status == .refused)
        #expect(cancelled.text == "Sweep sweep__3 is cancelled.\n")
        #expect(cancelled.complaint == "tickers cancel: Mail mail___1 has ended: succeeded.\n")
    }

    @Test("whole workflows are retried and cancelled, and programs are told which")
    func workflows() async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled {
            [
                await fixture.run("retry", "mail___2", "--workflow"),
                await fixture.run("retry", "mail___1", "--workflow"),
                await fixture.run("cancel", "mail___2", "--workflow"),
                await fixture.run("cancel", "report_3", "--workflow", "--json"),
                await fixture.run("cancel", "mail___1", "--workflow"),
            ]
        }
        #expect(
            printed[0] == Printed(status: .done, text: "1 ticker of the workflow of Mail mail___2 will run again.\n")
        )
        let nothing = "tickers retry: nothing in the workflow of Mail mail___1 failed or was cancelled.\n"
        #expect(printed[1] == Printed(status: .refused, complaint: nothing))
        #expect(
            printed[2] == Printed(status: .done, text: "3 tickers of the workflow of Mail mail___2 are cancelled.\n")
        )
        let json = """
            {
              "results": [
                {
                  "subject": "<sweep__3>",
                  "result": "cancelled"
                }
              ]
            }

            """
        #expect(printed[3] == Printed(status: .done, text: json))
        let ended = "tickers cancel: the workflow of Mail mail___1 has ended.\n"
        #expect(printed[4] == Printed(status: .refused, complaint: ended))
    }

    @Test("queues are paused and resumed, and the file keeps it")
    func queues() async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled {
            [
                await fixture.run("pause", "mail", "payments"),
                await fixture.run("resume", "mail", "odd"),
                await fixture.run("stats"),
                await fixture.run("pause", ""),
            ]
        }
        #expect(printed[0] == Printed(status: .done, text: "mail is paused.\npayments is paused.\n"))
        let odd = "tickers resume: odd is not paused.\n"
        #expect(printed[1] == Printed(status: .refused, text: "mail goes on.\n", complaint: odd))
        #expect(printed[2].text.contains("\n  paused    payments\n"))
        #expect(printed[3].status == .refused && printed[3].text.isEmpty)
    }

    @Test("nothing is removed because of its age, however short a time others keep it")
    func retention() async throws {
        let fixture = try CommandFixture()
        let count = try await fixture.filled {
            try await fixture.clock.sleep(for: .seconds(400 * 86_400))
            _ = await fixture.run("pause", "mail")
            return await fixture.run("list").text.split(separator: "\n").count
        }
        #expect(count == 11)
    }
}

@Suite("Files and ids that are not what they should be", .serialized)
struct RefusalTests {
    private static let commands = [["list"], ["stats"], ["retry", "abcd"], ["pause", "mail"]]

    @Test("a missing file is named, with exit status 3, and none is created", arguments: commands)
    func missing(words: [String]) async throws {
        let fixture = try CommandFixture()
        let printed = await fixture.run(words)
        let complaint = "tickers \(words[0]): FOLDER/app.db: cannot be opened: there is no such file.\n"
        #expect(printed == Printed(status: .file, complaint: complaint))
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder).isEmpty)
    }

    @Test("a file of something else is named and left alone", arguments: commands)
    func somethingElse(words: [String]) async throws {
        let fixture = try CommandFixture()
        let text = Data("These are the accounts of 1998.".utf8) + Data(count: 4_096)
        try text.write(to: URL(filePath: fixture.path))
        let printed = await fixture.run(words)
        #expect(printed.status == .file && printed.text.isEmpty)
        #expect(
            printed.complaint.hasPrefix("tickers \(words[0]): FOLDER/app.db: SQLite says \"file is not a database\"")
        )
        #expect(FileManager.default.contents(atPath: fixture.path) == text)
    }

    @Test("a file of a newer version is named and left alone", arguments: commands)
    func newer(words: [String]) async throws {
        let fixture = try CommandFixture()
        try await fixture.filled {}
        let file = try SQLiteConnection(path: fixture.path, access: .owner(.full))
        try file.execute("PRAGMA user_version = 9000")
        try file.close()
        let printed = await fixture.run(words)
        #expect(printed.status == .file && printed.text.isEmpty)
        #expect(printed.complaint.hasPrefix("tickers \(words[0]): FOLDER/app.db: has schema 9000"))
    }

    @Test(
        "an id that nothing has, or that several have, is refused with exit status 1",
        arguments: [["show"], ["tree"], ["explain"], ["retry"], ["cancel"], ["list", "--after"]]
    )
    func ids(words: [String]) async throws {
        let fixture = try CommandFixture()
        let prefix = "tickers \(words[0]): "
        let (none, several, odd, full) = try await fixture.filled {
            (
                await fixture.run(words + ["00000000"]),
                await fixture.run(words + ["019b"]),
                await fixture.run(words + ["'; DROP TABLE tickers"]),
                await fixture.run(words + ["019b76da-afd0-7001-bfda-000000000000"])
            )
        }
        #expect([none, several, odd, full].allSatisfy { $0.status == .refused && $0.text.isEmpty })
        #expect(none.complaint == prefix + "no ticker has an id that begins or ends with 00000000\n")
        #expect(several.complaint.hasPrefix(prefix + "019b may be any of these; give more digits:\n  <validat1>\n"))
        #expect(several.complaint.hasSuffix("\n  <validat2>\n  …\n"))
        #expect(odd.complaint == prefix + "no ticker has an id that begins or ends with '; DROP TABLE tickers\n")
        #expect(full.complaint.hasPrefix(prefix + "No ticker has the id 019b76da-afd0-7001-bfda-000000000000."))
    }
}
