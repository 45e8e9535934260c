/// What a store that writes rows down has not written yet, each once.
package struct TableChanges {
    package var tickers: [Int32] = []
    /// New edges and edges that have spoken.
    package var edges: [Int32] = []
    package var workflows: [Int32] = []

    package init() {}

    package var isEmpty: Bool { tickers.isEmpty && edges.isEmpty && workflows.isEmpty }
}

/// How much of a ticker's row has changed.
package enum RowChange: UInt8 {
    case none
    /// An attempt has begun, and nothing else has happened.
    case started
    case any
}

extension TickerTable {
    /// Notes that a ticker's row has to be written down. O(1).
    @inline(__always)
    mutating func noteChange(of ref: Int32, _ change: RowChange) {
        guard isRecording else { return }
        record(ref, change)
    }

    /// Notes that a workflow's row has to be written down. O(1).
    @inline(__always)
    mutating func noteChange(ofWorkflow workflow: Int32) {
        guard isRecording, !workflows[workflow].isChanged else { return }
        workflows[workflow].isChanged = true
        changes.workflows.append(workflow)
    }

    /// Notes that an edge has to be written down. O(1).
    @inline(__always)
    mutating func noteChange(ofEdge edge: Int32) {
        guard isRecording, !edges[edge].isChanged else { return }
        edges[edge].isChanged = true
        changes.edges.append(edge)
    }

    /// Notes that two workflows can only be held together.
    mutating func tie(_ one: Int32, _ other: Int32) {
        for workflow in [one, other] {
            workflows[workflow].isTied = true
            noteChange(ofWorkflow: workflow)
        }
    }

    private mutating func record(_ ref: Int32, _ change: RowChange) {
        let known = tickers[ref].change
        if known == .none { changes.tickers.append(ref) }
        tickers[ref].change = known == .none || known == change ? change : .any
    }
}
