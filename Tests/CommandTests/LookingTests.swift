import Testing
import Tickers
import TickersSQLite
import TickersTesting

@testable import TickersCommand

@Suite("Looking into a file", .serialized)
struct LookingTests {
    @Test("list shows tickers as they were stored, with what there is to say of each")
    func list() async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled { await fixture.run("list") }
        let text = """
            ID        STATUS     FUNCTION   QUEUE     TRIES  WHEN              NOTE
            validat1  succeeded  Validate   default   1/1    2 min ago
            charge_1  succeeded  Charge     payments  1/2    2 min ago         card
            apolog_1  skipped    Apologise  default          2 min ago         charge_1 succeeded
            mail___1  succeeded  Mail       default   1/1    2 min ago
            validat2  succeeded  Validate   default   1/1    2 min ago
            charge_2  failed     Charge     payments  2/2    2 min ago         the card was declined
            apolog_2  succeeded  Apologise  default   1/1    2 min ago
            mail___2  skipped    Mail       default          2 min ago         charge_2 failed
            sweep__3  scheduled  Sweep      default          due in 58 min
            report_3  waiting    Report     default          stored 2 min ago

            """
        #expect(printed == Printed(status: .done, text: text))
    }

    @Test(
        "list filters, turns round, and goes on where a page ended",
        arguments: [
            ("--status failed,skipped", ["apolog_1", "charge_2", "mail___2"], nil),
            ("--status open", ["sweep__3", "report_3"], nil),
            ("--status ended --function Mail,Validate", ["validat1", "mail___1", "validat2", "mail___2"], nil),
            ("--queue payments", ["charge_1", "charge_2"], nil),
            ("--tag card --status succeeded", ["charge_1"], nil),
            ("--workflow mail___2", ["validat2", "charge_2", "apolog_2", "mail___2"], nil),
            ("--limit 2", ["validat1", "charge_1"], "charge_1"),
            ("--limit 2 --after charge_1", ["apolog_1", "mail___1"], "mail___1"),
            ("--newest --limit 3", ["report_3", "sweep__3", "mail___2"], "mail___2"),
            ("--newest --after charge_1", ["validat1"], nil),
        ] as [(String, [String], String?)]
    )
    func filters(line: String, found: [String], next: String?) async throws {
        let fixture = try CommandFixture()
        let words = line.split(separator: " ").map(String.init)
        let printed = try await fixture.filled { await fixture.run(["list"] + words) }
        #expect(printed.status == .done)
        var lines = printed.text.split(separator: "\n").dropFirst()
        if let next { #expect(lines.popLast() == "There may be more: --after \(next)") }
        #expect(lines.map { String($0.prefix(8)) } == found)
    }

    @Test("list says so when there is nothing")
    func nothing() async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled { await fixture.run("list", "--function", "Nobody") }
        #expect(printed == Printed(status: .done, text: "There are no such tickers.\n"))
    }

    @Test("list for programs has full ids, times in UTC and the next page's beginning")
    func listJSON() async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled {
            await fixture.run("list", "--function", "Charge", "--status", "failed", "--json")
        }
        let text = """
            {
              "tickers": [
                {
                  "id": "<charge_2>",
                  "workflow": "<validat2>",
                  "function": "Charge",
                  "queue": "payments",
                  "priority": "high",
                  "status": "failed",
                  "attempts": 2,
                  "maxAttempts": 2,
                  "createdAt": "2026-01-01T00:00:02.000000Z",
                  "due": "2026-01-01T00:00:34.000000Z",
                  "startedAt": "2026-01-01T00:00:34.000000Z",
                  "endedAt": "2026-01-01T00:00:36.000000Z",
                  "reason": null,
                  "failure": {
                    "kind": "threw",
                    "message": "the card was declined",
                    "type": "Declined",
                    "ticker": "<charge_2>"
                  },
                  "progress": {
                    "fraction": 0.5,
                    "text": "asking the bank"
                  },
                  "tags": [
                    "card"
                  ],
                  "metadata": {},
                  "parents": [
                    {
                      "id": "<validat2>",
                      "condition": "onSuccess"
                    }
                  ]
                }
              ],
              "next": null
            }

            """
        #expect(printed == Printed(status: .done, text: text))
    }

    @Test("show tells everything of one ticker")
    func show() async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled { await fixture.run("show", "charge_2") }
        let text = """
            Charge  failed
              id        <charge_2>
              workflow  <validat2>, bad-2, 4 tickers, recovered
              queue     payments, high priority
              attempts  2 of 2
              stored    2026-01-01T00:00:02.000000Z, 2 min ago
              started   2026-01-01T00:00:34.000000Z, 2 min ago
              ended     2026-01-01T00:00:36.000000Z, 2 min ago
              failure   the card was declined (threw)
              progress  50 % asking the bank
              tags      card
              parent    Validate validat2, succeeded

            ATTEMPT  STARTED                      TOOK  OUTCOME  FAILURE
                  1  2026-01-01T00:00:02.000000Z  2 s   failed   the card was declined
                  2  2026-01-01T00:00:34.000000Z  2 s   failed   the card was declined

            """
        #expect(printed == Printed(status: .done, text: text))
    }

    @Test("show has the input and the output as they are stored")
    func payloads() async throws {
        let fixture = try CommandFixture()
        let (lines, json) = try await fixture.filled {
            (await fixture.run("show", "validat1").text, await fixture.run("show", "validat1", "--json").text)
        }
        #expect(lines.contains("\n  input     \"good-1\"\n  output    \"good-1\"\n"))
        #expect(json.contains("\n  \"input\": \"good-1\",\n  \"output\": \"good-1\",\n"))
    }

    @Test("tree draws the workflow of whichever of its tickers is named")
    func tree() async throws {
        let fixture = try CommandFixture()
        let text = """
            bad-2  recovered  4 tickers, stored 2 min ago, ended 2 min ago
            Validate succeeded
            └─ Charge [card] failed, 2 attempts (the card was declined)
               ├─ onFailure: Apologise succeeded
               └─ Mail skipped (Charge [card] failed)

            """
        let (printed, mermaid) = try await fixture.filled {
            (await fixture.run("tree", "mail___2"), await fixture.run("tree", "validat2", "--mermaid"))
        }
        #expect(printed == Printed(status: .done, text: text))
        #expect(mermaid.text.hasPrefix("flowchart TD\n    t0[\"Validate<br/>succeeded\"]\n"))
    }

    @Test(
        "explain says why a ticker stands where it stands",
        arguments: [
            ("charge_2", "Charge failed in attempt 2 of 2: the card was declined.\n"),
            ("mail___2", "Mail was skipped: Charge failed.\n"),
            ("sweep__3", "Sweep is due in 58 min, at 2026-01-01T01:00:36.000000Z.\n"),
            (
                "report_3",
                """
                Report waits for its parents: one more of them has to say yes.
                - waits for Sweep to succeed, fail or be cancelled; it is scheduled, due in 58 min

                """
            ),
        ]
    )
    func explain(id: String, text: String) async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled { await fixture.run("explain", id) }
        #expect(printed == Printed(status: .done, text: text))
    }

    @Test("explain passes on what the file knows of a due ticker, and says what it cannot know")
    func explainDue() async throws {
        let fixture = try CommandFixture()
        let (due, paused) = try await fixture.filled {
            try await fixture.clock.sleep(for: .seconds(3_600))
            let due = await fixture.run("explain", "sweep__3").text
            _ = await fixture.run("pause", "default")
            return (due, await fixture.run("explain", "sweep__3").text)
        }
        #expect(
            due == """
                Sweep is due and starts when it is its turn.
                Whether its scheduler runs, has a handler and has room for it, only that process can tell.

                """
        )
        #expect(paused == "Sweep is due and has not started: queue \"default\" is paused.\n")
    }

    @Test("stats counts by function and status")
    func stats() async throws {
        let fixture = try CommandFixture()
        let printed = try await fixture.filled {
            try await fixture.clock.sleep(for: .seconds(3_600))
            _ = await fixture.run("pause", "mail")
            return await fixture.run("stats")
        }
        let lines = printed.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[0] == "FOLDER/app.db")
        #expect(lines[1].hasPrefix("  size      ") && lines[1].hasSuffix(" KiB, and 0 B in the log"))
        #expect(lines[2].hasPrefix("  schema    "))
        #expect(
            lines[3...].joined(separator: "\n") == """
                  tickers   10
                  pending   the longest for 2 min: Sweep
                  paused    mail

                FUNCTION   WAITING  PENDING  SUCCEEDED  FAILED  SKIPPED
                Apologise        ·        ·          1       ·        1
                Charge           ·        ·          1       1        ·
                Mail             ·        ·          1       ·        1
                Report           1        ·          ·       ·        ·
                Sweep            ·        1          ·       ·        ·
                Validate         ·        ·          2       ·        ·
                in all           1        1          5       1        2

                """
        )
    }
}
