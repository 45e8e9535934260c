/// Pages of tickers and of workflows. One call looks at a bounded number of rows and says where to go on.
extension TickerTable {
    package func page(_ request: TickerPageRequest, now: Timestamp) -> TickerPage {
        var page = TickerPage()
        guard var bounds = bounds(of: request) else { return page }
        var looks = 0
        while let ref = bounds.next {
            bounds.next = ref == bounds.last ? nil : byAge.row(after: ref, request.order, in: tickers)
            looks += 1
            if isAskedFor(ref, by: request.query, in: bounds.workflow, now: now) {
                page.tickers.append(snapshot(of: ref, now: now))
                looks += Int(tickers[ref].row.tally.edges)
            }
            guard page.tickers.count >= request.limit || looks >= TickerLimits.rowsPerLook else { continue }
            if bounds.next != nil { page.next = tickers[ref].row.id }
            break
        }
        return page
    }

    package mutating func page(_ request: WorkflowPageRequest) -> WorkflowPage {
        var page = WorkflowPage()
        // A workflow stands where its first ticker stands; the others are passed over.
        var cursor = row(beyond: request.after?.first, request.order)
        var looks = 0
        while let ref = cursor {
            cursor = byAge.row(after: ref, request.order, in: tickers)
            looks += 1
            let workflow = tickers[ref].workflow
            if workflows[workflow].first == ref, mayBeAskedFor(workflow, by: request.query) {
                let overview = overview(of: workflow, looks: &looks)
                if request.query.statuses?.contains(overview.status) ?? true { page.workflows.append(overview) }
            }
            guard page.workflows.count >= request.limit || looks >= TickerLimits.rowsPerLook else { continue }
            if cursor != nil { page.next = WorkflowID(first: tickers[ref].row.id) }
            break
        }
        return page
    }

    /// The stretch of the list in which what is asked for lies.
    private struct Bounds {
        var next: Int32?
        var last = Int32.none
        var workflow: Int32?
    }

    /// The tickers of a workflow lie between its first and its last; `nil` when nothing lies beyond the cursor.
    private func bounds(of request: TickerPageRequest) -> Bounds? {
        guard let id = request.query.workflow else { return Bounds(next: row(beyond: request.after, request.order)) }
        guard let workflow = workflow(of: id) else { return nil }
        let (oldest, newest) = (workflows[workflow].first, workflows[workflow].last)
        switch request.order {
        case .oldestFirst:
            let bounds = Bounds(next: oldest, last: newest, workflow: workflow)
            guard let after = request.after, after >= tickers[oldest].row.id else { return bounds }
            guard after < tickers[newest].row.id else { return nil }
            return Bounds(next: row(beyond: after, .oldestFirst), last: newest, workflow: workflow)
        case .newestFirst:
            let bounds = Bounds(next: newest, last: oldest, workflow: workflow)
            guard let after = request.after, after <= tickers[newest].row.id else { return bounds }
            guard after > tickers[oldest].row.id else { return nil }
            return Bounds(next: row(beyond: after, .newestFirst), last: oldest, workflow: workflow)
        }
    }

    private func row(beyond id: TickerID?, _ order: PageOrder) -> Int32? {
        if let id, let ref = index(of: id) { return byAge.row(after: ref, order, in: tickers) }
        return byAge.row(beyond: id, order, in: tickers) { tickers[$0].row.id }
    }

    private func isAskedFor(_ ref: Int32, by query: TickerQuery, in workflow: Int32?, now: Timestamp) -> Bool {
        if let workflow, tickers[ref].workflow != workflow { return false }
        return query.matches(tickers[ref].row, now: now)
    }

    private func mayBeAskedFor(_ workflow: Int32, by query: WorkflowQuery) -> Bool {
        if let created = query.created, !created.contains(workflows[workflow].createdAt) { return false }
        if let names = query.names, !names.contains(workflows[workflow].name) { return false }
        return true
    }

    package mutating func overview(of workflow: Int32, looks: inout Int) -> WorkflowOverview {
        let status = status(ofWorkflow: workflow, looks: &looks)
        let row = workflows[workflow]
        return WorkflowOverview(
            id: workflowID(ofWorkflow: workflow),
            name: row.name,
            createdAt: row.createdAt,
            endedAt: row.open == 0 ? row.endedAt : nil,
            status: status,
            counts: StoreCounts(row.tally)
        )
    }

    /// O(1), but for a workflow that ended with a failure and has not been asked about since: O(tickers + edges).
    private mutating func status(ofWorkflow workflow: Int32, looks: inout Int) -> WorkflowStatus {
        guard workflows[workflow].open == 0 else { return .running }
        if let known = workflows[workflow].endStatus { return known }
        let tally = workflows[workflow].tally
        let members = tally[.failed] > 0 ? members(of: workflow).reversed() : []
        looks += members.count
        let status = statusOfEnded(newestFirst: members, failed: tally[.failed], cancelled: tally[.cancelled])
        workflows[workflow].endStatus = status
        return status
    }
}

/// How many tickers of one workflow are in which state: a number per ``TickerState``, in place.
struct WorkflowTally {
    private typealias Numbers = (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32)
    private var numbers: Numbers = (0, 0, 0, 0, 0, 0, 0, 0)

    subscript(state: TickerState) -> Int {
        withUnsafeBytes(of: numbers) { Int($0.load(fromByteOffset: Self.offset(of: state), as: Int32.self)) }
    }

    /// O(1), without a branch: this is on the way of every ticker.
    mutating func add(_ change: Int32, in state: TickerState) {
        withUnsafeMutableBytes(of: &numbers) { bytes in
            let offset = Self.offset(of: state)
            let number = bytes.load(fromByteOffset: offset, as: Int32.self)
            bytes.storeBytes(of: number &+ change, toByteOffset: offset, as: Int32.self)
        }
    }

    private static func offset(of state: TickerState) -> Int { Int(state.rawValue) * MemoryLayout<Int32>.stride }
}

extension StoreCounts {
    init(_ tally: WorkflowTally) {
        self.init()
        for state in TickerState.allCases { add(tally[state], in: state) }
    }
}
