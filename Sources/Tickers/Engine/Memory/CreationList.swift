/// What a row keeps of its place in a ``CreationList``.
package struct CreationLinks: Sendable {
    fileprivate(set) var previous: Int32 = .none
    fileprivate(set) var next: Int32 = .none
    fileprivate var isLandmark = false

    package init() {}
}

/// A row that stands in a ``CreationList``.
package protocol CreationLinked: SlabElement {
    var links: CreationLinks { get set }
}

/// Rows in the order in which they were created, which is that of their ids: a doubly linked list through the rows.
///
/// A row comes and goes in O(1). Every so many rows one is a landmark, listed with its id, so that the place of an id is
/// found in O(log n + spacing), also when nothing has that id any more. A landmark that goes hands its office to the next
/// row, so the gaps between landmarks only shrink.
package struct CreationList {
    private struct Landmark {
        var id: TickerID
        var row: Int32
    }

    package private(set) var first: Int32 = .none
    package private(set) var last: Int32 = .none
    private var landmarks: [Landmark] = []
    private var rowsSinceLandmark: Int
    private let spacing: Int

    package init(spacing: Int = 1_024) {
        self.spacing = spacing
        rowsSinceLandmark = spacing
    }

    /// Adds a row, whose id is above those of all others. Amortised O(1).
    package mutating func append<Row: CreationLinked>(_ row: Int32, id: TickerID, in rows: inout Slab<Row>) {
        rows[row].links.previous = last
        if last == .none { first = row } else { rows[last].links.next = row }
        last = row
        rowsSinceLandmark += 1
        guard rowsSinceLandmark >= spacing else { return }
        rows[row].links.isLandmark = true
        landmarks.append(Landmark(id: id, row: row))
        rowsSinceLandmark = 0
    }

    /// Takes a row out before it is removed from `rows`. O(1), and O(landmarks) for one in `spacing`.
    ///
    /// - Parameter next: The id of the row behind it; `nil` for the last.
    package mutating func remove<Row: CreationLinked>(
        _ row: Int32,
        id: TickerID,
        next nextID: TickerID?,
        in rows: inout Slab<Row>
    ) {
        let links = rows[row].links
        if links.previous == .none { first = links.next } else { rows[links.previous].links.next = links.next }
        if links.next == .none { last = links.previous } else { rows[links.next].links.previous = links.previous }
        rows[row].links = CreationLinks()
        guard links.isLandmark else { return }
        let index = landmarkCount { $0 < id }
        // What stands before the first landmark is found from the beginning.
        if let nextID, links.previous != .none, !rows[links.next].links.isLandmark {
            landmarks[index] = Landmark(id: nextID, row: links.next)
            rows[links.next].links.isLandmark = true
        } else {
            landmarks.remove(at: index)
            if links.next == .none { rowsSinceLandmark = spacing }
        }
    }

    /// The nearest row beyond `id` in `order`, or the first of the order when `id` is `nil`. O(log n + spacing).
    package func row<Row: CreationLinked>(
        beyond id: TickerID?,
        _ order: PageOrder,
        in rows: Slab<Row>,
        idOf: (Int32) -> TickerID
    ) -> Int32? {
        var row: Int32
        switch order {
        case .oldestFirst:
            row = first
            guard let id else { break }
            let passed = landmarkCount { $0 <= id }
            if passed > 0 { row = landmarks[passed - 1].row }
            while row != .none, idOf(row) <= id { row = rows[row].links.next }
        case .newestFirst:
            row = last
            guard let id else { break }
            let passed = landmarkCount { $0 < id }
            if passed < landmarks.count { row = landmarks[passed].row }
            while row != .none, idOf(row) >= id { row = rows[row].links.previous }
        }
        return row == .none ? nil : row
    }

    /// The row that follows `row` in `order`. O(1).
    package func row<Row: CreationLinked>(after row: Int32, _ order: PageOrder, in rows: Slab<Row>) -> Int32? {
        let next =
            switch order {
            case .oldestFirst: rows[row].links.next
            case .newestFirst: rows[row].links.previous
            }
        return next == .none ? nil : next
    }

    /// Crashes unless the list is whole, in order, and no gap between landmarks is wider than the spacing. O(n).
    package func checkInvariants<Row: CreationLinked>(in rows: Slab<Row>, idOf: (Int32) -> TickerID) {
        var (row, previous, gap, seen) = (first, Int32.none, 0, 0)
        while row != .none {
            precondition(rows[row].links.previous == previous, "row \(row) does not point back to \(previous)")
            precondition(previous == .none || idOf(previous) < idOf(row), "row \(row) stands behind a younger one")
            gap += 1
            if rows[row].links.isLandmark {
                precondition(landmarks[seen].row == row && landmarks[seen].id == idOf(row), "landmark \(seen) is off")
                seen += 1
                gap = 0
            }
            precondition(gap <= spacing, "\(gap) rows up to row \(row) are without a landmark")
            (previous, row) = (row, rows[row].links.next)
        }
        precondition(previous == last && seen == landmarks.count, "\(landmarks.count - seen) landmarks are nowhere")
    }

    /// How many landmarks stand in front of the first one whose id does not pass, by halving.
    private func landmarkCount(where passes: (TickerID) -> Bool) -> Int {
        var (low, high) = (0, landmarks.count)
        while low < high {
            let middle = (low + high) / 2
            if passes(landmarks[middle].id) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
