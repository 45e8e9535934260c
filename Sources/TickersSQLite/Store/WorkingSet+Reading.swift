import Tickers

/// Workflows that come into memory, always with all that they are tied to.
extension WorkingSet {
    /// What is thrown where a workflow is asked about that is too large to be read at once.
    struct LargeWorkflow: Error {
        let serial: Int64
    }

    /// Reads a workflow that is not held, and all that it is tied to.
    ///
    /// - Parameter isAtOnce: Whether to read however much it is, because nobody else would have to wait.
    /// - Throws: ``LargeWorkflow`` otherwise where it is more rows than a transaction writes; it is read in pieces then.
    func read(_ serial: Int64, now: Timestamp, atOnce isAtOnce: Bool = false) throws {
        guard !isHeld(serial) else { return }
        guard !isBeingRead(serial) else { throw LargeWorkflow(serial: serial) }
        var reader = PartReader(serial)
        while true {
            if try reader.step(file, rows: rowsPerCommit, isHeld: isHeld) { break }
            guard isAtOnce || readsAtOnce else {
                beingRead.formUnion(reader.seen)
                readers.append(reader)
                throw LargeWorkflow(serial: serial)
            }
        }
        try take(reader, now: now)
    }

    /// Takes in a lone ticker whose row has been read.
    func take(_ record: TickerRecord, now: Timestamp) throws {
        guard record.isAlone else { return try read(record.image.workflow, now: now) }
        guard !isHeld(record.image.workflow) else { return }
        try take(PartReader(try file.withLog(record)), now: now)
    }

    // MARK: In pieces

    func isBeingRead(_ serial: Int64) -> Bool { readers.contains { $0.serial == serial } }

    /// Reads some more rows of a large workflow, and takes it in after the last one. Returns whether it has.
    func readMore(now: Timestamp) throws -> Bool {
        guard !readers.isEmpty else { return false }
        // What has come in meanwhile may have changed since it was read.
        if !beingRead.isSuperset(of: readers[0].seen) { readers[0] = PartReader(readers[0].serial) }
        let isAtEnd = try readers[0].step(file, rows: rowsPerCommit / 2, isHeld: isHeld)
        beingRead.formUnion(readers[0].seen)
        guard isAtEnd else { return false }
        let reader = readers.removeFirst()
        try take(reader, now: now)
        beingRead.subtract(reader.seen)
        return true
    }

    /// Holds a workflow from when it comes in until ``endKeeping(_:)``.
    func keep(_ serial: Int64) { kept[serial, default: 0] += 1 }

    /// Says that the call is over for which a workflow was kept.
    func endKeeping(_ serial: Int64) {
        guard let count = kept[serial] else { return }
        kept[serial] = count > 1 ? count - 1 : nil
        if let workflow = heldWorkflow(serial) { touched.insert(workflow) }
    }

    // MARK: Taking in

    private func take(_ part: PartReader, now: Timestamp) throws {
        var refs: [Int64: Int32] = [:]
        refs.reserveCapacity(part.count)
        var taken: [Int32] = []
        let file = file
        var problem: (any Error)?
        func limit(_ key: LimitKey) -> Int {
            do { return try file.limit(of: key.key) ?? key.maxConcurrent } catch {
                problem = error
                return key.maxConcurrent
            }
        }
        for read in part.workflows {
            let image = read.row ?? WorkflowImage(of: read.members[0].image.row)
            let members = read.members.map(\.image)
            let workflow = table.restore(image, members: members, isWritten: read.row != nil, limit: limit)
            hold(workflow)
            taken.append(workflow)
            touched.insert(workflow)
            for (member, ref) in zip(members, table.members(of: workflow)) {
                refs[member.row.id.serial] = ref
                elsewhere.add(-1, in: member.row.state)
            }
        }
        if let problem { throw problem }
        let edges = part.edges
        for edge in part.workflows.count > 1 ? edges.sorted(by: { $0.isBefore($1) }) : edges {
            guard let parent = refs[edge.image.parent], let child = refs[edge.image.child] else {
                throw file.damaged("an edge to \(edge.image.child) leads to a ticker that is not there")
            }
            table.restore(edge.image.row, parent: parent, child: child, position: edge.position)
        }
        for read in part.workflows {
            for member in read.members {
                if let ref = refs[member.image.row.id.serial] {
                    table.restoreInput(of: ref, member.image.input) { refs[$0] }
                }
                try knowKey(of: member.image.row)
            }
        }
        for workflow in taken {
            if let unique = table.image(ofWorkflow: workflow).options?.unique {
                try restore(UniqueKeys.Name(function: nil, key: unique.key))
            }
            table.requeue(workflow, now: now)
        }
    }

    private func knowKey(of row: TickerRow) throws {
        guard let unique = row.spec.unique else { return }
        try restore(row.spec.uniqueName(unique))
    }

    private func restore(_ name: UniqueKeys.Name) throws {
        guard table.keys.known(name) == nil, !table.keys.changed.contains(name) else { return }
        if let holder = try file.holder(of: name) { table.keys.restore(name, holder) }
    }
}

extension TickerFile.EdgeRecord {
    fileprivate func isBefore(_ other: TickerFile.EdgeRecord) -> Bool {
        (image.child, position) < (other.image.child, other.position)
    }
}

extension WorkflowImage {
    /// A workflow that is one ticker and nothing else.
    fileprivate init(of row: TickerRow) {
        self.init(createdAt: row.createdAt)
        guard row.state.isEnd else { return }
        endedAt = row.endedAt
        removableSince = row.endedAt
    }
}
