/// Where the row of each id is: a hash table with linear probing (Knuth, "The Art of Computer Programming", volume 3, 6.4)
/// that keeps a part of the hash beside each row and no id, because the row has that itself.
///
/// Ids of one store that are made one after the other count on, and eight of them in a row hash into one row of eight places, a cache
/// line: what is stored together is mostly run and removed together, and going to a random place of a large table costs more than
/// anything else that is done with an id. Eight bytes per place, and two of three places taken at most, because rows
/// that are filled as a whole make longer clusters than single ids would.
package struct IDIndex: Sendable {
    private struct Place {
        var hash: UInt32
        var row: Int32

        static let free = Place(hash: 0, row: .none)
    }

    private var places: ContiguousArray<Place> = []
    package private(set) var count = 0

    package init() {}

    /// The rows of all ids, in no order.
    package var rows: [Int32] { places.lazy.map(\.row).filter { $0 != .none } }

    /// Makes room for `count` ids in all; growth stays geometric.
    package mutating func reserve(_ count: Int) {
        var size = max(16, places.count)
        while size * 2 < count * 3 { size *= 2 }
        if size > places.count { grow(to: size) }
    }

    /// The row of an id; `nil` when it has none. O(1).
    ///
    /// - Parameter isIt: Whether a row has this id; asked of few that have not.
    @inline(__always)
    package func row(of id: TickerID, where isIt: (Int32) -> Bool) -> Int32? {
        guard count > 0 else { return nil }
        let hash = Self.hash(id)
        var index = place(of: hash)
        while places[index].row != .none {
            if places[index].hash == hash, isIt(places[index].row) { return places[index].row }
            index = place(after: index)
        }
        return nil
    }

    /// Enters the row of an id that has none. Amortised O(1).
    package mutating func insert(_ id: TickerID, row: Int32) {
        reserve(count + 1)
        let hash = Self.hash(id)
        var index = place(of: hash)
        while places[index].row != .none { index = place(after: index) }
        places[index] = Place(hash: hash, row: row)
        count += 1
    }

    /// Takes out the row of an id. O(1).
    package mutating func remove(_ id: TickerID, row: Int32) {
        var free = place(of: Self.hash(id))
        while places[free].row != row {
            precondition(places[free].row != .none, "ticker \(id) has no row \(row) in the index")
            free = place(after: free)
        }
        count -= 1
        // What stands behind it and could not stand nearer to its own place moves up, so that no search stops early.
        var index = place(after: free)
        while places[index].row != .none {
            let distance = (index - place(of: places[index].hash)) & (places.count - 1)
            if distance >= (index - free) & (places.count - 1) {
                places[free] = places[index]
                free = index
            }
            index = place(after: index)
        }
        places[free] = .free
    }

    @inline(__always)
    private static func hash(_ id: TickerID) -> UInt32 {
        let serial = UInt64(bitPattern: id.serial)
        // Fibonacci hashing (Knuth, as above) of what eight ids in a row share, with its upper half mixed into the lower.
        var row = (serial >> 3) &* 0x9e37_79b9_7f4a_7c15
        row ^= row >> 32
        // Ids that are alone in their eight begin at different places of their row.
        return UInt32(truncatingIfNeeded: row << 3 | (serial &+ row >> 29) & 7)
    }

    @inline(__always)
    private func place(of hash: UInt32) -> Int { Int(hash) & (places.count - 1) }

    @inline(__always)
    private func place(after index: Int) -> Int { (index + 1) & (places.count - 1) }

    private mutating func grow(to size: Int) {
        let old = places
        places = ContiguousArray(repeating: .free, count: size)
        for place in old where place.row != .none {
            var index = self.place(of: place.hash)
            while places[index].row != .none { index = self.place(after: index) }
            places[index] = place
        }
    }
}
