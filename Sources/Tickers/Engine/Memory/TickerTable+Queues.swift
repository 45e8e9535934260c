/// What is due now and what is due later.
extension TickerTable {
    /// Puts a queued ticker where it belongs: into its lane when it is due, else into the heap.
    mutating func enqueue(_ ref: Int32, now: Timestamp) {
        // What has become due meanwhile has been due for longer.
        promote(now: now)
        lastTicket += 1
        tickers[ref].ticket = lastTicket
        let due = tickers[ref].row.due
        earliestQueued = min(earliestQueued ?? due, due)
        if due <= now {
            enterLane(ref, readySince: max(due, tickers[ref].row.releasedAt))
        } else {
            tickers[ref].place = .heap
            heap.insert(DueHeap.Entry(due: due, ticket: lastTicket, row: ref))
        }
    }

    /// Moves what has become due from the heap into the lanes, in the order of their due times.
    mutating func promote(now: Timestamp) {
        while let top = heap.first, top.due <= now {
            _ = heap.popFirst()
            guard isCurrent(top) else {
                heap.staleLeft()
                continue
            }
            lastTicket += 1
            tickers[top.row].ticket = lastTicket
            enterLane(top.row, readySince: top.due)
        }
    }

    /// When the next ticker becomes due that is not due yet.
    mutating func nextDue() -> Timestamp? {
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
        }
    }

    /// Begins attempts of what `request` has room for, best first.
    package mutating func claim(_ request: ClaimRequest, now: Timestamp) -> [ClaimedRun] {
        promote(now: now)
        guard request.limit > 0 else { return [] }
        var early: [Int32] = []
        let taken = lanes.take(request, in: tickers, now: now, early: &early)
        for ref in early { enqueue(ref, now: now) }
        var runs: [ClaimedRun] = []
        runs.reserveCapacity(taken.count)
        for ref in taken {
            tickers[ref].place = .nowhere
            runs.append(begin(ref, now: now))
        }
        return runs
    }

    private mutating func enterLane(_ ref: Int32, readySince: Timestamp) {
        tickers[ref].place = .lane
        let entry = ReadyLanes.Entry(readySince: readySince, ticket: tickers[ref].ticket, row: ref)
        lanes.append(entry, lane: tickers[ref].lane, priority: tickers[ref].row.spec.priority)
    }

    private func isCurrent(_ entry: DueHeap.Entry) -> Bool {
        tickers.isUsed(entry.row) && tickers[entry.row].ticket == entry.ticket
    }

    private mutating func begin(_ ref: Int32, now: Timestamp) -> ClaimedRun {
        lastLease += 1
        start(ref, lease: lastLease, now: now)
        let row = tickers[ref].row
        return ClaimedRun(
            lease: TickerLease(ticker: row.id, token: lastLease, row: ref),
            workflowID: workflowID(of: ref),
            spec: row.spec,
            attempt: Int(row.attempts),
            scheduledFor: max(row.due, row.releasedAt),
            input: input(of: ref),
            metadata: metadata(of: ref)
        )
    }

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
