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
        var rows: [Row]
    }

    /// A row of the log.
    struct Row {
        let name: RowName
        let workflow: Int32
        /// Where its statements begin.
        let start: Int
    }

    /// Where a row is: in which piece and at which place of it.
    private struct Place: Equatable {
        let ordinal: Int64
        let index: Int
    }

    let recorder = RedoRecorder()
    /// The pieces that are left, by their numbers, which follow one another.
    private var pieces: [Int64: Piece] = [:]
    private var firstOrdinal: Int64 = 1
    /// The rows that are being recorded.
    private var open: [Row] = []
    /// The number of the piece that is being recorded, or comes next.
    private(set) var ordinal: Int64 = 1
    private var places: [RowName: Place] = [:]
    /// Where rows stand that are in the log more than once, before the latest place.
    private var earlier: [RowName: [Place]] = [:]
    /// How many rows are left per workflow.
    private(set) var counts: [Int32: Int] = [:]
    /// Whether the file says of rows that they have been written ahead.
    var isAhead = false

    var isEmpty: Bool { pieces.isEmpty }

    /// Whether a piece before this number is left.
    func isBehind(_ ordinal: Int64) -> Bool { !pieces.isEmpty && firstOrdinal < ordinal }

    /// Makes room for so many rows at once.
    mutating func reserve(_ count: Int) { places.reserveCapacity(places.count + count) }

    // MARK: Recording

    mutating func begin(_ name: RowName, of workflow: Int32) {
        let row = Row(name: name, workflow: workflow, start: recorder.begin(name))
        let place = Place(ordinal: ordinal, index: open.count)
        open.append(row)
        counts[workflow, default: 0] += 1
        if let known = places.updateValue(place, forKey: name) { earlier[name, default: []].append(known) }
    }

    /// How many rows are being recorded.
    var openCount: Int { open.count }

    /// Ends a piece: what has been recorded since the last one.
    mutating func endPiece() -> Piece {
        defer {
            open = []
            ordinal += 1
        }
        let piece = Piece(ordinal: ordinal, bytes: recorder.take(), rows: open)
        pieces[ordinal] = piece
        return piece
    }

    // MARK: Writing

    /// Takes the first piece out. Returns those of its rows that have not been written ahead.
    mutating func takeFirst() -> (piece: Piece, rows: [Row])? {
        guard let piece = pieces.removeValue(forKey: firstOrdinal) else { return nil }
        firstOrdinal += 1
        var rows: [Row] = []
        rows.reserveCapacity(piece.rows.count)
        for (index, row) in piece.rows.enumerated() where take(row.name, at: Place(ordinal: piece.ordinal, index: index)) {
            rows.append(row)
        }
        return (piece, rows)
    }

    private mutating func take(_ name: RowName, at place: Place) -> Bool {
        if places[name] == place {
            places[name] = nil
            return true
        }
        guard var before = earlier[name], let index = before.firstIndex(of: place) else { return false }
        before.remove(at: index)
        earlier[name] = before.isEmpty ? nil : before
        return true
    }

    /// Takes a row out that is to be written ahead, wherever it stands, the oldest first.
    mutating func take(_ name: RowName) -> [(bytes: [UInt8], row: Row)] {
        guard !places.isEmpty, let last = places.removeValue(forKey: name) else { return [] }
        let all = (earlier.removeValue(forKey: name) ?? []) + [last]
        return all.compactMap { place in pieces[place.ordinal].map { ($0.bytes, $0.rows[place.index]) } }
    }

    /// Counts a row that has been written. Returns whether it was the last one of its workflow.
    mutating func wrote(_ row: Row) -> Bool {
        let left = (counts[row.workflow] ?? 1) - 1
        counts[row.workflow] = left == 0 ? nil : left
        return left == 0
    }
}
