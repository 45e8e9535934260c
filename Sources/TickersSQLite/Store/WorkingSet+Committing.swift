import Tickers

/// Writing down what calls have changed.
extension WorkingSet {
    /// From how many tickers on an add is written in pieces.
    var bulkThreshold: Int { rowsPerCommit / 2 }

    /// Whether there is something to write.
    var hasChanges: Bool { hasUncommitted || hasMoreToWrite }

    /// Whether calls have changed something that is not in the file.
    var hasUncommitted: Bool {
        !table.changes.isEmpty || !table.keys.changed.isEmpty || !pausing.isEmpty
            || !table.book.changed.isEmpty
    }

    /// Whether something that has been answered, or that is large, is still to be written or removed piece by piece.
    var hasMoreToWrite: Bool { !leftover.isEmpty || !bulk.isEmpty || isRemoving }

    /// Writes what has changed since the last commit, in one transaction.
    ///
    /// What follows from parents alone may be written later when there is much of it; the rest of ``bulk`` and of what was left
    /// earlier is written as far as there is room. After an error nothing has been written: ``forget()`` then.
    ///
    /// - Returns: The adds in pieces of which this was the last piece.
    func commit(now: Timestamp) throws -> [BulkAdd] {
        guard hasChanges || isRemovalDue(now: now) else { return [] }
        let changes = table.takeChanges()
        var finished: [BulkAdd] = []
        var limit = nextFileLimit
        try file.transaction {
            var rows = try write(changes)
            rows += try writeLeftover(room: rowsPerCommit - rows, changed: changes.workflows)
            try writeSmallTables(now: now)
            finished = try writeBulk(room: rowsPerCommit - rows)
            try removeEnded(room: max(rowsPerCommit - rows, rowsPerCommit / 10), now: now)
            try writeTotals(finished)
            // Nothing may fail once it is committed: who is told of a failure takes it that nothing has happened.
            if hasChangedLimits || finished.contains(where: \.hasLimits) { limit = try file.nextLimit() }
            try findFirstAgain()
        }
        nextFileLimit = limit
        hasChangedLimits = false
        for add in finished { add.wasStored(in: self) }
        return finished
    }

    /// Asks where the rests of streams begin of which the first ticker may have left.
    private func findFirstAgain() throws {
        for stream in backlog.takeUncertain() {
            guard let rest = backlog.rests[stream] else { continue }
            if let first = try file.page(of: stream, behind: rest.frontier, limit: 1).first {
                backlog.read(stream, to: rest.frontier, next: first.image.row.mark.ready)
            } else {
                backlog.readToTheEnd(stream)
            }
        }
    }

    // MARK: What calls have changed

    /// Returns how many rows it has written.
    private func write(_ changes: TableChanges) throws -> Int {
        let isLarge = changes.tickers.count + changes.edges.count > rowsPerCommit
        // Each ticker may come with an edge, for which there has to be room as well.
        let most = isLarge ? rowsPerCommit / 2 : rowsPerCommit
        if isLarge { leftover.reserve(max(0, changes.tickers.count - most)) }
        var room = most
        room -= try writeReopened()
        for ref in changes.tickers {
            let workflow = table.workflow(of: ref)
            touched.insert(workflow)
            if isLarge, room <= 0, !leftover.contains(ref), let written = table.written(ref),
                table.followsFromCancelling(ref) || table.followsFromParents(ref)
            {
                leftover.add(ref, from: written, to: table[ticker: ref].state, of: workflow)
                table.deferred(ref)
                continue
            }
            room -= try write(ticker: ref)
        }
        var latest = (child: Int32.min, position: Int32(0))
        for edge in changes.edges where table.isUsed(edge: edge) {
            let child = table.child(of: edge)
            if leftover.add(edge: edge, to: child) { continue }
            if table.position(ofEdge: edge) == nil {
                // New edges to one child follow one another.
                latest = latest.child == child ? (child, latest.position + 1) : (child, 0)
                table.wrote(edge: edge, at: latest.position)
                try writeNew(edge: edge, at: latest.position)
            } else {
                try writeSpoken(edge: edge)
            }
            room -= 1
        }
        return most - room
    }

    /// Writes what is left of workflows that were cancelled as a whole, and in which something has been opened again: what has
    /// not been written would be taken for open. Returns how many rows it has written.
    private func writeReopened() throws -> Int {
        let reopened = leftover.cancelledWorkflows.filter { !table.isCancelledWhole($0) }
        guard !reopened.isEmpty else { return 0 }
        return try leftover.all.reduce(0) { rows, child in
            try reopened.contains(table.workflow(of: child)) ? rows + write(ticker: child) : rows
        }
    }

    /// Writes a ticker, and the edges that were left with it. Returns how many rows these are.
    private func write(ticker ref: Int32) throws -> Int {
        let workflow = table.workflow(of: ref)
        let (change, written) = (table.change(of: ref), table.written(ref))
        let row = table[ticker: ref]
        if row.expiryInstant != nil || row.spec.expiry != nil { hasChangedLimits = true }
        let isAlone = table.isPlain(workflow) && !table.isWritten(workflow: workflow)
        if written?.isQueued == true, !row.state.isQueued { backlog.left(row.stream, row.mark) }
        if written == nil {
            if table.firstMember(of: workflow) == ref { hold(workflow) }
            try file.insert(table.image(of: ref), isAlone: isAlone)
        } else if change == .started, written?.isQueued == true, row.spec.expiry == nil {
            try file.started(row)
        } else {
            try file.update(table.image(of: ref), isAlone: isAlone)
        }
        table.wrote(ref)
        guard let (edges, isLast) = leftover.take(ref, of: workflow) else { return 1 }
        for edge in edges { try writeSpoken(edge: edge) }
        if isLast {
            markedUnsettled.remove(workflow)
            try write(workflow: workflow)
        }
        return 1 + edges.count
    }

    private func writeNew(edge: Int32, at position: Int32) throws {
        let image = table.image(ofEdge: edge)
        let (child, parent) = (table.workflow(of: table.child(of: edge)), table.workflow(of: table.parent(of: edge)))
        try file.insert(
            image,
            position: position,
            workflow: serial(of: child),
            parentWorkflow: child == parent ? nil : serial(of: parent)
        )
    }

    private func writeSpoken(edge: Int32) throws {
        guard let position = table.position(ofEdge: edge) else { return }
        let workflow = table.workflow(of: table.child(of: edge))
        try file.spoken(table.image(ofEdge: edge), position: position, workflow: serial(of: workflow))
    }

    private func serial(of workflow: Int32) -> Int64 { table.serial(of: table.firstMember(of: workflow)) }

    private func write(workflow: Int32) throws {
        touched.insert(workflow)
        let isUnsettled = leftover.counts[workflow] != nil
        guard !table.isPlain(workflow) || table.isWritten(workflow: workflow) || isUnsettled else {
            return table.wrote(workflow: workflow, asRow: false)
        }
        var image = table.image(ofWorkflow: workflow)
        if image.deadline != nil { hasChangedLimits = true }
        if leftover.isCancelling(workflow) { image.isBeingCancelled = true }
        try file.write(image, serial: serial(of: workflow), isUnsettled: isUnsettled)
        if !table.isWritten(workflow: workflow) { try file.noLongerAlone(serial(of: workflow)) }
        table.wrote(workflow: workflow, asRow: true)
    }

    // MARK: What is written piece by piece

    /// Writes workflows' rows and what was left of large settlements. Returns how many rows it has written for these.
    private func writeLeftover(room: Int, changed workflows: [Int32]) throws -> Int {
        let before = Set(leftover.counts.keys)
        for workflow in workflows where table.isUsed(workflow: workflow) { try write(workflow: workflow) }
        for workflow in before.subtracting(workflows) where !markedUnsettled.contains(workflow) {
            try write(workflow: workflow)
        }
        markedUnsettled.formUnion(before)
        var written = 0
        while written < room, let child = leftover.next() {
            written += try write(ticker: child)
        }
        return written
    }

    private func writeBulk(room: Int) throws -> [BulkAdd] {
        var room = room
        var finished: [BulkAdd] = []
        while room > 0, let add = bulk.first {
            room -= try add.writePiece(to: file, rows: room)
            guard add.isWritten else { break }
            finished.append(bulk.removeFirst())
        }
        return finished
    }

    // MARK: The rest

    private func writeSmallTables(now: Timestamp) throws {
        for (queue, isPaused) in pausing { try file.setPaused(queue, isPaused) }
        pausing = [:]
        for name in table.book.changed { try file.write(table.book[name], named: name) }
        table.book.changed = []
        guard !table.keys.changed.isEmpty else { return }
        for name in table.keys.changed { try file.write(table.keys.known(name), of: name) }
        table.keys.changed = []
        try file.removePassedKeys(now: now)
    }

    private func writeTotals(_ finished: [BulkAdd]) throws {
        // As the rows are, so that they still agree when what is left was never written.
        var totals = totals + leftover.lag
        for add in finished { totals = totals + add.counts }
        guard totals != writtenTotals else { return }
        for state in TickerState.allCases where totals[state] != writtenTotals[state] {
            try file.write(totals[state], total: state.text)
        }
        writtenTotals = totals
    }
}
