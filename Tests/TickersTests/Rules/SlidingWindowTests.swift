import Testing
import Tickers

@Suite("A rate limit's window")
struct SlidingWindowTests {
    private func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test("starts count for the whole period and not a nanosecond longer")
    func period() {
        var window = SlidingWindow(RateLimit(2, per: .seconds(1)))
        #expect(window.room(at: at(0)) == 2)
        #expect(window.nextStart(at: at(0)) == at(0))
        window.started(at: at(0))
        window.started(at: at(400))
        #expect(window.room(at: at(999)) == 0)
        #expect(window.nextStart(at: at(999)) == at(1_000))
        #expect(window.room(at: MonotonicInstant(nanoseconds: 999_999_999)) == 0)
        #expect(window.room(at: at(1_000)) == 1)
        #expect(window.nextStart(at: at(1_000)) == at(1_000))
        window.started(at: at(1_000))
        #expect(window.nextStart(at: at(1_000)) == at(1_400))
        #expect(window.room(at: at(2_000)) == 2)
    }

    @Test("a window is not laid in steps: what started late in one second counts in the next")
    func noEdges() {
        var window = SlidingWindow(RateLimit(10, per: .seconds(1)))
        for _ in 0..<10 { window.started(at: at(990)) }
        #expect(window.room(at: at(1_010)) == 0)
        #expect(window.nextStart(at: at(1_010)) == at(1_990))
    }

    @Test("clocks that read below zero, and periods beyond the end of time")
    func extremes() {
        var window = SlidingWindow(RateLimit(1, per: .seconds(Int64.max)))
        window.started(at: at(-5_000))
        #expect(window.nextStart(at: at(0)) > at(9_000_000_000_000))
        #expect(window.room(at: at(1_000_000_000)) == 0)
        var short = SlidingWindow(RateLimit(1, per: .nanoseconds(1)))
        short.started(at: at(-5_000))
        #expect(short.nextStart(at: at(-5_000)).nanoseconds == -4_999_999_999)
    }

    /// Asks at random instants, starts as many as allowed or fewer, and looks at every stretch afterwards.
    @Test("no stretch of the period has more starts than allowed, and none is refused without need", arguments: 0..<50)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = RateLimit(
            Int.random(in: 1...20, using: &random),
            per: .milliseconds(Int.random(in: 1...5_000, using: &random))
        )
        var window = SlidingWindow(limit)
        var starts: [Int64] = []
        var now: Int64 = 0
        let period = limit.period.wholeNanoseconds
        var mismatches: [Int64] = []
        for _ in 0..<1_000 {
            now += Int64.random(in: 0...period / 2, using: &random)
            let counted = starts.count { $0 > now - period }
            let room = window.room(at: MonotonicInstant(nanoseconds: now))
            let next = window.nextStart(at: MonotonicInstant(nanoseconds: now)).nanoseconds
            let expected = room > 0 ? now : starts[starts.count - limit.count] + period
            if room != limit.count - counted || next != expected { mismatches.append(now) }
            for _ in 0..<Int.random(in: 0...room, using: &random) {
                window.started(at: MonotonicInstant(nanoseconds: now))
                starts.append(now)
            }
        }
        let tooSoon = starts.indices.filter { index in
            index >= limit.count && starts[index] - starts[index - limit.count] < period
        }
        #expect(mismatches.isEmpty, "seed \(seed)")
        #expect(tooSoon.isEmpty, "seed \(seed)")
        #expect(starts.count > 50, "seed \(seed)")
    }
}
