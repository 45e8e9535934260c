/// Storing tickers and edges: everything is checked before the first row is written.
extension TickerTable {
    /// Stores one ticker without parents as a workflow of its own.
    package mutating func add(_ ticker: NewTicker, now: Timestamp) -> Int32 {
        let workflow = workflows.insert(WorkflowRow(createdAt: now))
        let ref = insert(ticker, tally: EdgeTally(), workflow: workflow, input: nil, now: now)
        admit(ref, now: now)
        return ref
    }

    /// Stores tickers without parents, each as a workflow of its own, all or nothing.
    package mutating func add(_ batch: [NewTicker], now: Timestamp) throws -> [Int32] {
        guard batch.count <= TickerLimits.tickersPerAdd else { throw TickerError.tooManyTickers(batch.count) }
        tickers.reserve(batch.count)
        workflows.reserve(batch.count)
        byID.reserve(byID.count + batch.count)
        return batch.map { add($0, now: now) }
    }

    /// Stores tickers and edges, all or nothing, and judges them. Returns the refs in the order of the request.
    package mutating func add(_ request: NewWorkflow, now: Timestamp) throws -> [Int32] {
        add(request, as: try AddPlan(request, in: self), now: now)
    }

    /// Stores tickers and edges that have been checked, and judges them.
    mutating func add(_ request: NewWorkflow, as plan: AddPlan, now: Timestamp) -> [Int32] {
        tickers.reserve(request.tickers.count)
        edges.reserve(request.edges.count)
        byID.reserve(byID.count + request.tickers.count)
        let workflow =
            plan.workflow
            ?? workflows.insert(WorkflowRow(name: request.name, createdAt: now, options: request.options))
        var refs: [Int32] = []
        refs.reserveCapacity(request.tickers.count)
        var nextEdge = 0
        for (position, ticker) in request.tickers.enumerated() {
            let tally = EdgeTally(join: ticker.join, edges: plan.parentCounts[position])
            let ref = insert(ticker, tally: tally, workflow: workflow, input: refs, now: now)
            refs.append(ref)
            while nextEdge < request.edges.count, request.edges[nextEdge].child == position {
                link(request.edges[nextEdge], of: plan.storedParents[nextEdge], refs: refs, addedBy: plan.addedBy)
                nextEdge += 1
            }
        }
        precondition(nextEdge == request.edges.count, "edges do not stand in the order of their children")
        if plan.workflow == nil, let deadline = request.options.deadline {
            noteDeadline(of: workflow, deadline, now: now)
        }
        for ref in refs { admit(ref, now: now) }
        stopFailedWorkflows(now: now)
        return refs
    }

    private mutating func insert(
        _ ticker: NewTicker,
        tally: EdgeTally,
        workflow: Int32,
        input earlier: [Int32]?,
        now: Timestamp
    ) -> Int32 {
        let id = ids.next(now: now)
        assert(byAge.last == .none || tickers[byAge.last].row.id < id, "an id was made before one that is listed")
        let input: StoredInput
        switch ticker.input {
        case .payload(let payload): input = .payload(payload)
        case .outputOfStep(let position): input = .outputOf(earlier![position])
        case .failureOfStep(let position): input = .failureOf(earlier![position])
        case .outputsOfSteps(let positions, let collector):
            input = .outputsOf(positions.map { earlier![$0] }, collector)
        }
        let (lane, gate) = joinQueues(ticker.spec, now: now)
        let ref = tickers.insert(
            Slot(
                row: TickerRow(id: id, spec: ticker.spec, due: ticker.due, tally: tally, createdAt: now),
                input: input,
                workflow: workflow,
                lane: lane,
                gate: gate
            )
        )
        if let entries = ticker.metadata { metadata[ref] = entries }
        byID.insert(id, row: ref)
        if isListing { byAge.append(ref, id: id, in: &tickers) }
        noteChange(of: ref, .any)
        let last = workflows[workflow].last
        if last == .none {
            workflows[workflow].first = ref
        } else {
            tickers[last].nextInWorkflow = ref
            // One that was a lone ticker is one no more.
            noteChange(ofWorkflow: workflow)
        }
        workflows[workflow].last = ref
        tickerOpened(in: workflow, now: now)
        count(1, in: .waiting, of: workflow)
        if tally.edges > 0 { noteExpiry(of: ref) }
        if isJournaling, tally.edges > 0 { journal.append(.ticker(change(ref, now: now))) }
        return ref
    }

    private mutating func link(_ edge: NewEdge, of stored: Int32?, refs: [Int32], addedBy: AddPlan.Adder?) {
        let parent: Int32
        switch edge.parent {
        case .step(let position): parent = refs[position]
        case .stored: parent = stored!
        }
        let child = refs[edge.child]
        // A child belongs to the attempt that added it by the edge to that ticker, not by edges to others.
        let attempt = addedBy?.ticker == parent ? addedBy?.attempt : nil
        let row = EdgeRow(condition: edge.condition, onParentFailure: edge.onParentFailure, addedByAttempt: attempt)
        let index = edges.insert(Edge(row: row, parent: parent, child: child))
        noteChange(ofEdge: index)
        chain(index, parent: parent, child: child)
        let workflow = tickers[parent].workflow
        guard workflow != tickers[child].workflow else { return }
        workflows[tickers[child].workflow].hasParentsElsewhere = true
        tie(workflow, tickers[child].workflow)
        workflows[workflow].pins += 1
        judgeRemovable(workflow, now: tickers[child].row.createdAt)
    }

    /// Puts an edge at the end of the chains of its parent's children and of its child's parents.
    mutating func chain(_ index: Int32, parent: Int32, child: Int32) {
        let lastOfParent = tickers[parent].lastChildEdge
        if lastOfParent == .none {
            tickers[parent].firstChildEdge = index
        } else {
            edges[lastOfParent].nextOfParent = index
        }
        tickers[parent].lastChildEdge = index
        let lastOfChild = tickers[child].lastParentEdge
        if lastOfChild == .none {
            tickers[child].firstParentEdge = index
        } else {
            edges[lastOfChild].nextOfChild = index
        }
        tickers[child].lastParentEdge = index
    }
}

/// A request that has been checked against what is stored.
struct AddPlan {
    /// Per edge, the row of its stored parent.
    var storedParents: [Int32?]
    /// Per ticker, the number of its parents.
    var parentCounts: [Int]
    /// The workflow to join, when a parent is stored.
    var workflow: Int32?
    /// The attempt that adds this.
    var addedBy: Adder?

    struct Adder {
        let ticker: Int32
        let attempt: Int32
    }

    /// The plan for a request that names nothing stored.
    init(_ request: NewWorkflow) throws {
        guard request.tickers.count <= TickerLimits.tickersPerAdd else {
            throw TickerError.tooManyTickers(request.tickers.count)
        }
        guard request.edges.count <= TickerLimits.edgesPerAdd else {
            let sentence = "\(request.edges.count) edges in one add are more than \(TickerLimits.edgesPerAdd)."
            throw TickerError(.tooManyTickers, sentence)
        }
        guard !request.tickers.isEmpty else { throw TickerError.invalidArgument(["the workflow has no steps"]) }
        storedParents = Array(repeating: nil, count: request.edges.count)
        parentCounts = Array(repeating: 0, count: request.tickers.count)
        for edge in request.edges {
            parentCounts[edge.child] += 1
            guard case .step(let position) = edge.parent else { continue }
            precondition(position < edge.child, "step \(edge.child) follows step \(position), which is not before it")
        }
        try checkJoins(request)
    }

    init(_ request: NewWorkflow, in table: borrowing TickerTable) throws {
        try self.init(request)
        if let lease = request.addedBy { addedBy = try Self.adder(lease, in: table) }
        for index in request.edges.indices {
            guard case .stored(let id) = request.edges[index].parent else { continue }
            guard let parent = table.index(of: id) else { throw TickerError.unknownTicker(id) }
            storedParents[index] = parent
        }
        workflow = storedParents.lazy.compactMap(\.self).first.map { table.tickers[$0].workflow }
        try checkLateChildren(request, in: table)
    }

    private static func adder(_ lease: TickerLease, in table: borrowing TickerTable) throws -> Adder {
        let ref = try table.runningRow(lease)
        guard !table.workflows[table.tickers[ref].workflow].isBeingCancelled else {
            let sentence = "The workflow is being cancelled; its handlers add nothing more."
            throw TickerError(.attemptEnded, sentence, ticker: lease.ticker)
        }
        return Adder(ticker: ref, attempt: table.tickers[ref].row.attempts)
    }

    private func checkJoins(_ request: NewWorkflow) throws {
        var problems: [String] = []
        for (position, ticker) in request.tickers.enumerated() {
            guard case .atLeast(let count) = ticker.join else { continue }
            guard count < 1 || count > parentCounts[position] else { continue }
            let name = ticker.spec.function
            problems.append("step \(position) (\(name)) needs \(count) of its \(parentCounts[position]) parents")
        }
        if !problems.isEmpty { throw TickerError.invalidArgument(problems) }
    }

    /// Refuses a child of stored parents that have already ended in a way that makes it impossible.
    private func checkLateChildren(_ request: NewWorkflow, in table: borrowing TickerTable) throws {
        var index = 0
        while index < request.edges.count {
            let child = request.edges[index].child
            var stored: [(parent: Int32, edge: EdgeRow)] = []
            while index < request.edges.count, request.edges[index].child == child {
                let edge = request.edges[index]
                if let parent = storedParents[index] {
                    let row = EdgeRow(condition: edge.condition, onParentFailure: edge.onParentFailure)
                    stored.append((parent, row))
                }
                index += 1
            }
            guard !stored.isEmpty else { continue }
            let tally = EdgeTally(join: request.tickers[child].join, edges: parentCounts[child])
            guard let parent = table.obstacle(to: stored, tally: tally) else { continue }
            throw Self.parentEnded(table.tickers[parent].row)
        }
    }

    private static func parentEnded(_ row: TickerRow) -> TickerError {
        let status = row.state.status(due: row.due, now: .distantFuture)
        let sentence =
            "The parent \(row.id) (\(row.spec.function)) has ended as \(status.rawValue), which the run condition "
            + "does not meet; nothing was stored."
        return TickerError(.parentEnded, sentence, ticker: row.id, status: status)
    }
}
