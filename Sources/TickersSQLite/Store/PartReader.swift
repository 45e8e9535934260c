import Tickers

/// Reads a workflow from the file and all that it is tied to, some rows at a time.
struct PartReader {
    /// A workflow as it was read; without a row where it is a lone ticker.
    struct Read {
        let serial: Int64
        var row: WorkflowImage?
        var members: [TickerRecord] = []
    }

    /// The workflow that was asked for.
    let serial: Int64
    private(set) var workflows: [Read] = []
    /// In the order of their children, of each in the order in which they were added.
    private(set) var edges: [TickerFile.EdgeRecord] = []
    /// The workflows that have been read, or are being read.
    private(set) var seen: Set<Int64> = []
    /// The workflows that are still to be read.
    private var queue: [Int64]
    private var stage = Stage.between

    private enum Stage {
        case between
        case members(after: Int64)
        case edges(afterChild: Int64, position: Int64)
    }

    init(_ serial: Int64) {
        self.serial = serial
        queue = [serial]
    }

    /// A lone ticker that has been read.
    init(_ record: TickerRecord) {
        serial = record.image.workflow
        workflows = [Read(serial: serial, row: nil, members: [record])]
        seen = [serial]
        queue = []
    }

    /// How many tickers have been read.
    var count: Int { workflows.reduce(0) { $0 + $1.members.count } }

    /// Reads some more rows. Returns whether there are no more.
    mutating func step(_ file: TickerFile, rows: Int, isHeld: (Int64) -> Bool) throws -> Bool {
        var room = rows
        while room > 0 {
            switch stage {
            case .between:
                guard let next = queue.popLast() else { return true }
                guard !seen.contains(next), !isHeld(next) else { continue }
                seen.insert(next)
                try begin(next, file)
                room -= 1
            case .members(let last):
                let members = try file.members(of: workflows[workflows.count - 1].serial, after: last, limit: room)
                try add(members, file)
                // Each may have had attempts to read.
                room -= members.count
                if room > 0 {
                    stage = .edges(afterChild: .min, position: 0)
                } else if let last = members.last {
                    stage = .members(after: last.image.row.id.serial)
                }
            case .edges(let child, let position):
                let read = workflows[workflows.count - 1]
                let found = try file.edges(to: read.serial, afterChild: child, position: position, limit: room)
                edges += found
                if read.row?.isTied == true { queue += found.compactMap(\.parentWorkflow) }
                room -= found.count
                if room > 0 {
                    if read.row?.isTied == true { queue += try file.workflowsBelow(read.serial) }
                    stage = .between
                } else if let last = found.last {
                    stage = .edges(afterChild: last.image.child, position: Int64(last.position))
                }
            }
        }
        return false
    }

    private mutating func begin(_ serial: Int64, _ file: TickerFile) throws {
        guard let first = try file.ticker(serial), first.image.workflow == serial else { return }
        workflows.append(Read(serial: serial, row: try file.workflow(serial)))
        try add([first], file)
        if !first.isAlone { stage = .members(after: serial) }
    }

    private mutating func add(_ members: [TickerRecord], _ file: TickerFile) throws {
        for member in members { workflows[workflows.count - 1].members.append(try file.withLog(member)) }
    }
}
