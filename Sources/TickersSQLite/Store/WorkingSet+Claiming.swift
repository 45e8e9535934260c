import Tickers

extension WorkingSet {
    /// Workflows that are read at once because something in them has run out of time.
    private static let overduePerClaim = 1_000

    /// Begins attempts of what is due and can be started, after reading what comes into question. Ends what has run out of time
    /// before, some at a time: ``Claim/nextLimit`` says when to come back for more.
    func claim(_ request: ClaimRequest, now: Timestamp) throws -> Claim {
        if let limit = nextFileLimit, limit <= now {
            for workflow in try file.overdueWorkflows(now: now, limit: Self.overduePerClaim) {
                try read(workflow, now: now)
            }
        }
        if request.limit > 0 { try readNear(request, now: now) }
        let claim = table.claim(request, now: now)
        let limits = [claim.nextLimit, nextFileLimit.flatMap { $0 > now ? $0 : nil }]
        return Claim(
            runs: claim.runs,
            nextDue: [claim.nextDue, backlog.nextLook].compactMap(\.self).min(),
            nextLimit: limits.compactMap(\.self).min(),
            heldBack: claim.heldBack
        )
    }

    private func readNear(_ request: ClaimRequest, now: Timestamp) throws {
        let wanted = max(Backlog.page / 2, request.limit)
        for stream in backlog.streamsNear(now: now).sorted() where request.serving.contains(stream.function) {
            while let rest = backlog.rests[stream], isWanted(stream, rest, wanted: wanted, now: now) {
                try readPage(of: stream, behind: rest.frontier, limit: max(Backlog.page, wanted), now: now)
            }
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

    private func readPage(of stream: Backlog.Stream, behind mark: Backlog.Mark, limit: Int, now: Timestamp) throws {
        let records = try file.page(of: stream, behind: mark, limit: limit)
        let horizon = backlog.horizon(now: now)
        var frontier = mark
        for record in records {
            let place = record.image.row.mark
            guard !stream.isTimed || place.ready <= horizon else {
                return backlog.read(stream, to: frontier, next: place.ready)
            }
            try take(record, now: now)
            frontier = place
        }
        if records.count < limit {
            backlog.readToTheEnd(stream)
        } else {
            backlog.read(stream, to: frontier, next: frontier.ready)
        }
    }
}
