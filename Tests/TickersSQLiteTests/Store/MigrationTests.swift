import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// Files of earlier versions are brought to the present one, with all that is in them.
@Suite("Files of earlier versions", .serialized)
struct MigrationTests {
    /// A folder with a file as an earlier version has written it, which ended while a ticker ran.
    private static func scratch(version: Int) throws -> Scratch {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let script = folder.appending(path: "Fixtures/version\(version).sql")
        let scratch = try Scratch()
        let connection = try scratch.owner()
        try connection.execute(try String(contentsOf: script, encoding: .utf8))
        try connection.close()
        return scratch
    }

    @Test("version 1: everything is there, what ran is run again, and recurrences can be stored")
    func fromVersion1() async throws {
        let scratch = try Self.scratch(version: 1)
        let store = try scratch.store()
        #expect(store.recovery == StoreRecovery(open: 6, interrupted: 1))
        let counts = try await store.counts()
        #expect(counts.succeeded == 2 && counts.failed == 1 && counts.waiting == 2 && counts.running == 0)
        let now = StoreStage.start.advanced(by: .seconds(30))
        let served: Set<String> = ["Sales", "Retry", "Running", "Later"]
        let claim = try await store.claim(ClaimRequest(limit: 10, serving: served), now: now)
        #expect(Set(claim.runs.map(\.spec.function)) == ["Sales", "Retry", "Running"])
        #expect(claim.nextDue == StoreStage.start.advanced(by: .seconds(3_600)))
        let retried = try #require(claim.runs.first { $0.spec.function == "Retry" })
        #expect(retried.attempt == 2)
        let ticker = try #require(try await store.ticker(retried.lease.ticker, now: now))
        #expect(ticker.history.map(\.number) == [1, 2])
        let definition = RecurrenceDefinition(
            rule: .every(.seconds(60)),
            target: .workflow("nightly"),
            missed: .skip,
            overlap: .allow
        )
        _ = try await store.changeRecurrence("beat", .declare(definition, replacing: false), now: now)
        try await store.close()
        let again = try scratch.store()
        #expect(try await again.recurrences(named: nil).map(\.name) == ["beat"])
    }

    @Test("version 2: everything is there, what ran is run again, and large changes can be made")
    func fromVersion2() async throws {
        let scratch = try Self.scratch(version: 2)
        let store = try scratch.store()
        #expect(store.recovery == StoreRecovery(open: 4, interrupted: 1))
        let counts = try await store.counts()
        #expect(counts.succeeded == 1 && counts.failed == 1 && counts.skipped == 1 && counts.waiting == 1)
        #expect(try await store.recurrences(named: nil).map(\.name) == ["beat"])
        #expect(try await store.pausedQueues() == ["slow"])
        let now = StoreStage.start.advanced(by: .seconds(30))
        let claim = try await store.claim(ClaimRequest(limit: 10, serving: ["Running", "Cleanup", "Later"]), now: now)
        #expect(Set(claim.runs.map(\.spec.function)) == ["Running", "Cleanup"])
        let page = try await store.workflows(WorkflowPageRequest(.all))
        let failed = try #require(page.workflows.first { $0.name == "sales" })
        _ = try await store.cancelWorkflow(failed.id, now: now)
        try await store.close()
        #expect(try StoreInspection.problems(of: scratch.path()) == [])
        let again = try scratch.store()
        #expect(again.recovery == StoreRecovery(open: 3, interrupted: 2))
    }

    @Test("version 2 in the middle of a settlement is left as it is, for the version that can go on with it")
    func unsettled() throws {
        let scratch = try Self.scratch(version: 2)
        let connection = try scratch.owner()
        try connection.execute("UPDATE workflows SET is_unsettled = 1 WHERE name = 'night'")
        try connection.close()
        for _ in 0..<2 {
            let error = #expect(throws: TickerError.self) { try scratch.store() }
            #expect(error?.code == .storeCannotOpen)
            #expect(error?.message.contains("open it once with the version that wrote it") == true, "\(error as Any)")
        }
        let reader = try scratch.reader()
        #expect(try reader.pragma("user_version") == "2")
        try reader.close()
    }
}
