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

    /// Whether so much has been changed that it is time to write it.
    var isFull: Bool { table.changes.tickers.count + table.changes.edges.count >= rowsPerCommit }

    /// Whether something that has been answered, or that is large, is still to be written or removed piece by piece.
    var hasMoreToWrite: Bool { !redo.isEmpty || !bulk.isEmpty || isRemoving }

    /// Writes what has changed since the last commit, in one transaction.
    ///
    /// When it is much, it goes into the redo log; what is left of that and of ``bulk`` is written as far as there is room.
    /// After an error nothing has been written: ``forget()`` then.
    ///
    /// - Returns: The adds in pieces of which this was the last piece.
    func commit(now: Timestamp) throws -> [BulkAdd] {
        guard hasChanges || isRemovalDue(now: now) else { return [] }
        let changes = table.takeChanges()
        var finished: [BulkAdd] = []
        var limit = nextFileLimit
        try file.transaction {
            // However much is decided, the log does not grow for ever.
            let least = redo.isEmpty ? 0 : rowsPerPiece
            var rows = try write(changes)
            for workflow in changes.workflows where table.isUsed(workflow: workflow) { try write(workflow: workflow) }
            rows += try writeRedo(room: max(rowsPerCommit - rows, least))
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

    // MARK: What is written piece by piece

    /// Writes rows of the redo log into their tables. Returns how many.
    private func writeRedo(room: Int) throws -> Int {
        guard !redo.isEmpty else { return 0 }
        var written = 0
        while written < room, let (piece, rows) = redo.takeFirst() {
            for row in rows { try write(row, from: piece.bytes) }
            try file.removeRedo(piece.ordinal)
            written += rows.count
            // The file's next limit is asked of rows.
            hasChangedLimits = true
        }
        if redo.isEmpty {
            if redo.isAhead { try file.endRedo() }
            redo.end()
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
        // As they are once the redo log has been written.
        var totals = totals
        for add in finished { totals = totals + add.counts }
        guard totals != writtenTotals else { return }
        for state in TickerState.allCases where totals[state] != writtenTotals[state] {
            try file.write(totals[state], total: state.text)
        }
        writtenTotals = totals
    }
}
