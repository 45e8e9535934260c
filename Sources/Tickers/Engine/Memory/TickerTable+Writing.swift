/// What a store that writes rows down asks about them.
extension TickerTable {
    /// What has changed since it was last asked.
    package mutating func takeChanges() -> TableChanges {
        defer { changes = TableChanges() }
        return changes
    }

    package func isUsed(_ ref: Int32) -> Bool { tickers.isUsed(ref) }

    /// How much of a ticker's row is to be written.
    package func change(of ref: Int32) -> RowChange { tickers[ref].change }

    /// The state in which a ticker was written down last; `nil` for one that never was.
    package func written(_ ref: Int32) -> TickerState? { tickers[ref].written }

    /// Says that a ticker's row has been written.
    package mutating func wrote(_ ref: Int32) {
        tickers[ref].change = .none
        tickers[ref].written = tickers[ref].row.state
    }

    package func output(of ref: Int32) -> Payload { tickers[ref].output }

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

    /// The place of an edge among those to its child; `nil` for one that was never written down.
    package func position(ofEdge edge: Int32) -> Int32? {
        edges[edge].position == .none ? nil : edges[edge].position
    }

    package func isUsed(edge: Int32) -> Bool { edges.isUsed(edge) }

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

extension ReadyLanes {
    /// How many tickers of one priority stand in the lane of a function and queue, some of which may have left. O(1).
    package func count(function: String, queue: String, priority: TickerPriority) -> Int {
        guard let lane = byName[Name(function: function, queue: queue)] else { return 0 }
        return lanes[Int(lane)].queues[Int(priority.rawValue)].count
    }
}
