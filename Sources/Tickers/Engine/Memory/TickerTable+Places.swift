/// Where a ticker belongs by its spec, and the places under limit keys.
extension TickerTable {
    /// The lane and the gate of a ticker that is about to be stored. It sets its key's limit, so others' turns may come.
    mutating func joinQueues(_ spec: TickerSpec, now: Timestamp) -> (lane: Int32, gate: Int32) {
        let lane = lanes.join(spec)
        guard let key = spec.limitKey else { return (lane, .none) }
        let gate = gates.join(key)
        admitWaiting(at: gate, now: now)
        return (lane, gate)
    }

    /// Says that a ticker is not stored any more.
    mutating func leaveQueues(_ ref: Int32) {
        lanes.leave(tickers[ref].lane)
        if tickers[ref].gate != .none { gates.leave(tickers[ref].gate) }
    }

    /// Lets a ticker that is due into its lane, once it has a place under its limit key.
    ///
    /// It keeps its ticket while it waits for one, so it comes before all that became due later, and its age.
    mutating func becameDue(_ ref: Int32, since: Timestamp, now: Timestamp) {
        takeTicket(ref)
        let entry = lanes.entry(row: ref, ticket: lastTicket, since: since, now: now)
        let gate = tickers[ref].gate
        if gate != .none, !tickers[ref].holdsPlace {
            guard gates.becameDue(entry, at: gate) else {
                tickers[ref].place = .gate
                return
            }
            tickers[ref].holdsPlace = true
        }
        enterLane(ref, entry)
    }

    /// Takes back the place that a ticker holds, if it does; the next one's turn comes in the same transaction.
    mutating func giveUpPlace(_ ref: Int32, now: Timestamp) {
        guard tickers[ref].holdsPlace else { return }
        tickers[ref].holdsPlace = false
        gates.placeGivenUp(at: tickers[ref].gate)
        admitWaiting(at: tickers[ref].gate, now: now)
    }

    /// Whether a ticker is due and waits for a place under its limit key.
    package func awaitsPlace(_ ref: Int32) -> Bool { tickers[ref].place == .gate }

    private mutating func admitWaiting(at gate: Int32, now: Timestamp) {
        while true {
            switch gates.next(at: gate, in: tickers, now: now) {
            case .comes(let entry):
                tickers[entry.row].holdsPlace = true
                enterLane(entry.row, entry)
                noteQueued(entry.row)
            case .early(let entry):
                enterHeap(entry.row)
                noteQueued(entry.row)
            case .nobody:
                return
            }
        }
    }
}
