import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersTesting

/// Files of earlier versions are brought to the present one, with all that is in them.
@Suite("Files of earlier versions", .serialized)
struct MigrationTests {
    /// A file as version 1 has written it, which ended while a ticker ran.
    private static func version1() throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "Fixtures/version1.sql"), encoding: .utf8)
    }

    @Test("version 1: everything is there, what ran is run again, and recurrences can be stored")
    func fromVersion1() async throws {
        let scratch = try Scratch()
        do {
            let connection = try scratch.owner()
            try connection.execute(try Self.version1())
            try connection.close()
        }
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
}
