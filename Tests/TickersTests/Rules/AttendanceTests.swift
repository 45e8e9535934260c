import Testing
import Tickers
import TickersTesting

@Suite("Who waits on its thread, and who is woken")
struct AttendanceTests {
    private let intake = Intake(
        store: MemoryTickerStore(seed: 1),
        clock: SystemClock(),
        functions: FunctionRegistry(),
        runs: .nothing
    )

    private func run(_ token: UInt64) -> ClaimedRun {
        ClaimedRun(
            lease: TickerLease(ticker: TickerID(high: 0, low: token), token: token, row: 0),
            workflowID: WorkflowID(first: TickerID(high: 0, low: token)),
            spec: TickerSpec(function: "F", options: .inherited),
            attempt: 1,
            scheduledFor: .distantPast,
            input: .nothing
        )
    }

    private func added(to state: inout ExchangeState) -> Slot {
        state.slotAdded { Slot(number: $0, intake: intake) }
    }

    /// Takes a run if there is one.
    private func takes(_ slot: Slot, _ state: inout ExchangeState) -> Bool {
        switch state.workWanted(by: slot) {
        case .run: true
        case .nothing, .leave: false
        }
    }

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

    @Test("where nothing runs one is woken, whoever is there")
    func wakingTheFirst() async {
        let woken = await scene { state, _ in
            state.attended(.takingTurn)
            return state.wakeOne()?.run
        }
        #expect(woken?.lease.token == 1)
    }

    @Test("one slot waits for a turn on its thread, and none while another needs a thread")
    func watching() {
        var state = ExchangeState()
        let (slot, other) = (added(to: &state), added(to: &state))
        var watches = [state.watchBegins()]
        state.attended(.takingTurn)
        watches += [state.watchBegins(), state.watchBegins()]
        #expect(watches == [false, true, false])
        #expect(state.isTurnExpected)
        _ = state.runsOffered([run(1), run(2)])
        #expect(!state.isTurnExpected)
        state.slotAwoke()
        let first = takes(slot, &state)
        // There is work, then none, then the turn is over, and at last all is closed.
        watches = [state.watchBegins()]
        let second = takes(other, &state)
        state.attended(.watching)
        watches.append(state.watchBegins())
        state.attended(.takingTurn)
        _ = state.closed()
        watches.append(state.watchBegins())
        #expect(first && second)
        #expect(watches == [false, false, false])
    }

    @Test("ends are expected while something runs and no slot needs a thread")
    func ends() {
        var state = ExchangeState()
        let slot = added(to: &state)
        var expected = [state.areEndsExpected]
        _ = state.runsOffered([run(1)])
        let isTaken = takes(slot, &state)
        expected.append(state.areEndsExpected)
        state.attended(.takingTurn)
        let watches = state.watchBegins()
        expected.append(state.areEndsExpected)
        state.slotAwoke()
        expected.append(state.areEndsExpected)
        #expect(isTaken && watches)
        #expect(expected == [false, true, false, true])
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
            state.runsFinished([FinishedRun(run: run(1), outcome: .succeeded(.nothing), times: times)])
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
