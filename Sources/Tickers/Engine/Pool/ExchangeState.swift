/// The decisions of ``RunExchange``: a value that is changed by events and answers with what to do.
package struct ExchangeState {
    package struct Entry {
        package let slot: Slot
        package var task: Task<Void, Never>?
        package var run: ClaimedRun?
        package var stop: StopOrder?
        package var parked: CheckedContinuation<ClaimedRun?, Never>?
    }

    /// A slot to be resumed with a run, outside the lock.
    package struct Wake {
        package let continuation: CheckedContinuation<ClaimedRun?, Never>
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

    package private(set) var ready = Deque<ClaimedRun>()
    package private(set) var entries: [Entry?] = []
    private var idle: [Int] = []
    private var vacant: [Int] = []
    /// A slot has been resumed and has not reported back; one at a time, each then wakes the next while there is work.
    private var isWaking = false
    package private(set) var finished: [FinishedRun] = []
    package private(set) var runningCount = 0
    package private(set) var isClosed = false

    package init() {}

    package var isDrained: Bool { ready.isEmpty && runningCount == 0 }

    // MARK: Slots come and go

    package mutating func slotAdded(_ make: (Int) -> Slot) -> Slot {
        let number = vacant.popLast() ?? entries.count
        let slot = make(number)
        if number == entries.count { entries.append(nil) }
        entries[number] = Entry(slot: slot)
        return slot
    }

    /// Keeps the slot's task; returns whether it has to be cancelled at once.
    package mutating func taskStarted(_ task: Task<Void, Never>, for slot: Slot) -> Bool {
        guard isListed(slot) else { return false }
        entries[slot.number]?.task = task
        return entries[slot.number]?.stop != nil
    }

    // MARK: Runs come and go

    /// Returns how many slots are missing for all that is ready to run.
    package mutating func runsOffered(_ runs: [ClaimedRun]) -> Int {
        for run in runs { ready.append(run) }
        return max(0, ready.count - idle.count)
    }

    /// Records an end; `nil` when the slot had been given up and its result is refused.
    package mutating func runEnded(_ run: FinishedRun, on slot: Slot) -> Bool {
        guard isListed(slot), let entry = entries[slot.number], entry.run?.lease == run.lease else { return false }
        let outcome = entry.stop?.outcome(returned: run.outcome) ?? run.outcome
        record(run.lease, run.spec, run.attempt, outcome)
        entries[slot.number]?.run = nil
        runningCount -= 1
        return true
    }

    package mutating func workWanted(by slot: Slot) -> Taken {
        guard isListed(slot), !isClosed, entries[slot.number]?.stop == nil else {
            remove(slot)
            return .leave
        }
        guard let run = ready.popFirst() else { return .nothing }
        begin(run, on: slot.number)
        return .run(run)
    }

    package mutating func slotParked(_ slot: Slot, _ continuation: CheckedContinuation<ClaimedRun?, Never>) -> Taken {
        let taken = workWanted(by: slot)
        if case .nothing = taken {
            entries[slot.number]?.parked = continuation
            idle.append(slot.number)
        }
        return taken
    }

    package mutating func slotAwoke() { isWaking = false }

    /// Hands a ready run to an idle slot, unless one is waking already.
    package mutating func wakeOne() -> Wake? {
        guard !isWaking, !ready.isEmpty, let number = idle.popLast(), let run = ready.popFirst() else { return nil }
        guard let continuation = entries[number]?.parked.take() else {
            preconditionFailure("slot \(number) is idle and has no continuation")
        }
        isWaking = true
        begin(run, on: number)
        return Wake(continuation: continuation, run: run)
    }

    package mutating func finishedTaken() -> [FinishedRun] {
        let taken = finished
        finished = []
        finished.reserveCapacity(taken.count)
        return taken
    }

    // MARK: Stopping

    package mutating func stopAsked(_ lease: TickerLease, _ order: StopOrder) -> StopAnswer {
        if let number = number(running: lease) {
            guard let entry = entries[number], let run = entry.run, entry.stop == nil else { return .nothing }
            entries[number]?.stop = order
            entry.slot.markStopped(lease)
            return .stopping(run, entry.task)
        }
        var found: ClaimedRun?
        ready.filter { run in
            guard run.lease == lease else { return true }
            found = run
            return false
        }
        guard let found else { return .nothing }
        record(found.lease, found.spec, found.attempt, order.outcome)
        return .unstarted
    }

    /// Gives back everything that is ready and has not begun.
    package mutating func readyGivenBack() {
        while let run = ready.popFirst() { record(run.lease, run.spec, run.attempt, .interrupted) }
    }

    /// Ends a run whose handler did not come back; its slot is no longer counted. `nil` when it came back after all.
    package mutating func runGivenUp(_ lease: TickerLease) -> ClaimedRun? {
        guard let number = number(running: lease), let entry = entries[number], let run = entry.run,
            let stop = entry.stop
        else { return nil }
        record(run.lease, run.spec, run.attempt, stop.outcome)
        entries[number] = nil
        vacant.append(number)
        runningCount -= 1
        return run
    }

    package var runningLeases: [TickerLease] { entries.compactMap { $0?.run?.lease } }

    /// Ends all slots: parked ones now, the others after their run.
    package mutating func closed() -> [CheckedContinuation<ClaimedRun?, Never>] {
        isClosed = true
        let continuations = idle.compactMap { entries[$0]?.parked.take() }
        for number in idle {
            entries[number] = nil
            vacant.append(number)
        }
        idle = []
        return continuations
    }

    // MARK: Private

    private func isListed(_ slot: Slot) -> Bool {
        entries[slot.number]?.slot === slot
    }

    private mutating func remove(_ slot: Slot) {
        guard isListed(slot) else { return }
        entries[slot.number] = nil
        vacant.append(slot.number)
    }

    private mutating func begin(_ run: ClaimedRun, on number: Int) {
        entries[number]?.run = run
        runningCount += 1
    }

    private func number(running lease: TickerLease) -> Int? {
        entries.firstIndex { $0?.run?.lease == lease }
    }

    private mutating func record(
        _ lease: TickerLease,
        _ spec: TickerSpec,
        _ attempt: Int,
        _ outcome: AttemptOutcome
    ) {
        finished.append(FinishedRun(lease: lease, spec: spec, attempt: attempt, outcome: outcome))
    }

    package func checkInvariants() {
        let running = entries.count { $0?.run != nil }
        precondition(running == runningCount, "\(running) slots have a run, \(runningCount) are counted")
        precondition(idle.allSatisfy { entries[$0]?.parked != nil }, "an idle slot has no continuation")
    }
}
