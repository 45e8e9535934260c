import Testing
import Tickers

@Suite("Whether the pool stands still")
struct StallStateTests {
    private static func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test("a probe that does not run in time is told, with the instant at which it was started")
    func stalled() {
        var state = StallState(patience: .milliseconds(500))
        #expect(state.looked(isBusy: true, hasProbeRun: true, now: Self.at(0)) == .probe)
        #expect(state.looked(isBusy: true, hasProbeRun: false, now: Self.at(250)) == .nothing)
        #expect(state.looked(isBusy: true, hasProbeRun: false, now: Self.at(500)) == .report(since: Self.at(0)))
        #expect(state.looked(isBusy: true, hasProbeRun: false, now: Self.at(750)) == .report(since: Self.at(0)))
        #expect(state.looked(isBusy: true, hasProbeRun: true, now: Self.at(1_000)) == .probe)
    }

    @Test("a pool that moves is probed again and again, and nothing is told")
    func moving() {
        var state = StallState(patience: .milliseconds(500))
        for look in 0..<100 {
            #expect(state.looked(isBusy: true, hasProbeRun: true, now: Self.at(Int64(look) * 250)) == .probe)
        }
    }

    @Test("it rests after some looks at nothing, and not while a probe is out")
    func resting() {
        var state = StallState(patience: .milliseconds(500))
        #expect(state.looked(isBusy: true, hasProbeRun: true, now: Self.at(0)) == .probe)
        for look in 1...5 {
            #expect(state.looked(isBusy: false, hasProbeRun: false, now: Self.at(Int64(look) * 250)) == .nothing)
        }
        #expect(state.looked(isBusy: false, hasProbeRun: true, now: Self.at(2_000)) == .rest)
        #expect(state.looked(isBusy: true, hasProbeRun: true, now: Self.at(9_000)) == .probe)
        for _ in 0..<3 { #expect(state.looked(isBusy: false, hasProbeRun: true, now: Self.at(9_250)) == .nothing) }
        #expect(state.looked(isBusy: false, hasProbeRun: true, now: Self.at(10_000)) == .rest)
    }
}
