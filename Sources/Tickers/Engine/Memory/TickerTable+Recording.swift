/// A stored ticker with what its caller asked for, which its snapshot leaves out.
package struct RecordedTicker: Sendable {
    package let ticker: Ticker
    /// From when it may run, as it was asked for.
    package let due: TickerDue
    package let input: RecordedInput

    package init(ticker: Ticker, due: TickerDue, input: RecordedInput) {
        self.ticker = ticker
        self.due = due
        self.input = input
    }
}

/// Where a stored ticker's input comes from.
package enum RecordedInput: Sendable {
    case payload(Payload)
    case output(of: TickerID)
    case failure(of: TickerID)
    case outputs(of: [TickerID])
}

extension TickerTable {
    /// Every ticker that is kept, in the order in which they were added, which is that of their ids. O(n log n).
    func recorded(now: Timestamp) -> [RecordedTicker] {
        byID.rows.sorted { tickers[$0].row.id < tickers[$1].row.id }.map { ref in
            let row = tickers[ref].row
            var due = TickerDue.now
            if row.ownInstant != .distantPast { due = .at(row.ownInstant) }
            if row.delay > 0 { due = due.after(.microseconds(row.delay)) }
            return RecordedTicker(ticker: snapshot(of: ref, now: now), due: due, input: recordedInput(of: ref))
        }
    }

    private func recordedInput(of ref: Int32) -> RecordedInput {
        switch tickers[ref].input {
        case .payload(let payload): .payload(payload)
        case .outputOf(let parent): .output(of: tickers[parent].row.id)
        case .failureOf(let parent): .failure(of: tickers[parent].row.id)
        case .outputsOf(let parents, _): .outputs(of: parents.map { tickers[$0].row.id })
        }
    }
}
