/// What a store that writes rows down asks about them.
extension TickerTable {
    /// What has changed since it was last asked.
    package mutating func takeChanges() -> TableChanges {
        defer { changes = TableChanges() }
        return changes
    }

    /// A ticker whose row is to be written.
    package func changed(_ ref: Int32) -> ChangedTicker {
        ChangedTicker(
            row: tickers[ref].row,
            output: tickers[ref].output,
            change: tickers[ref].change,
            written: tickers[ref].written,
            workflow: tickers[ref].workflow
        )
    }

    /// An edge whose row is to be written; `nil` for one that has been removed meanwhile.
    package func changed(edge: Int32) -> ChangedEdge? {
        guard edges.isUsed(edge) else { return nil }
        let child = edges[edge].child
        let workflow = tickers[child].workflow
        return ChangedEdge(
            row: edges[edge].row,
            child: child,
            childSerial: serial(of: child),
            position: edges[edge].position == .none ? nil : edges[edge].position,
            workflow: workflow,
            workflowSerial: serial(of: workflows[workflow].first)
        )
    }

    /// Says that a ticker's row has been written.
    package mutating func wrote(_ ref: Int32) {
        tickers[ref].change = .none
        tickers[ref].written = tickers[ref].row.state
    }

    package func workflow(of ref: Int32) -> Int32 { tickers[ref].workflow }

    package func firstMember(of workflow: Int32) -> Int32 { workflows[workflow].first }

    package func isUsed(workflow: Int32) -> Bool { workflows.isUsed(workflow) }

    /// Whether a workflow has a row of its own in the file.
    package func isWritten(workflow: Int32) -> Bool { workflows[workflow].isWritten }

    /// Says that a workflow needs no more writing, or how it was written.
    package mutating func wrote(workflow: Int32, asRow: Bool) {
        workflows[workflow].isChanged = false
        if asRow { workflows[workflow].isWritten = true }
    }

    /// Says at which place among the edges to its child an edge has been written down.
    package mutating func wrote(edge: Int32, at position: Int32) {
        edges[edge].position = position
        edges[edge].isChanged = false
    }

    /// The tickers of a workflow of which an attempt is under way.
    package func running(in workflow: Int32) -> [Int32] {
        members(of: workflow).filter { tickers[$0].row.state == .running }
    }

    // MARK: What is held

    /// Whether an attempt of a workflow runs, so that it cannot be dropped. O(1).
    package func isRunning(workflow: Int32) -> Bool { workflows[workflow].tally[.running] > 0 }

    /// Whether a ticker of a workflow is queued. O(1).
    package func hasQueued(workflow: Int32) -> Bool {
        workflows[workflow].tally[.scheduled] + workflows[workflow].tally[.retrying] > 0
    }

    /// How many tickers a workflow has that have not ended. O(1).
    package func open(workflow: Int32) -> Int { Int(workflows[workflow].open) }

    package func isTied(workflow: Int32) -> Bool { workflows[workflow].isTied }

    package func holdsPlace(_ ref: Int32) -> Bool { tickers[ref].holdsPlace }

    /// A workflow with all that it is tied to, directly or not. O(tickers + edges) where it is tied, else O(1).
    package func tied(to workflow: Int32) -> [Int32] {
        guard workflows[workflow].isTied else { return [workflow] }
        var found = [workflow]
        var seen: Set<Int32> = [workflow]
        var next = 0
        while next < found.count {
            for ref in members(of: found[next]) {
                for other in neighbours(of: ref) where seen.insert(other).inserted { found.append(other) }
            }
            next += 1
        }
        return found
    }

    private func neighbours(of ref: Int32) -> [Int32] {
        var found: [Int32] = []
        var cursor = firstParentEdge(of: ref)
        while let edge = cursor {
            found.append(tickers[edges[edge].parent].workflow)
            cursor = nextParentEdge(after: edge)
        }
        cursor = firstChildEdge(of: ref)
        while let edge = cursor {
            found.append(tickers[edges[edge].child].workflow)
            cursor = nextChildEdge(after: edge)
        }
        return found
    }
}

/// A ticker as a store finds it that writes rows down.
package struct ChangedTicker {
    package let row: TickerRow
    package let output: Payload
    /// How much of the row is to be written.
    package let change: RowChange
    /// The state in which it was written down last; `nil` for one that never was.
    package let written: TickerState?
    package let workflow: Int32
}

/// An edge as a store finds it that writes rows down.
package struct ChangedEdge {
    package let row: EdgeRow
    package let child: Int32
    package let childSerial: Int64
    /// Its place among those to its child; `nil` for one that was never written down.
    package let position: Int32?
    /// The child's.
    package let workflow: Int32
    package let workflowSerial: Int64
}

extension ReadyLanes {
    /// How many tickers of one priority stand in the lane of a function and queue, some of which may have left. O(1).
    package func count(function: String, queue: String, priority: TickerPriority) -> Int {
        guard let lane = byName[Name(function: function, queue: queue)] else { return 0 }
        return lanes[Int(lane)].queues[Int(priority.rawValue)].count
    }
}
