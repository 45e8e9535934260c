import Tickers

/// The rows of what calls have changed, on their way into the file.
extension WorkingSet {
    /// Rows that are written into their tables at once.
    var rowsPerPiece: Int { max(1, rowsPerCommit / 4) }

    /// Writes tickers and edges into their tables, or into the redo log where there are many. Returns how many rows these are, or that
    /// there is no room for more.
    func write(_ changes: TableChanges) throws -> Int {
        let count = changes.tickers.count + changes.edges.count
        // In the log a row takes a tenth of the time.
        let isLarge = count > rowsPerCommit
        var workflow = (ref: Int32.min, isPlain: true, isAlone: true)
        for ref in changes.tickers {
            let changed = table.changed(ref)
            // Many tickers of one workflow follow one another.
            if changed.workflow != workflow.ref {
                let isPlain = table.isPlain(changed.workflow)
                workflow = (changed.workflow, isPlain, isPlain && !table.isWritten(workflow: changed.workflow))
                touched.insert(changed.workflow)
            }
            // A lone ticker has no other row that would have to wait for its own.
            let isLater = isLarge && !workflow.isPlain
            try begin(RowName(ticker: changed.row.id.serial), of: changed.workflow, later: isLater)
            try write(changed, at: ref, isAlone: workflow.isAlone)
            try end()
        }
        var latest = (child: Int32.min, position: Int32(0))
        for edge in changes.edges {
            guard let changed = table.changed(edge: edge) else { continue }
            // New edges to one child follow one another.
            if changed.position == nil {
                latest = latest.child == changed.child ? (changed.child, latest.position + 1) : (changed.child, 0)
            }
            let position = changed.position ?? latest.position
            let name = RowName(ticker: changed.childSerial, position: position)
            try begin(name, of: changed.workflow, later: isLarge)
            try write(changed, edge, at: position)
            try end()
        }
        try endPiece()
        return min(count, rowsPerCommit)
    }

    // MARK: The redo log

    /// Begins a row of a workflow, which is written now or later.
    private func begin(_ name: RowName, of workflow: Int32, later isLater: Bool) throws {
        if isLater {
            redo.record(RedoLog.Row(name: name, workflow: workflow, start: file.recorder.begin(name)))
            file.isRecording = true
        } else if redo.counts[workflow] != nil {
            try writeAhead(name)
        }
    }

    private func end() throws {
        guard file.isRecording else { return }
        file.isRecording = false
        file.recorder.end()
        if redo.openCount >= rowsPerPiece { try endPiece() }
    }

    private func endPiece() throws {
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

    /// Writes a row of the log into its table.
    func write(_ row: RedoLog.Row, from bytes: [UInt8]) throws {
        try file.redo(row.name, in: bytes, at: row.start)
        if redo.wrote(row) { touched.insert(row.workflow) }
    }

    // MARK: Rows

    private func write(_ changed: ChangedTicker, at ref: Int32, isAlone: Bool) throws {
        let (row, written) = (changed.row, changed.written)
        if row.expiryInstant != nil || row.spec.expiry != nil { hasChangedLimits = true }
        if written?.isQueued == true, !row.state.isQueued { backlog.left(row.stream, row.mark) }
        if written == nil {
            if table.firstMember(of: changed.workflow) == ref { hold(changed.workflow) }
            try file.insert(table.image(of: ref), isAlone: isAlone)
        } else if changed.change == .started, written?.isQueued == true, row.spec.expiry == nil {
            try file.started(row)
        } else {
            try file.update(row, output: changed.output, isAlone: isAlone)
        }
        table.wrote(ref)
    }

    private func write(_ changed: ChangedEdge, _ edge: Int32, at position: Int32) throws {
        table.wrote(edge: edge, at: position)
        guard changed.position == nil else {
            return try file.spoken(changed, position: position)
        }
        let parent = table.workflow(of: table.parent(of: edge))
        try file.insert(
            table.image(ofEdge: edge),
            position: position,
            workflow: changed.workflowSerial,
            parentWorkflow: parent == changed.workflow ? nil : serial(of: parent)
        )
    }

    func serial(of workflow: Int32) -> Int64 { table.serial(of: table.firstMember(of: workflow)) }

    func write(workflow: Int32) throws {
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
}
