/// The decisions of ``RunExchange``: a value that is changed by events and answers with what to do.
///
/// What is known of a slot stands in parallel arrays under its number, so that a hand-over touches only what it changes.
package struct ExchangeState {
    /// A slot that has nothing to do. Not a checked continuation, whose layout this module does not know: each run would
    /// ask the runtime for it several times. That none is lost or resumed twice, ``checkInvariants()`` and the tests see to.
    package typealias Parked = UnsafeContinuation<ClaimedRun?, Never>

    /// A slot to be resumed with a run, outside the lock.
    package struct Wake {
        package let continuation: Parked
        package let run: ClaimedRun
    }

    package enum Taken {
        case run(ClaimedRun)
        /// No work: park.
        case nothing
        /// The slot must end.
        case leave
    }

    package enum StopAnswer {
        /// The handler has been marked; cancel its task.
        case stopping(ClaimedRun, Task<Void, Never>?)
        /// It had not begun: its end has been recorded.
        case unstarted
        /// It is not here: ended, given up, or not claimed yet. Or it is stopping already.
        case nothing
    }

    /// Where the dispatcher is, as far as those at the exchange have to know.
    package enum Attendance: Sendable, Hashable {
        /// It rests, or is not expected to be quick.
        case away
        /// It waits on its thread for ends, for a moment.
        case watching
        /// It takes a turn, which will bring runs and should be over in a moment.
        case takingTurn
    }

    package private(set) var ready = Deque<ClaimedRun>()
    private var slots: [Slot?] = []
    private var runs: [ClaimedRun?] = []
    private var stops: [StopOrder?] = []
    private var tasks: [Task<Void, Never>?] = []
    private var parked: [Parked?] = []
    private var idle: [Int] = []
    private var vacant: [Int] = []
    /// The slot that has been resumed and has not reported back; one at a time, each then wakes the next while there is work.
    private var waking: Int?
    package private(set) var finished: [FinishedRun] = []
    /// Whether the dispatcher has been told of what has ended since it last fetched.
    private var isFetchAsked = false
    private var attendance = Attendance.away
    /// The slot that takes run after run while the dispatcher is there.
    private var lively: Int?
    /// Whether a slot has taken a run since the dispatcher's latest turn began.
    private var hasTaken = false
    package private(set) var runningCount = 0
    package private(set) var isClosed = false

    package init() {}

    package var isDrained: Bool { ready.isEmpty && runningCount == 0 }

    // MARK: Slots come and go

    package mutating func slotAdded(_ make: (Int) -> Slot) -> Slot {
        let number = vacant.popLast() ?? slots.count
        if number == slots.count {
            slots.append(nil)
            runs.append(nil)
            stops.append(nil)
            tasks.append(nil)
            parked.append(nil)
        }
        let slot = make(number)
        slots[number] = slot
        return slot
    }

    /// Keeps the slot's task; returns whether it has to be cancelled at once.
    package mutating func taskStarted(_ task: Task<Void, Never>, for slot: Slot) -> Bool {
        guard isListed(slot) else { return false }
        tasks[slot.number] = task
        return stops[slot.number] != nil
    }

    // MARK: Runs come and go

    /// Returns how many slots are missing for all that is ready to run.
    package mutating func runsOffered(_ offered: [ClaimedRun]) -> Int {
        for run in offered { ready.append(run) }
        return max(0, ready.count - idle.count)
    }

    /// Records an end; `false` when the slot had been given up and its result is refused.
    package mutating func runEnded(_ ended: consuming FinishedRun, on slot: Slot) -> Bool {
        let number = slot.number
        guard isListed(slot), runs[number] === ended.run else { return false }
        if let stop = stops[number] {
            let outcome = stop.outcome(returned: ended.outcome)
            finished.append(FinishedRun(run: ended.run, outcome: outcome, times: ended.times))
        } else {
            finished.append(ended)
        }
        runs[number] = nil
        runningCount -= 1
        return true
    }

    package mutating func workWanted(by slot: Slot) -> Taken {
        guard isListed(slot) else { return .leave }
        guard !isClosed, stops[slot.number] == nil else {
            clear(slot.number)
            return .leave
        }
        guard let run = ready.popFirst() else {
            if lively == slot.number { lively = nil }
            return .nothing
        }
        begin(run, on: slot.number)
        if attendance != .away { (lively, hasTaken) = (slot.number, true) }
        return .run(run)
    }

    package mutating func slotParked(_ slot: Slot, _ continuation: Parked) -> Taken {
        let taken = workWanted(by: slot)
        if case .nothing = taken {
            parked[slot.number] = continuation
            idle.append(slot.number)
        }
        return taken
    }

    package mutating func slotAwoke(_ slot: Slot) {
        if waking == slot.number { waking = nil }
    }

    /// Hands a ready run to an idle slot, unless one is waking already.
    ///
    /// Nor while the dispatcher is there and a slot takes run after run: it has mostly run all that is ready before another one's
    /// thread has woken. If it has not, the dispatcher's leaving wakes the next.
    package mutating func wakeOne() -> Wake? {
        guard lively == nil, waking == nil, !ready.isEmpty else { return nil }
        guard let number = idle.popLast(), let run = ready.popFirst() else { return nil }
        guard let continuation = parked[number].take() else {
            preconditionFailure("slot \(number) is idle and has no continuation")
        }
        waking = number
        begin(run, on: number)
        return Wake(continuation: continuation, run: run)
    }

    /// Whether a slot without work may wait on its thread for what the present turn brings. Until ``slotAwoke(_:)`` it counts as one
    /// that is waking: there is one at most, and none while another needs a thread.
    package mutating func watchBegins(_ slot: Slot) -> Bool {
        guard isTurnExpected, waking == nil else { return false }
        waking = slot.number
        return true
    }

    /// Whether a turn is under way that has brought nothing yet.
    package var isTurnExpected: Bool { attendance == .takingTurn && ready.isEmpty && !isClosed }

    /// Whether ends may come at any moment: a slot takes run after run, and none still needs a thread.
    package var areEndsExpected: Bool { lively != nil && waking == nil }

    /// Learns where the dispatcher is. A slot that has taken nothing during a whole turn is at work no more, or stands still.
    package mutating func attended(_ attendance: Attendance) {
        self.attendance = attendance
        switch attendance {
        case .away: lively = nil
        case .watching: break
        case .takingTurn:
            if !hasTaken { lively = nil }
            hasTaken = false
        }
    }

    /// Whether the dispatcher is to be told that there are ends to fetch: once for all that it will find.
    ///
    /// Not of the first of them: as long as more is ready than has ended, slots have something to do, and the store has
    /// less work with one batch than with many small ones. No end waits for longer than ``patience`` while others come.
    package mutating func fetchWanted() -> Bool {
        guard !isFetchAsked, let first = finished.first, let last = finished.last else { return false }
        isFetchAsked = finished.count >= ready.count || isOverdue(first, at: last)
        return isFetchAsked
    }

    private static let patience: Int64 = 100_000

    /// Also where nobody knows when a run ended, because its handler has not come back.
    private func isOverdue(_ first: FinishedRun, at last: FinishedRun) -> Bool {
        guard let earliest = first.times?.ended, let latest = last.times?.ended else { return true }
        return latest.nanoseconds - earliest.nanoseconds >= Self.patience
    }

    package mutating func finishedTaken() -> [FinishedRun] {
        isFetchAsked = false
        let taken = finished
        finished = []
        finished.reserveCapacity(taken.count)
        return taken
    }

    // MARK: Stopping

    package mutating func stopAsked(_ lease: TickerLease, _ order: StopOrder) -> StopAnswer {
        if let number = number(running: lease), let run = runs[number] {
            guard stops[number] == nil else { return .nothing }
            stops[number] = order
            slots[number]?.markStopped(lease)
            return .stopping(run, tasks[number])
        }
        var found: ClaimedRun?
        ready.filter { run in
            guard run.lease == lease else { return true }
            found = run
            return false
        }
        guard let found else { return .nothing }
        finished.append(FinishedRun(run: found, outcome: order.outcome))
        return .unstarted
    }

    /// Gives back everything that is ready and has not begun.
    package mutating func readyGivenBack() {
        while let run = ready.popFirst() { finished.append(FinishedRun(run: run, outcome: .interrupted)) }
    }

    /// Gives back what came after the drain had begun.
    package mutating func runsGivenBack(_ late: [ClaimedRun]) {
        for run in late { finished.append(FinishedRun(run: run, outcome: .interrupted)) }
    }

    /// Ends a run whose handler did not come back; its slot is no longer counted. `false` when it came back after all.
    package mutating func runGivenUp(_ lease: TickerLease) -> Bool {
        guard let number = number(running: lease), let run = runs[number], let stop = stops[number] else {
            return false
        }
        finished.append(FinishedRun(run: run, outcome: stop.outcome))
        clear(number)
        runningCount -= 1
        return true
    }

    /// The leases of what runs and of what is ready to.
    package var presentLeases: [TickerLease] {
        var leases = runs.compactMap { $0?.lease }
        ready.forEach { leases.append($0.lease) }
        return leases
    }

    /// A handler that has not come back.
    package typealias CalledHandler = (run: ClaimedRun, thread: UInt, began: MonotonicInstant)

    /// The latest handler that was called on each thread and has not come back: what holds the threads of a pool that
    /// stands still, unless a handler blocks after it has been suspended. O(slots).
    package var latestOnThreads: [CalledHandler] {
        var latest: [UInt: CalledHandler] = [:]
        for (slot, run) in zip(slots, runs) {
            guard let slot, let run else { continue }
            let begin = slot.latestBegin
            if let known = latest[begin.thread], known.began >= begin.at { continue }
            latest[begin.thread] = (run, begin.thread, begin.at)
        }
        return latest.values.sorted { $0.began < $1.began }
    }

    /// Ends all slots: parked ones now, the others after their run.
    package mutating func closed() -> [Parked] {
        isClosed = true
        let continuations = idle.compactMap { parked[$0] }
        for number in idle { clear(number) }
        idle = []
        return continuations
    }

    package func checkInvariants() {
        let running = runs.count { $0 != nil }
        precondition(running == runningCount, "\(running) slots have a run, \(runningCount) are counted")
        precondition(idle.allSatisfy { parked[$0] != nil }, "an idle slot has no continuation")
        precondition(parked.count { $0 != nil } == idle.count, "a slot is parked and not idle")
    }

    // MARK: Private

    private func isListed(_ slot: Slot) -> Bool { slots[slot.number] === slot }

    private mutating func clear(_ number: Int) {
        slots[number] = nil
        runs[number] = nil
        stops[number] = nil
        tasks[number] = nil
        parked[number] = nil
        if waking == number { waking = nil }
        if lively == number { lively = nil }
        vacant.append(number)
    }

    private mutating func begin(_ run: ClaimedRun, on number: Int) {
        runs[number] = run
        runningCount += 1
    }

    private func number(running lease: TickerLease) -> Int? {
        runs.firstIndex { $0?.lease == lease }
    }
}
