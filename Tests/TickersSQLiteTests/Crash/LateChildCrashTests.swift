import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

@Suite("A child of a ticker that was alone")
struct LateChildCrashTests {
    @Test("is found again after a crash", arguments: [false, true])
    func lateChild(hasStarted: Bool) async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let disk = FaultyDisk()
            let store = try disk.store(clock: clock)
            let parent = try await store.add(Self.ticker("parent"), now: clock.wall)
            let request = ClaimRequest(limit: 1, serving: ["parent", "child"])
            if hasStarted { _ = try await store.claim(request, now: clock.wall) }
            let edge = NewEdge(parent: .stored(parent.id), child: 0, condition: .onSuccess)
            let child = try await store.add(
                NewWorkflow(tickers: [Self.ticker("child")], edges: [edge]),
                now: clock.wall
            )
            let remains = disk.asLeftBehind()
            try expectWhole(remains)
            let reopened = try remains.store(clock: clock)
            for id in [parent.id, child.tickers[0]] {
                let claim = try await reopened.claim(request, now: clock.wall)
                #expect(claim.runs.map(\.lease.ticker) == [id])
                let ended = claim.runs.map { FinishedRun(run: $0, outcome: .succeeded(.nothing)) }
                _ = try await reopened.finish(ended, now: clock.wall)
            }
            #expect(try await reopened.counts().succeeded == 2)
            try await reopened.close()
            try expectWhole(remains)
            try await store.close()
        }
    }

    private static func ticker(_ function: String) -> NewTicker {
        NewTicker(
            spec: TickerSpec(function: function, options: TickerOptions()),
            input: .payload(.nothing),
            due: .now
        )
    }
}
