import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// Every call to SQLite fails in its turn, while graphs run; each call of the store is made again until it is answered.
@Suite("A call to SQLite that fails", .serialized)
struct CallFaultTests {
    private static let faults: [SQLiteFault] = [.busy, .inputOutput, .full, .outOfMemory, .corrupt]
    private static let graphs = [ReferenceGraph.chain, .diamond, .retrying, .condition(.onFailureOrCancelled)]
    /// In the short form every so manieth call fails, another set of them for each fault and graph.
    private static let stride = isLongRun ? 1 : 37

    @Test("loses and doubles nothing, and work goes on without opening anew", arguments: graphs, faults)
    func everyCall(graph: ReferenceGraph, fault: SQLiteFault) async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let expected = try await GraphPlay.expected(of: graph, clock: clock)
            var call = 1 + Int(fault.rawValue) % Self.stride
            var hasFailed = true
            while hasFailed {
                for failures in [1, 3] {
                    hasFailed = try await Self.played(
                        graph,
                        clock: clock,
                        expecting: expected,
                        with: fault,
                        at: call,
                        failures: failures
                    )
                }
                call += Self.stride
            }
            #expect(call > 100)
        }
    }

    /// Plays through a fault that comes back until the store's calls have failed so often. Returns whether it came at all.
    private static func played(
        _ graph: ReferenceGraph,
        clock: VirtualClock,
        expecting expected: [String],
        with fault: SQLiteFault,
        at call: Int,
        failures: Int
    ) async throws -> Bool {
        let moment = "\(fault) at call \(call), \(failures) times"
        let disk = FaultyDisk()
        let faults = SQLiteFaults()
        let store = try disk.store(clock: clock, faults: faults)
        var play = GraphPlay(graph, clock: clock)
        faults.fail(call: call, with: fault, lasting: failures > 1)
        var failed = 0
        var isDone = false
        while !isDone {
            do { isDone = try await play.go(on: store) } catch let error as TickerError {
                #expect(error.code == codes[fault], "\(moment): \(error)")
                failed += 1
                if failed == failures { faults.heal() }
                try #require(failed <= failures, "\(moment): \(error)")
            }
        }
        let hasFailed = faults.faultCount > 0
        faults.heal()
        let outcome = try await play.outcome(on: store)
        #expect(outcome == expected, "\(moment)")
        #expect(try await store.counts().ended == graph.steps.count, "\(moment)")
        try expectWhole(disk, moment)
        try await store.close()
        try expectWhole(disk, "\(moment), closed")
        return hasFailed
    }

    private static let codes: [SQLiteFault: TickerError.Code] = [
        .busy: .storeBusy, .inputOutput: .storeFailed, .full: .storeFull, .outOfMemory: .storeFailed,
        .corrupt: .storeCorrupt,
    ]

    @Test("while a file is opened leaves nothing locked, and the next opening finds everything", arguments: faults)
    func opening(fault: SQLiteFault) async throws {
        let scratch = try Scratch()
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            // A new file, then one of which attempts are under way.
            for calls in [0, 2] {
                let path = scratch.path("\(calls).db")
                let store = try SQLiteTickerStore(path: path, seed: 1, clock: clock)
                var play = GraphPlay(.diamond, clock: clock)
                _ = try await play.go(on: store, calls: calls)
                try await store.close()
                play.processEnded()
                var call = 1
                var hasFailed = true
                while hasFailed {
                    let faults = SQLiteFaults()
                    faults.fail(call: call, with: fault)
                    hasFailed = false
                    do {
                        let opened = try SQLiteTickerStore(path: path, seed: 1, clock: clock, vfs: nil, faults: faults)
                        try await opened.close()
                    } catch let error as TickerError {
                        hasFailed = true
                        #expect(error.code == Self.codes[fault], "call \(call): \(error)")
                        #expect(error.message.contains("\(calls).db"))
                    }
                    call += isLongRun ? 1 : 5
                }
                #expect(call > 20)
                let reopened = try SQLiteTickerStore(path: path, seed: 1, clock: clock)
                let isDone = try await play.go(on: reopened)
                #expect(isDone)
                let statuses = try await reopened.counts()
                // Opened so often while its attempts were under way, each opening a crash, it may have failed.
                #expect(statuses.open == 0)
                try await reopened.close()
                #expect(try StoreInspection.problems(of: path) == [])
            }
        }
    }
}
