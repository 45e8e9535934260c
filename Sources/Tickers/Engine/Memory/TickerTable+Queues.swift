/// What is due now and what is due later.
extension TickerTable {
    /// Puts a queued ticker where it belongs: into its lane or before its gate when it is due, else into the heap.
    mutating func enqueue(_ ref: Int32, now: Timestamp) {
        // What has become due meanwhile has been due for longer.
        promote(now: now)
        let due = tickers[ref].row.due
        if due <= now {
            becameDue(ref, since: max(due, tickers[ref].row.releasedAt), now: now)
            if tickers[ref].place == .lane { noteQueued(ref) }
        } else {
            enterHeap(ref)
            noteQueued(ref)
        }
    }

    /// Moves what has become due from the heap into the lanes, in the order of their due times.
    package mutating func promote(now: Timestamp) {
        while let top = heap.first, top.due <= now {
            _ = heap.popFirst()
            guard isCurrent(top) else {
                heap.staleLeft()
                continue
            }
            becameDue(top.row, since: top.due, now: now)
        }
    }

    /// When the next ticker becomes due that is not due yet.
    package mutating func nextDue() -> Timestamp? {
        while let top = heap.first {
            if isCurrent(top) { return top.due }
            _ = heap.popFirst()
            heap.staleLeft()
        }
        return nil
    }

    /// Called when a queued ticker starts or ends; its entry stays behind, stale.
    mutating func leaveQueue(_ ref: Int32) {
        let place = tickers[ref].place
        tickers[ref].place = .nowhere
        tickers[ref].ticket = 0
        switch place {
        case .nowhere:
            return
        case .heap:
            heap.noteStale(in: tickers)
        case .lane:
            lanes.noteStale(lane: tickers[ref].lane, in: tickers)
        case .gate:
            gates.noteStale(at: tickers[ref].gate, in: tickers)
        }
    }

    /// Begins attempts of what `request` has room for, best first.
    package mutating func claim(_ request: ClaimRequest, now: Timestamp) -> Claim {
        endOverdue(now: now)
        promote(now: now)
        guard request.limit > 0 else { return Claim(runs: [], nextDue: nextDue(), nextLimit: nextLimit) }
        let taken = lanes.take(request, in: tickers, now: now)
        for ref in taken.early {
            enqueue(ref, now: now)
            // By the wall as it now stands its turn had not come; between attempts it is in the middle of it.
            if !tickers[ref].row.hasStarted { giveUpPlace(ref, now: now) }
        }
        // Nothing that is due is left for anyone, so nobody has to be told to look.
        if !lanes.hasWork, let earliest = earliestQueued, earliest <= now { earliestQueued = nextDue() }
        var runs: [ClaimedRun] = []
        runs.reserveCapacity(taken.rows.count)
        for ref in taken.rows {
            tickers[ref].place = .nowhere
            runs.append(begin(ref, now: now))
        }
        return Claim(runs: runs, nextDue: nextDue(), nextLimit: nextLimit, heldBack: taken.heldBack)
    }

    /// Stops what is due in a queue from starting, or lets it start again; how many may be stopped is the store's to say.
    package mutating func setPaused(_ queue: String, _ isPaused: Bool) {
        guard lanes.setPaused(queue, isPaused), !isPaused else { return }
        // Some of it may be due, since whenever.
        earliestQueued = .distantPast
    }

    mutating func enterLane(_ ref: Int32, _ entry: ReadyEntry) {
        tickers[ref].place = .lane
        lanes.insert(entry, lane: tickers[ref].lane, priority: tickers[ref].row.spec.priority)
    }

    mutating func enterHeap(_ ref: Int32) { enterHeap(ref, since: tickers[ref].row.due) }

    mutating func enterHeap(_ ref: Int32, since: Timestamp) {
        takeTicket(ref)
        tickers[ref].place = .heap
        heap.insert(DueHeap.Entry(due: since, ticket: lastTicket, row: ref))
    }

    mutating func takeTicket(_ ref: Int32) {
        lastTicket += 1
        tickers[ref].ticket = lastTicket
    }

    /// Remembers that those who listen have to be told of something that may be started.
    mutating func noteQueued(_ ref: Int32) {
        let due = tickers[ref].row.due
        earliestQueued = min(earliestQueued ?? due, due)
    }

    private func isCurrent(_ entry: DueHeap.Entry) -> Bool {
        tickers.isUsed(entry.row) && tickers[entry.row].ticket == entry.ticket
    }

    private mutating func begin(_ ref: Int32, now: Timestamp) -> ClaimedRun {
        lastLease += 1
        start(ref, lease: lastLease, now: now)
        // Field by field: a copy of the row would take all of its references along.
        return ClaimedRun(
            lease: TickerLease(ticker: tickers[ref].row.id, token: lastLease, row: ref),
            workflowID: workflowID(of: ref),
            spec: tickers[ref].row.spec,
            attempt: Int(tickers[ref].row.attempts),
            scheduledFor: max(tickers[ref].row.due, tickers[ref].row.releasedAt),
            input: input(of: ref),
            metadata: metadata(of: ref),
            occurrence: workflows[tickers[ref].workflow].options?.options.occurrence
        )
    }

    @inline(__always)
    private func input(of ref: Int32) -> Payload {
        switch tickers[ref].input {
        case .payload(let payload): return payload
        case .outputOf(let parent): return tickers[parent].output
        case .outputsOf(let parents, let collector): return collector(parents.map { tickers[$0].output })
        case .failureOf(let parent):
            guard let failure = tickers[parent].row.failure?.failure else { return .nothing }
            return PayloadCoder<TickerFailure>.codable.payload(failure)
        }
    }
}

extension Slab: ReadyRows where Element == TickerTable.Slot {
    package func readiness(row: Int32, ticket: UInt64, now: Timestamp) -> Readiness {
        guard isUsed(row), self[row].ticket == ticket else { return .stale }
        return self[row].row.due <= now ? .ready : .early
    }
}
