import Testing
import Tickers
import TickersTesting

/// The conformance checks fail where they should.
@Suite("Broken stores are caught")
struct BrokenStoreTests {
    /// A fault, and a behaviour that it breaks.
    // swift-format-ignore
    static let faults: [(BrokenStore.Fault, String)] = [
        (.claimsEarly, "nothing is claimed early, not by a microsecond"),
        (.startsInReverse, "the higher priority starts first, and among equals what has been due longest"),
        (.claimsBeyondItsLimit, "a claim takes no more than its limit, and only functions that are served"),
        (.forgetsMetadata, "a run brings all that its ticker was stored with"),
        (.swallowsAnEdge, "a join of all is released by its last parent, at that moment"),
        (.neverSkips, "a child onSuccess runs, waits or is skipped as the table says"),
        (.storesHalf, "an unknown parent is refused by its id, and nothing is stored"),
        (.roundsToMilliseconds, "a ticker that is due later is scheduled until then, and pending from then on"),
        (.losesOutputs, "a success ends a ticker, with its output"),
        (.claimsBeforeItRecords, "ends that come with a claim are recorded before it"),
        (.acceptsLateReports, "a report under an old lease changes nothing"),
        (.retriesForever, "a failed attempt is repeated after its delay, and counted"),
        (.cancelsNothing, "what has not started is cancelled at once, whatever it waits for"),
        (.retriesEverything, "what is open or succeeded is not retried, and the answer says how it stands"),
        (.losesTheLastOfAPage, "pages bring every ticker once, in order of ids, in either direction"),
        (.losesTheNextPage, "tickers are found by status, as the clock makes it"),
        (.countsWrong, "counts follow every change"),
        (.answersUnknown, "calls about a ticker that was never stored say so, and readings find nothing"),
        (.hearsNobody, "a hint tells the instant from which something that was stored is due"),
        (.mistakesOrder, "a handler reads its parents in the order of the edges, each once, with their outputs"),
        (.forgetsPauses, "nothing of a paused queue is claimed, and all of it once it is resumed"),
    ]

    @Test("a fault breaks the behaviour that speaks of it", arguments: faults)
    func isCaught(_ fault: BrokenStore.Fault, _ name: String) async throws {
        let behaviour = try #require(StoreConformance.behaviours.first { $0.name == name })
        let mismatch = await #expect(throws: ExpectationMismatch.self) {
            try await behaviour.check { BrokenStore(fault) }
        }
        #expect(mismatch?.message.hasPrefix(name) ?? false)
    }

    @Test("every fault has a behaviour that speaks of it")
    func allAreListed() { #expect(Self.faults.map(\.0) == BrokenStore.Fault.allCases) }

    @Test("whatever is wrong, every behaviour comes to an end", arguments: BrokenStore.Fault.allCases)
    func comesToAnEnd(_ fault: BrokenStore.Fault) async throws {
        // Two that take a second each, because they fill a store to its limits.
        let slow = ["more tickers than one add may have", "no more queues are paused than may be"]
        var broken: [String] = []
        for behaviour in StoreConformance.behaviours where !slow.contains(where: behaviour.name.hasPrefix) {
            do {
                try await behaviour.check { BrokenStore(fault) }
            } catch is ExpectationMismatch {
                broken.append(behaviour.name)
            }
        }
        #expect(!broken.isEmpty)
        #expect(broken.count < StoreConformance.behaviours.count, "a behaviour that any fault breaks says little of it")
    }

    @Test(
        "random workflows find what is wrong with the rules",
        arguments: [
            BrokenStore.Fault.claimsBeyondItsLimit, .swallowsAnEdge, .neverSkips, .acceptsLateReports, .retriesForever,
            .cancelsNothing, .retriesEverything, .countsWrong,
        ]
    )
    func areFoundAtRandom(_ fault: BrokenStore.Fault) async throws {
        var found: ExpectationMismatch?
        for seed in UInt64(0)..<50 where found == nil {
            do {
                try await StoreConformance.checkRandomWorkflow(seed: seed, makeStore: { BrokenStore(fault) })
            } catch let mismatch as ExpectationMismatch {
                found = mismatch
                #expect(mismatch.message.hasPrefix("seed \(seed), step "))
            }
        }
        #expect(found != nil)
    }

    @Test("a store that has forgotten everything when it is opened again is caught, by behaviours and at random")
    func forgetsWhenReopened() async throws {
        let name = "a ticker that is due later is scheduled until then, and pending from then on"
        let behaviour = try #require(StoreConformance.behaviours.first { $0.name == name })
        await #expect(throws: ExpectationMismatch.self) {
            try await behaviour.check(
                makeStore: { MemoryTickerStore(seed: 1) },
                reopen: { _ in MemoryTickerStore(seed: 1) }
            )
        }
        await #expect(throws: ExpectationMismatch.self) {
            for seed in UInt64(0)..<20 {
                try await StoreConformance.checkRandomWorkflow(
                    seed: seed,
                    makeStore: { MemoryTickerStore(seed: 1) },
                    reopen: { _ in MemoryTickerStore(seed: 1) }
                )
            }
        }
    }

    @Test("a store that throws what is not its to throw is caught, and named")
    func throwsSomethingElse() async throws {
        struct DiskFull: Error {}
        let name = "a ticker that is due later is scheduled until then, and pending from then on"
        let behaviour = try #require(StoreConformance.behaviours.first { $0.name == name })
        let mismatch = await #expect(throws: ExpectationMismatch.self) {
            try await behaviour.check(makeStore: { MemoryTickerStore(seed: 1) }, reopen: { _ in throw DiskFull() })
        }
        #expect(mismatch?.message.contains("DiskFull") ?? false)
    }
}
