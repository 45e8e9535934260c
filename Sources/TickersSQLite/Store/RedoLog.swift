import Tickers

/// What has been decided in large changes and stands in the file's redo log, until it is written into its tables piece by piece.
///
/// The log is in the transaction of the decision, so nobody waits for the pieces and nothing is missing after a crash. A row that changes
/// before its turn is written *ahead*: first as it stands in the log, then as it is now.
struct RedoLog {
    /// Rows that were written into the log together, and are written into their tables together.
    struct Piece {
        let ordinal: Int64
        let bytes: [UInt8]
        let rows: [Row]
    }

    /// A row of the log.
    struct Row {
        let name: RowName
        let workflow: Int32
        /// Where its statements begin.
        let start: Int
    }

    private struct Place {
        let ordinal: Int64
        let index: Int
    }

    /// The pieces that are left, by their numbers, which follow one another.
    private var pieces: [Int64: Piece] = [:]
    private var first: Int64 = 1
    /// The number of the piece that is being recorded, or comes next.
    private(set) var ordinal: Int64 = 1
    /// The rows that are being recorded.
    private var open: [Row] = []
    /// How many rows are left per workflow.
    private(set) var counts: [Int32: Int] = [:]
    /// Up to which piece rows have been written ahead.
    private var ahead: [RowName: Int64] = [:]
    /// Where rows stand that are asked for by name, the latest place of each; looked for only once one is asked for.
    private var places: [RowName: Place] = [:]
    /// The places before those.
    private var earlier: [RowName: [Place]] = [:]
    /// From which piece on ``places`` says nothing.
    private var firstUnplaced: Int64 = 1

    var isEmpty: Bool { pieces.isEmpty }

    /// Whether rows have been written ahead.
    var isAhead: Bool { !ahead.isEmpty }

    /// Whether a piece before this number is left.
    func isBehind(_ ordinal: Int64) -> Bool { !pieces.isEmpty && first < ordinal }

    // MARK: Recording

    /// How many rows are being recorded.
    var openCount: Int { open.count }

    mutating func record(_ row: Row) { open.append(row) }

    /// Ends a piece: what has been recorded since the last one.
    mutating func endPiece(_ bytes: [UInt8]) -> Piece {
        let piece = Piece(ordinal: ordinal, bytes: bytes, rows: open)
        open = []
        ordinal += 1
        pieces[piece.ordinal] = piece
        // Many rows of one workflow follow one another.
        var run = (workflow: Int32.min, count: 0)
        for row in piece.rows {
            if row.workflow == run.workflow {
                run.count += 1
            } else {
                if run.count > 0 { counts[run.workflow, default: 0] += run.count }
                run = (row.workflow, 1)
            }
        }
        if run.count > 0 { counts[run.workflow, default: 0] += run.count }
        return piece
    }

    // MARK: Writing

    /// Takes the first piece out. Returns it with those of its rows that have not been written ahead.
    mutating func takeFirst() -> (piece: Piece, rows: [Row])? {
        guard let piece = pieces.removeValue(forKey: first) else { return nil }
        first += 1
        guard isAhead else { return (piece, piece.rows) }
        return (piece, piece.rows.filter { ahead[$0.name, default: 0] < piece.ordinal })
    }

    /// Takes out a row that is to be written ahead: as it stands in each piece that is left, the oldest first.
    mutating func take(_ name: RowName) -> [(piece: Piece, row: Row)] {
        findPlaces()
        guard let latest = places[name] else { return [] }
        let done = ahead[name, default: 0]
        let found: [(piece: Piece, row: Row)] = (earlier[name, default: []] + [latest]).compactMap { place in
            guard place.ordinal > done, let piece = pieces[place.ordinal] else { return nil }
            return (piece, piece.rows[place.index])
        }
        if !found.isEmpty { ahead[name] = latest.ordinal }
        return found
    }

    private mutating func findPlaces() {
        guard firstUnplaced < ordinal else { return }
        places.reserveCapacity(pieces.values.reduce(places.count) { $0 + $1.rows.count })
        while firstUnplaced < ordinal {
            defer { firstUnplaced += 1 }
            guard let piece = pieces[firstUnplaced] else { continue }
            for (index, row) in piece.rows.enumerated() {
                let place = Place(ordinal: piece.ordinal, index: index)
                guard let known = places.updateValue(place, forKey: row.name) else { continue }
                earlier[row.name, default: []].append(known)
            }
        }
    }

    /// Counts a row that has been written. Returns whether it was the last one of its workflow.
    mutating func wrote(_ row: Row) -> Bool {
        let left = counts[row.workflow, default: 1] - 1
        counts[row.workflow] = left == 0 ? nil : left
        return left == 0
    }

    /// Forgets what was written ahead of a log of which nothing is left.
    mutating func end() { (ahead, places, earlier) = ([:], [:], [:]) }
}
