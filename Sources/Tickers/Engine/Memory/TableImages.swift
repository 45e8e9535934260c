/// One ticker as a file keeps it; tickers are named by their ``TickerID/serial``.
package struct TickerImage: Sendable {
    package var row: TickerRow
    /// The first ticker of its workflow.
    package var workflow: Int64
    package var input: Input
    package var output: Payload
    package var metadata: [String: String]?

    /// Where an input comes from.
    package enum Input: Sendable {
        case payload(Payload)
        case outputOf(Int64)
        case failureOf(Int64)
        case outputsOf([Int64])
    }

    package init(
        row: TickerRow,
        workflow: Int64,
        input: Input,
        output: Payload,
        metadata: [String: String]?
    ) {
        self.row = row
        self.workflow = workflow
        self.input = input
        self.output = output
        self.metadata = metadata
    }
}

/// One edge as a file keeps it.
package struct EdgeImage: Sendable {
    package var row: EdgeRow
    package var parent: Int64
    package var child: Int64

    package init(row: EdgeRow, parent: Int64, child: Int64) {
        self.row = row
        self.parent = parent
        self.child = child
    }
}

/// One workflow as a file keeps it, without its tickers.
package struct WorkflowImage: Sendable {
    package var name = ""
    package var createdAt: Timestamp
    package var endedAt: Timestamp?
    package var options: WorkflowOptions?
    package var deadline: Timestamp?
    package var isBeingCancelled = false
    /// Open workflows elsewhere that a ticker of this one is a parent in, by edges.
    package var pins = 0
    package var hasParentsElsewhere = false
    package var isTied = false
    package var removableSince: Timestamp?

    package init(createdAt: Timestamp) {
        self.createdAt = createdAt
    }
}

// MARK: Out

extension TickerTable {
    /// A ticker for the file. O(1), or the number of steps whose outputs it takes.
    package func image(of ref: Int32) -> TickerImage {
        let slot = tickers[ref]
        let input: TickerImage.Input =
            switch slot.input {
            case .payload(let payload): .payload(payload)
            case .outputOf(let parent): .outputOf(serial(of: parent))
            case .failureOf(let parent): .failureOf(serial(of: parent))
            case .outputsOf(let parents, _): .outputsOf(parents.map { serial(of: $0) })
            }
        return TickerImage(
            row: slot.row,
            workflow: serial(of: workflows[slot.workflow].first),
            input: input,
            output: slot.output,
            metadata: metadata(of: ref)
        )
    }

    /// An edge for the file.
    package func image(ofEdge edge: Int32) -> EdgeImage {
        let edge = edges[edge]
        return EdgeImage(row: edge.row, parent: serial(of: edge.parent), child: serial(of: edge.child))
    }

    /// A workflow for the file.
    package func image(ofWorkflow workflow: Int32) -> WorkflowImage {
        let row = workflows[workflow]
        var image = WorkflowImage(createdAt: row.createdAt)
        image.name = row.name
        image.endedAt = row.endedAt
        if let options = row.options?.options, options != .none { image.options = options }
        image.deadline = row.options?.deadline
        image.isBeingCancelled = row.isBeingCancelled
        image.pins = Int(row.pins)
        image.hasParentsElsewhere = row.hasParentsElsewhere
        image.isTied = row.isTied
        image.removableSince = row.removableSince
        return image
    }

    package func serial(of ref: Int32) -> Int64 { tickers[ref].row.id.serial }

    /// Whether a workflow is one ticker and nothing else, so that it needs no row of its own.
    package func isPlain(_ workflow: Int32) -> Bool {
        let row = workflows[workflow]
        return row.first == row.last && row.options == nil && !row.isTied && !row.isBeingCancelled && row.name.isEmpty
    }
}

// MARK: In

extension TickerTable {
    /// Takes in a workflow from the file; its edges and those to workflows around it come after all tickers.
    ///
    /// - Parameters:
    ///   - members: Its tickers in the order of their ids.
    ///   - isWritten: Whether it has a row of its own in the file.
    ///   - limit: The limit that stands for a key which nothing in the table has yet.
    package mutating func restore(
        _ image: WorkflowImage,
        members: [TickerImage],
        isWritten: Bool,
        limit: (LimitKey) -> Int
    ) -> Int32 {
        var row = WorkflowRow(
            name: image.name,
            createdAt: image.createdAt,
            options: image.options ?? .none,
            deadline: image.deadline
        )
        row.endedAt = image.endedAt
        row.isBeingCancelled = image.isBeingCancelled
        row.pins = Int32(image.pins)
        row.hasParentsElsewhere = image.hasParentsElsewhere
        row.isTied = image.isTied
        row.removableSince = image.removableSince
        row.isWritten = isWritten
        let workflow = workflows.insert(row)
        tickers.reserve(members.count)
        for member in members { restore(member, in: workflow, limit: limit) }
        return workflow
    }

    private mutating func restore(_ image: TickerImage, in workflow: Int32, limit: (LimitKey) -> Int) {
        let row = image.row
        let lane = lanes.join(row.spec)
        var gate = Int32.none
        if let key = row.spec.limitKey { gate = gates.rejoin(key, limit: limit) }
        // Inputs that come from others are tied to them once all of them are there.
        var slot = Slot(row: row, input: .payload(.nothing), workflow: workflow, lane: lane, gate: gate)
        if case .payload(let payload) = image.input { slot.input = .payload(payload) }
        slot.output = image.output
        slot.written = row.state
        let ref = tickers.insert(slot)
        if gate != .none, row.hasStarted, !row.state.isEnd {
            gates.placeRetaken(at: gate)
            tickers[ref].holdsPlace = true
        }
        if let entries = image.metadata { metadata[ref] = entries }
        byID.insert(row.id, row: ref)
        let last = workflows[workflow].last
        if last == .none { workflows[workflow].first = ref } else { tickers[last].nextInWorkflow = ref }
        workflows[workflow].last = ref
        if !row.state.isEnd { workflows[workflow].open += 1 }
        count(1, in: row.state, of: workflow)
    }

    /// Ties a restored ticker's input to the tickers it comes from.
    package mutating func restoreInput(of ref: Int32, _ input: TickerImage.Input, refOf: (Int64) -> Int32?) {
        switch input {
        case .payload: return
        case .outputOf(let parent): refOf(parent).map { tickers[ref].input = .outputOf($0) }
        case .failureOf(let parent): refOf(parent).map { tickers[ref].input = .failureOf($0) }
        case .outputsOf(let parents): tickers[ref].input = .outputsOf(parents.compactMap(refOf), .encoded)
        }
    }

    /// Takes in an edge whose ends are in the table, after all edges that were added before it.
    package mutating func restore(_ row: EdgeRow, parent: Int32, child: Int32, position: Int32) {
        let edge = edges.insert(Edge(row: row, parent: parent, child: child))
        edges[edge].position = position
        chain(edge, parent: parent, child: child)
        tickers[child].row.tally.restore(row.verdict)
    }

    /// Puts what is queued of a restored workflow into the heap, from which it goes to its lane in the order in which it became
    /// due, and notes what time will end.
    package mutating func requeue(_ workflow: Int32, now: Timestamp) {
        let known = (earliestQueued, earliestLimit)
        for ref in members(of: workflow) {
            let row = tickers[ref].row
            if row.state.isQueued { enterHeap(ref, since: min(max(row.due, row.releasedAt), max(row.due, now))) }
            if !row.state.isEnd { noteExpiry(of: ref) }
        }
        if let deadline = workflows[workflow].options?.deadline, workflows[workflow].open > 0 {
            note(TimeLimits.Entry(at: deadline, subject: .workflow(workflowID(ofWorkflow: workflow), row: workflow)))
        }
        // Nobody has to be told of what was there before.
        (earliestQueued, earliestLimit) = known
    }

    /// Drops a workflow that the file has whole, with all that it is tied to: hand in all of them, one after the other.
    package mutating func drop(_ workflow: Int32) {
        for ref in members(of: workflow) {
            if tickers[ref].row.state.isQueued { leaveQueue(ref) }
            if let unique = tickers[ref].row.spec.unique { keys.forget(tickers[ref].row.spec.uniqueName(unique)) }
        }
        if let unique = workflows[workflow].options?.options.unique {
            keys.forget(UniqueKeys.Name(function: nil, key: unique.key))
        }
        forget(workflow)
    }
}

extension EdgeTally {
    /// Counts what an edge had said before it was written down. O(1).
    fileprivate mutating func restore(_ verdict: EdgeVerdict) {
        edges += 1
        switch verdict {
        case .wait, .runNow, .fail: break
        case .run: saidRun += 1
        case .never: saidNever += 1
        }
    }
}
