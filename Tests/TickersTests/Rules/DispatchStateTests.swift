import Testing
import Tickers
import TickersTesting

@Suite("What may be claimed")
struct DispatchStateTests {
    private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    /// Three functions, one of them under two names: F twice at once and three times in ten seconds, G four times in five.
    private func state() -> DispatchState {
        DispatchState(
            maxConcurrent: 100,
            serving: ["F", "OldF", "G", "H"],
            functions: [
                FunctionLimit(
                    names: ["F", "OldF"],
                    options: QueueOptions(maxConcurrent: 2, rateLimit: RateLimit(3, per: .seconds(10)))
                ),
                FunctionLimit(names: ["G"], options: QueueOptions(rateLimit: RateLimit(4, per: .seconds(5)))),
            ],
            queues: ["mail": QueueOptions(rateLimit: RateLimit(1, per: .seconds(60))), "free": QueueOptions()]
        )
    }

    private func run(_ function: String, queue: String? = nil) -> ClaimedRun { .made(of: function, queue: queue) }

    private func room(_ request: ClaimRequest?, _ function: String, queue: String = "default") throws -> [Int] {
        let rooms = try #require(request).rooms
        let limits = rooms.limits(function: function, queue: queue)
        return [limits.function, limits.queue].compactMap { $0.map { rooms.left[$0] } }
    }

    private func claim(_ runs: [ClaimedRun], heldBack: Set<ClaimRooms.Limits> = []) -> Claim {
        Claim(runs: runs, nextDue: nil, heldBack: heldBack)
    }

    @Test("a function's names share its places and its rate; a queue without limits has none")
    func rooms() throws {
        var state = state()
        let request = state.claimPlanned(now: at(0))
        #expect(try room(request, "F") == [2])
        #expect(try room(request, "OldF", queue: "free") == [2])
        #expect(try room(request, "G", queue: "mail") == [4, 1])
        #expect(try room(request, "H") == [])
        let runs = [run("F"), run("OldF")]
        #expect(state.claimed(claim(runs), now: at(0)) == nil)
        #expect(try room(state.claimPlanned(now: at(0)), "OldF") == [0])
        state.runsFinished(runs.map { $0.finished(.succeeded(.nothing)) })
        // A place is free again, and of the rate one start is left.
        #expect(try room(state.claimPlanned(now: at(9)), "F") == [1])
        #expect(try room(state.claimPlanned(now: at(10)), "F") == [2])
        state.checkInvariants()
    }

    @Test("ends that were not recorded after all take their places again, and no start of the rate")
    func reopened() throws {
        var state = state()
        _ = state.claimPlanned(now: at(0))
        let runs = [run("F"), run("H")]
        _ = state.claimed(claim(runs), now: at(0))
        let ends = runs.map { $0.finished(.succeeded(.nothing)) }
        state.runsFinished(ends)
        #expect(state.inFlight == 0)
        state.runsReopened(ends)
        #expect(state.inFlight == 2)
        // One of two places, and two of three starts.
        #expect(try room(state.claimPlanned(now: at(9)), "F") == [1])
        #expect(try room(state.claimPlanned(now: at(10)), "F") == [1])
        state.runsFinished(ends)
        #expect(try room(state.claimPlanned(now: at(10)), "F") == [2])
        state.checkInvariants()
    }

    @Test("work that comes faster than it is claimed is waited for, from the second turn on and while there is room")
    func crowded() {
        var state = state()
        #expect(
            [false, true, false, true, true, true].map { state.turnEnded(isMoreThere: $0) }
                == [false, false, false, false, true, true]
        )
        _ = state.claimed(claim((0..<100).map { _ in run("H") }), now: at(0))
        #expect(!state.hasRoom && !state.turnEnded(isMoreThere: true))
        state.runsFinished([run("H").finished(.succeeded(.nothing))])
        #expect([true, true].map { state.turnEnded(isMoreThere: $0) } == [false, true])
    }

    @Test("the next look is when a rate allows what was held back, and none when nothing was")
    func nextStart() throws {
        var state = state()
        let planned = state.claimPlanned(now: at(0))
        let g = try #require(planned).rooms.limits(function: "G", queue: "default")
        _ = state.claimed(claim([run("G"), run("G")]), now: at(0))
        #expect(state.claimed(claim([run("G"), run("G")]), now: at(1)) == nil)
        #expect(state.claimed(claim([], heldBack: [g]), now: at(2)) == at(5))
        #expect(state.claimed(claim([run("G"), run("G")], heldBack: [g]), now: at(5)) == at(6))
        // Time went on between the plan and the answer: what the plan held back may start by now.
        #expect(state.claimed(claim([], heldBack: [g]), now: at(7)) == at(7))
    }

    @Test("under two limits the later instant counts, of two that wait the sooner, and an end needs no alarm")
    func severalLimits() throws {
        var state = state()
        let planned = state.claimPlanned(now: at(0))
        let rooms = try #require(planned).rooms
        let both = rooms.limits(function: "G", queue: "mail")
        let g = rooms.limits(function: "G", queue: "default")
        let f = rooms.limits(function: "F", queue: "default")
        let mailed = run("G", queue: "mail")
        #expect(state.claimed(claim([mailed], heldBack: [both]), now: at(0)) == at(60))
        #expect(state.claimed(claim([run("G"), run("G"), run("G")], heldBack: [both, g]), now: at(1)) == at(5))
        let runs = [run("F"), run("F")]
        #expect(state.claimed(claim(runs, heldBack: [f]), now: at(2)) == nil)
        state.runsFinished(runs.map { $0.finished(.succeeded(.nothing)) })
        #expect(state.claimed(claim([run("F")], heldBack: [f]), now: at(3)) == at(12))
    }

    @Test("nothing is claimed without room, or once the drain has begun")
    func noRoom() {
        var state = DispatchState(maxConcurrent: 1, serving: ["F"], functions: [], queues: [:])
        #expect(state.claimPlanned(now: at(0))?.limit == 1)
        _ = state.claimed(claim([run("F")]), now: at(0))
        #expect(state.claimPlanned(now: at(0)) == nil)
        state.runsFinished([run("F").finished(.interrupted)])
        #expect(state.claimPlanned(now: at(0))?.limit == 1)
        state.drainBegan()
        #expect(state.claimPlanned(now: at(0)) == nil)
    }
}
