import Testing
import Tickers

@Suite("A limit on open tickers, decided")
struct OpenLimitStateTests {
    private static func state(_ limit: Int, open: Int = 0) -> OpenLimitState {
        var state = OpenLimitState(limit: limit)
        state.counted(open, since: state.countBegan())
        return state
    }

    @Test("before the first count nothing is known")
    func unknown() {
        var state = OpenLimitState(limit: 10)
        #expect(state.asked(for: 1) == .unsure)
        #expect(state.asked(for: 1, open: 9, since: state.countBegan()) == .admitted)
        #expect(state.asked(for: 1, open: 10, since: state.countBegan()) == .full)
    }

    @Test("what is being added counts before the store has it")
    func entering() {
        var state = Self.state(100)
        #expect(state.asked(for: 60) == .admitted)
        #expect(state.asked(for: 41, open: 0, since: state.countBegan()) == .full)
        #expect(state.asked(for: 40, open: 0, since: state.countBegan()) == .admitted)
    }

    @Test("an add that is over while the store is counted is not forgotten")
    func countedMeanwhile() {
        var state = Self.state(100, open: 90)
        #expect(state.asked(for: 5) == .admitted)
        let began = state.countBegan()
        // The store has answered 90; then the five come in.
        state.entered(5, stored: 5)
        #expect(state.asked(for: 6, open: 90, since: began) == .full)
        #expect(state.asked(for: 5, open: 95, since: state.countBegan()) == .admitted)
    }

    @Test("an add that failed gives its room back")
    func failed() {
        var state = Self.state(100, open: 95)
        #expect(state.asked(for: 5) == .admitted)
        #expect(state.asked(for: 1) == .unsure)
        state.entered(5, stored: 0)
        #expect(state.asked(for: 5) == .admitted)
    }

    @Test("a count is trusted for a tenth of the limit and no longer")
    func trust() {
        var state = Self.state(100)
        for _ in 0..<10 { #expect(state.asked(for: 1) == .admitted) }
        #expect(state.asked(for: 1) == .unsure)
    }

    @Test("who came first is let in first, also when it needs more than there is for others")
    func order() {
        var state = Self.state(10, open: 10)
        let (large, small) = (OpenLimitState.Waiter(id: 4), OpenLimitState.Waiter(id: 1))
        state.waits(large, for: 4)
        state.waits(small, for: 1)
        state.endsRecorded(3)
        #expect(state.waitersAdmitted().isEmpty)
        #expect(state.asked(for: 1) == .full)
        state.endsRecorded(2)
        let admitted = state.waitersAdmitted()
        #expect(admitted.count == 2 && admitted[0] === large && admitted[1] === small)
    }

    @Test("one that goes while it waits leaves no gap, and one that was let in is known to have been")
    func leaving() {
        var state = Self.state(10, open: 10)
        let (first, second) = (OpenLimitState.Waiter(id: 1), OpenLimitState.Waiter(id: 1))
        state.waits(first, for: 1)
        state.waits(second, for: 1)
        #expect(state.left(first))
        state.endsRecorded(1)
        #expect(state.waitersAdmitted().map(ObjectIdentifier.init) == [ObjectIdentifier(second)])
        #expect(!state.left(second))
        #expect(!state.hasWaiters)
    }

    @Test("what follows from tickers that are there is counted and never refused")
    func unasked() {
        var state = Self.state(10, open: 9)
        state.addedUnasked(5)
        #expect(state.asked(for: 1) == .unsure)
        state.endsRecorded(5)
        #expect(state.asked(for: 1) == .admitted)
    }
}
