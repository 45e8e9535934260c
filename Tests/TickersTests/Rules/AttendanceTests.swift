import Testing
import Tickers
import TickersTesting

@Suite("Who waits on its thread, and who is woken")
struct AttendanceTests {
    private let intake = Intake.unused()

    private func run(_ token: UInt64) -> ClaimedRun { .made(token: token) }

    private func added(to state: inout ExchangeState) -> Slot {
        state.slotAdded { Slot(number: $0, intake: intake) }
    }

    /// Takes a run if there is one.
    private func taken(_ slot: Slot, _ state: inout ExchangeState) -> ClaimedRun? {
        switch state.workWanted(by: slot) {
        case .run(let run): run
        case .nothing, .leave: nil
        }
    }

    private func takes(_ slot: Slot, _ state: inout ExchangeState) -> Bool { taken(slot, &state) != nil }

    private func parks(_ slot: Slot, _ state: inout ExchangeState, _ continuation: ExchangeState.Parked) -> Bool {
        switch state.slotParked(slot, continuation) {
        case .nothing: true
        case .run, .leave: false
        }
    }

    /// Two slots, one of which parks; then three runs are ready.
    private func scene(_ act: (inout ExchangeState, _ busy: Slot) -> ClaimedRun?) async -> ClaimedRun? {
        var state = ExchangeState()
        let (busy, idle) = (added(to: &state), added(to: &state))
        let woken = await withUnsafeContinuation { continuation in
            let isParked = parks(idle, &state, continuation)
            _ = state.runsOffered((1...3).map(run))
            #expect(isParked)
            continuation.resume(returning: act(&state, busy))
        }
        state.checkInvariants()
        return woken
    }

    @Test("while the dispatcher is there nobody is woken beside a slot that is at work; when it leaves, one is")
    func waking() async {
        let woken = await scene { state, busy in
            state.attended(.takingTurn)
            let isBusy = takes(busy, &state)
            #expect(isBusy)
            for attendance in [ExchangeState.Attendance.takingTurn, .watching] {
                state.attended(attendance)
                let wake = state.wakeOne()
                #expect(wake == nil)
            }
            state.attended(.away)
            return state.wakeOne()?.run
        }
        #expect(woken?.lease.token == 2)
    }

    @Test("a slot that was busy before the dispatcher came keeps nobody from being woken")
    func wakingBeside() async {
        let woken = await scene { state, busy in
            let isBusy = takes(busy, &state)
            #expect(isBusy)
            state.attended(.takingTurn)
            return state.wakeOne()?.run
        }
        #expect(woken?.lease.token == 2)
    }

    @Test("a slot that has found nothing more to do keeps nobody from being woken")
    func wakingAfter() async {
        let woken = await scene { state, busy in
            state.attended(.takingTurn)
            var latest: ClaimedRun?
            for _ in 0...3 {
                if let run = latest { _ = state.runEnded(run.finished(.succeeded(.nothing)), on: busy) }
                latest = taken(busy, &state)
            }
            #expect(latest == nil)
            _ = state.runsOffered([run(4)])
            return state.wakeOne()?.run
        }
        #expect(woken?.lease.token == 4)
    }

    @Test("a slot that takes nothing for a whole turn, since its handler stands still, keeps nobody from being woken")
    func wakingBesideOneThatStandsStill() async {
        let woken = await scene { state, busy in
            state.attended(.takingTurn)
            let isBusy = takes(busy, &state)
            #expect(isBusy)
            state.attended(.takingTurn)
            let wake = state.wakeOne()
            #expect(wake == nil)
            state.attended(.takingTurn)
            return state.wakeOne()?.run
        }
        #expect(woken?.lease.token == 2)
    }

    @Test("one slot waits for a turn on its thread, and none while another needs a thread")
    func watching() {
        var state = ExchangeState()
        let (slot, other) = (added(to: &state), added(to: &state))
        var watches = [state.watchBegins(slot)]
        state.attended(.takingTurn)
        watches += [state.watchBegins(slot), state.watchBegins(slot)]
        #expect(watches == [false, true, false])
        #expect(state.isTurnExpected)
        _ = state.runsOffered([run(1), run(2)])
        #expect(!state.isTurnExpected)
        state.slotAwoke(slot)
        let first = takes(slot, &state)
        // There is work, then none, then the turn is over, and at last all is closed.
        watches = [state.watchBegins(slot)]
        let second = takes(other, &state)
        state.attended(.watching)
        watches.append(state.watchBegins(slot))
        state.attended(.takingTurn)
        _ = state.closed()
        watches.append(state.watchBegins(slot))
        #expect(first && second)
        #expect(watches == [false, false, false])
    }

    @Test("ends are expected while a slot takes run after run and no other needs a thread")
    func ends() {
        var state = ExchangeState()
        let (slot, other) = (added(to: &state), added(to: &state))
        state.attended(.takingTurn)
        var expected = [state.areEndsExpected]
        _ = state.runsOffered([run(1)])
        let isTaken = takes(slot, &state)
        expected.append(state.areEndsExpected)
        let watches = state.watchBegins(other)
        expected.append(state.areEndsExpected)
        // Another one's coming is nobody else's business.
        state.slotAwoke(slot)
        expected.append(state.areEndsExpected)
        state.slotAwoke(other)
        expected.append(state.areEndsExpected)
        let isDone = !takes(slot, &state)
        expected.append(state.areEndsExpected)
        #expect(isTaken && watches && isDone)
        #expect(expected == [false, true, false, false, true, false])
    }

    @Test("a turn or a run that took long says that the next one may")
    func quickness() {
        var state = DispatchState(maxConcurrent: 2, serving: ["F"], functions: [], queues: [:])
        #expect(state.isQuick)
        state.turnTook(.microseconds(51))
        #expect(!state.isQuick)
        state.turnTook(.microseconds(50))
        #expect(state.isQuick)
        _ = state.claimed(Claim(runs: [run(1), run(2)], nextDue: nil), now: MonotonicInstant(nanoseconds: 0))
        for (microseconds, isQuick) in [(51, false), (50, true)] as [(Int64, Bool)] {
            let ended = MonotonicInstant(nanoseconds: microseconds * 1_000)
            let times = RunTimes(began: MonotonicInstant(nanoseconds: 0), ended: ended)
            let (long, short) = (times, RunTimes(began: times.ended, ended: times.ended))
            state.runsFinished(
                [long, short].map { FinishedRun(run: run(1), outcome: .succeeded(.nothing), times: $0) }
            )
            state.runsReopened([run(1).finished(.succeeded(.nothing)), run(2).finished(.succeeded(.nothing))])
            #expect(state.isQuick == isQuick)
        }
    }

    @Test("a bell is rung when a wait for it would end")
    func rung() async {
        let bell = Bell()
        #expect(!bell.isRung(forWork: true))
        bell.ring(.work)
        #expect(bell.isRung(forWork: true) && !bell.isRung(forWork: false))
        #expect(await bell.wait(forWork: true))
        #expect(!bell.isRung(forWork: true))
        bell.ring(.ends)
        #expect(bell.isRung(forWork: false))
    }
}
