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
    /// When it is much, most of it goes into the redo log; what is left of that and of ``bulk`` is written as far as there is room.
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

    // MARK: What calls have changed

    /// Returns how many rows it has written, or that there is no room for more.
    private func write(_ changes: TableChanges) throws -> Int {
        let count = changes.tickers.count + changes.edges.count
        // A row takes a tenth of the time in the log.
        let most = count > rowsPerCommit ? rowsPerCommit / 2 : count
        var written = 0
        var present = Int32.min
        var isPlain = true
        for ref in changes.tickers {
            let workflow = table.workflow(of: ref)
            // Many tickers of one workflow follow one another.
            if workflow != present {
                present = workflow
                isPlain = table.isPlain(workflow)
                touched.insert(workflow)
            }
            // A lone ticker has no other row that would have to wait for its own.
            let isLater = written >= most && !isPlain
            try write(RowName(ticker: table.serial(of: ref)), of: workflow, later: isLater) { try write(ticker: ref) }
            written += 1
        }
        var latest = (child: Int32.min, position: Int32(0))
        for edge in changes.edges where table.isUsed(edge: edge) {
            let child = table.child(of: edge)
            let known = table.position(ofEdge: edge)
            // New edges to one child follow one another.
            if known == nil { latest = latest.child == child ? (child, latest.position + 1) : (child, 0) }
            let position = known ?? latest.position
            let name = RowName(ticker: table.serial(of: child), position: position)
            try write(name, of: table.workflow(of: child), later: written >= most) {
                try known == nil ? writeNew(edge: edge, at: position) : writeSpoken(edge: edge, at: position)
            }
            written += 1
        }
        try endRecording()
        return count > most ? rowsPerCommit : written
    }

    /// Writes a row of a workflow, now or into the redo log.
    private func write(_ name: RowName, of workflow: Int32, later isLater: Bool, _ row: () throws -> Void) throws {
        guard isLater else {
            if redo.counts[workflow] != nil { try writeAhead(name) }
            return try row()
        }
        redo.record(RedoLog.Row(name: name, workflow: workflow, start: file.recorder.begin(name)))
        file.isRecording = true
        defer { file.isRecording = false }
        try row()
        file.recorder.end()
        if redo.openCount >= rowsPerPiece { try endRecording() }
    }

    /// Rows that are written into their tables at once.
    private var rowsPerPiece: Int { max(1, rowsPerCommit / 4) }

    private func endRecording() throws {
        guard redo.openCount > 0 else { return }
        let piece = redo.endPiece(file.recorder.move().bytes)
        try file.writeRedo(piece.ordinal, piece.bytes)
    }

    /// Writes a row as it stands in the redo log, if it does, because it is written anew next.
    private func writeAhead(_ name: RowName) throws {
        let rows = redo.take(name)
        guard let last = rows.last else { return }
        for (piece, row) in rows { try write(row, from: piece.bytes) }
        try file.writeAhead(name, upTo: last.piece.ordinal)
    }

    private func write(_ row: RedoLog.Row, from bytes: [UInt8]) throws {
        try file.redo(row.name, in: bytes, at: row.start)
        if redo.wrote(row) { touched.insert(row.workflow) }
    }

    private func write(ticker ref: Int32) throws {
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
            try file.update(row, output: table.output(of: ref), isAlone: isAlone)
        }
        table.wrote(ref)
    }

    private func writeNew(edge: Int32, at position: Int32) throws {
        table.wrote(edge: edge, at: position)
        let (child, parent) = (table.workflow(of: table.child(of: edge)), table.workflow(of: table.parent(of: edge)))
        try file.insert(
            table.image(ofEdge: edge),
            position: position,
            workflow: serial(of: child),
            parentWorkflow: child == parent ? nil : serial(of: parent)
        )
    }

    private func writeSpoken(edge: Int32, at position: Int32) throws {
        table.wrote(edge: edge, at: position)
        let workflow = table.workflow(of: table.child(of: edge))
        try file.spoken(table.image(ofEdge: edge), position: position, workflow: serial(of: workflow))
    }

    private func serial(of workflow: Int32) -> Int64 { table.serial(of: table.firstMember(of: workflow)) }

    private func write(workflow: Int32) throws {
        touched.insert(workflow)
        guard !table.isPlain(workflow) || table.isWritten(workflow: workflow) else {
            return table.wrote(workflow: workflow, asRow: false)
        }
        let image = table.image(ofWorkflow: workflow)
        if image.deadline != nil { hasChangedLimits = true }
        try file.write(image, serial: serial(of: workflow))
        if !table.isWritten(workflow: workflow) { try file.noLongerAlone(serial(of: workflow)) }
        table.wrote(workflow: workflow, asRow: true)
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
