import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

@Suite("A process that is killed")
struct CallCrashTests {
    @Test("before or after any call of its store leaves what comes to the same end", arguments: ReferenceGraph.all)
    func betweenCalls(graph: ReferenceGraph) async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let expected = try await GraphPlay.expected(of: graph, clock: clock)
            var isDone = false
            var crash = 0
            while !isDone {
                let disk = FaultyDisk()
                var play = GraphPlay(graph, clock: clock)
                let store = try disk.store(clock: clock)
                isDone = try await play.go(on: store, calls: crash)
                let remains = disk.asLeftBehind()
                try await store.close()
                try await Self.goOn(play, on: remains, expecting: expected, "killed after \(crash) calls")
                crash += 1
            }
        }
    }

    @Test("at any write to the disk leaves what comes to the same end", arguments: ReferenceGraph.all)
    func betweenWrites(graph: ReferenceGraph) async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let expected = try await GraphPlay.expected(of: graph, clock: clock)
            let stride = isLongRun ? 1 : 11
            var isDone = false
            var write = 0
            while !isDone {
                let disk = FaultyDisk()
                var play = GraphPlay(graph, clock: clock)
                disk.losePower(after: write)
                var store: SQLiteTickerStore?
                do {
                    store = try disk.store(clock: clock)
                    if let store { isDone = try await play.go(on: store) }
                } catch let error as TickerError {
                    #expect(error.code == .storeFailed || error.code == .storeCannotOpen, "\(error)")
                }
                let remains = disk.asLeftBehind()
                try await Self.goOn(play, on: remains, expecting: expected, "killed at write \(write)")
                write += stride
                withExtendedLifetime(store) {}
            }
            #expect(write > 20)
        }
    }

    private static func difference(_ found: [String], _ expected: [String]) -> String {
        zip(found, expected).filter { $0 != $1 }.map { "\($0), expected \($1)" }.joined(separator: "; ")
    }

    /// Opens what was left behind, and plays to the end.
    private static func goOn(
        _ play: GraphPlay,
        on disk: FaultyDisk,
        expecting expected: [String],
        _ crash: String
    ) async throws {
        var play = play
        play.processEnded()
        let store = try disk.store(clock: play.clock)
        try expectWhole(disk, "opened, \(crash)")
        let isDone = try await play.go(on: store)
        #expect(isDone, "\(crash)")
        let outcome = try await play.outcome(on: store)
        #expect(outcome == expected, "\(crash): \(Self.difference(outcome, expected))")
        try expectWhole(disk, "drained, \(crash)")
        try await store.close()
        try expectWhole(disk, "closed, \(crash)")
    }
}
