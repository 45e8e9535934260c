import Tickers

extension WorkingSet {
    /// Workflows that are read at once because something in them has run out of time.
    private static let overduePerClaim = 1_000

    /// Reads what comes into question for a claim.
    func readForClaim(_ request: ClaimRequest, now: Timestamp) throws {
        if let limit = nextFileLimit, limit <= now {
            for workflow in try file.overdueWorkflows(now: now, limit: Self.overduePerClaim) {
                try read(workflow, now: now)
            }
        }
        if request.limit > 0 {
            let wanted = max(Backlog.page / 2, request.limit)
            try readNear(wanted: wanted, now: now) { request.serving.contains($0.function) }
            if let reader = readers.first { throw LargeWorkflow(serial: reader.serial) }
        }
    }

    /// Begins attempts of what is due and can be started, once it has been read. Ends what has run out of time before, some at a
    /// time: ``Claim/nextLimit`` says when to come back for more.
    func claim(_ request: ClaimRequest, now: Timestamp) throws -> Claim {
        let claim = table.claim(request, now: now)
        let limits = [claim.nextLimit, nextFileLimit.flatMap { $0 > now ? $0 : nil }]
        return Claim(
            runs: claim.runs,
            nextDue: [claim.nextDue, backlog.nextLook].compactMap(\.self).min(),
            nextLimit: limits.compactMap(\.self).min(),
            heldBack: claim.heldBack
        )
    }

    /// Reads what has become due since it was looked at last, before something is queued behind it. O(1) when there is nothing.
    func readDue(now: Timestamp) throws {
        guard let look = backlog.nextLook, look <= now else { return }
        try readNear(wanted: Backlog.page / 2, now: now) { _ in true }
    }

    private func readNear(wanted: Int, now: Timestamp, if isServed: (Backlog.Stream) -> Bool) throws {
        let near = backlog.streamsNear(now: now).filter(isServed)
        var isReading = !near.isEmpty
        while isReading {
            var records: [TickerRecord] = []
            for stream in near {
                guard let rest = backlog.rests[stream], isWanted(stream, rest, wanted: wanted, now: now) else {
                    continue
                }
                records += try readPage(of: stream, rest, limit: max(Backlog.page, wanted), now: now)
            }
            // In the order in which they became ready, whatever stream they are in.
            for record in records.sorted(by: { $0.image.row.mark < $1.image.row.mark }) {
                // What is in a workflow that is read in pieces is queued once it has come in.
                do { try take(record, now: now) } catch is LargeWorkflow {}
            }
            table.promote(now: now)
            isReading = !records.isEmpty
        }
    }

    private func isWanted(_ stream: Backlog.Stream, _ rest: Backlog.Rest, wanted: Int, now: Timestamp) -> Bool {
        if stream.isTimed {
            guard rest.next <= backlog.horizon(now: now) else { return false }
            // Those that are held will ring when they are due; until then some thousands of them are enough.
            if rest.frontier.ready > now { return table.heap.count < Self.timersHeld }
        }
        let ready = table.lanes.count(function: stream.function, queue: stream.queue, priority: stream.priority)
        return ready < wanted
    }

    /// Reads what comes next in a stream, as far as it is near.
    private func readPage(
        of stream: Backlog.Stream,
        _ rest: Backlog.Rest,
        limit: Int,
        now: Timestamp
    ) throws -> [TickerRecord] {
        var records = try file.page(of: stream, behind: rest.frontier, limit: limit)
        let horizon = backlog.horizon(now: now)
        if stream.isTimed, let far = records.firstIndex(where: { $0.image.row.mark.ready > horizon }) {
            let next = records[far].image.row.mark.ready
            records.removeSubrange(far...)
            backlog.read(stream, to: records.last?.image.row.mark ?? rest.frontier, next: next)
        } else if records.count < limit {
            backlog.readToTheEnd(stream)
        } else if let last = records.last?.image.row.mark {
            backlog.read(stream, to: last, next: last.ready)
        }
        return records
    }
}
