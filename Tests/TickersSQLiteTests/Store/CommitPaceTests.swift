import Testing
import Tickers
import TickersSQLite

@Suite("The pace of commits")
struct CommitPaceTests {
    private static func at(_ microseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000_000 + microseconds * 1_000)
    }

    @Test("a thirty-second of a slow commit is rested after it, a millisecond at most")
    func slow() {
        let rests: [(took: Int64, rest: Duration)] = [
            (2_000, .nanoseconds(62_500)), (3_200, .microseconds(100)), (16_000, .microseconds(500)),
            (32_000, .milliseconds(1)), (40_000, .milliseconds(1)), (30_000_000, .milliseconds(1)),
        ]
        for (took, rest) in rests {
            var pace = CommitPace()
            pace.committed(from: Self.at(0), to: Self.at(took))
            #expect(pace.rest(at: Self.at(took)) == rest, "\(took) µs")
        }
    }

    @Test("before the first commit and after a fast one nothing is rested")
    func fast() {
        var pace = CommitPace()
        #expect(pace.rest(at: Self.at(0)) == .zero)
        pace.committed(from: Self.at(0), to: Self.at(1_999))
        #expect(pace.rest(at: Self.at(1_999)) == .zero)
    }

    @Test("what is left of the rest is rested, also when there was nothing to write in between, and none later")
    func passes() {
        var pace = CommitPace()
        pace.committed(from: Self.at(0), to: Self.at(40_000))
        pace.committed(from: Self.at(40_100), to: Self.at(40_101))
        #expect(pace.rest(at: Self.at(40_300)) == .microseconds(700))
        #expect(pace.rest(at: Self.at(40_999)) == .microseconds(1))
        #expect(pace.rest(at: Self.at(41_000)) == .zero)
        #expect(pace.rest(at: Self.at(90_000)) == .zero)
        pace.committed(from: Self.at(90_000), to: Self.at(130_000))
        #expect(pace.rest(at: Self.at(130_000)) == .milliseconds(1))
    }
}
