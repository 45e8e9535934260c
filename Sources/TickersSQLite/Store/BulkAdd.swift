import Tickers

/// A large add on its way into the file, piece by piece, each piece a transaction of its own.
///
/// It is built in a table of its own, of which nothing is held afterwards. Until the last piece is written the range of its serials
/// stands in `unfinished_adds`: nobody sees it, and what is there of it after a crash is removed. So it is stored as a whole or
/// not at all, and no other call waits for longer than a piece takes.
final class BulkAdd {
    private(set) var table: TickerTable
    private var changes: TableChanges
    private let first: Int64
    private let last: Int64
    private var nextTicker = 0
    private var nextEdge = 0
    private var nextWorkflow = 0
    private var latest = (child: Int32.min, position: Int32(0))

    /// - Parameter table: The tickers, added to a table that was empty.
    init(_ table: consuming TickerTable) {
        self.table = table
        changes = self.table.takeChanges()
        first = self.table.serial(of: changes.tickers[0])
        last = self.table.serial(of: changes.tickers[changes.tickers.count - 1])
    }

    var counts: StoreCounts { table.counts }

    /// Whether something of it may run out of time.
    var hasLimits: Bool { table.nextLimit != nil }

    var isWritten: Bool {
        nextTicker == changes.tickers.count && nextEdge == changes.edges.count
            && nextWorkflow == changes.workflows.count
    }

    /// Writes some rows. Returns how many.
    func writePiece(to file: TickerFile, rows: Int) throws -> Int {
        if nextTicker == 0 { try file.beginAdd(first: first, last: last) }
        var room = rows
        while room > 0, nextTicker < changes.tickers.count {
            let ref = changes.tickers[nextTicker]
            try file.insert(table.image(of: ref), isAlone: table.isPlain(table.workflow(of: ref)))
            nextTicker += 1
            room -= 1
        }
        while room > 0, nextEdge < changes.edges.count {
            try writeEdge(changes.edges[nextEdge], to: file)
            nextEdge += 1
            room -= 1
        }
        while room > 0, nextWorkflow < changes.workflows.count {
            let workflow = changes.workflows[nextWorkflow]
            nextWorkflow += 1
            guard !table.isPlain(workflow) else { continue }
            let serial = table.serial(of: table.firstMember(of: workflow))
            try file.write(table.image(ofWorkflow: workflow), serial: serial)
            room -= 1
        }
        if isWritten { try file.endAdd(first: first) }
        return rows - room
    }

    private func writeEdge(_ edge: Int32, to file: TickerFile) throws {
        let child = table.child(of: edge)
        latest = latest.child == child ? (child, latest.position + 1) : (child, 0)
        table.wrote(edge: edge, at: latest.position)
        let workflow = table.workflow(of: child)
        try file.insert(
            table.image(ofEdge: edge),
            position: latest.position,
            workflow: table.serial(of: table.firstMember(of: workflow)),
            parentWorkflow: nil
        )
    }

    /// Tells the working set of what is in the file now.
    func wasStored(in set: WorkingSet) {
        set.elsewhere = set.elsewhere + counts
        for ref in changes.tickers {
            let row = table[ticker: ref]
            guard row.state.isQueued else { continue }
            let mark = row.mark
            let frontier = Backlog.Mark(ready: mark.ready, serial: mark.serial - 1)
            set.backlog.found(row.stream, behind: frontier, next: mark.ready)
        }
    }

    /// Tells those who listen, as the working set's table does of other changes.
    func tell(_ audience: [any TickerStoreListener], now: Timestamp) {
        table.tellEnds(audience, now: now)
        table.tellChanges(audience)
    }
}
