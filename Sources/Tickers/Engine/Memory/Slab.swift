/// What a slab holds: something that can stand for nothing.
package protocol SlabElement {
    /// Lets go of what it refers to, and is vacant from now on. In place, which costs half of writing another value over it.
    mutating func vacate()
    /// Whether it stands for a removed element.
    var isVacant: Bool { get }
}

/// An array whose elements keep their index for life; indexes of removed elements are used again.
///
/// Elements are not optional: reading one field of an optional would copy the whole element with all its references.
package struct Slab<Element: SlabElement> {
    private var elements: ContiguousArray<Element> = []
    private var free: ContiguousArray<Int32> = []

    package init() {}

    package var count: Int { elements.count - free.count }

    /// Makes room for `additional` elements; growth stays geometric.
    package mutating func reserve(_ additional: Int) {
        let wanted = elements.count + additional - free.count
        if wanted > elements.capacity { elements.reserveCapacity(max(wanted, elements.capacity * 3 / 2)) }
    }

    /// Amortised O(1).
    package mutating func insert(_ element: consuming Element) -> Int32 {
        if let index = free.popLast() {
            elements[Int(index)] = element
            return index
        }
        precondition(elements.count < Int(Int32.max), "a store in memory holds at most 2,147,483,647 rows")
        elements.append(element)
        return Int32(elements.count - 1)
    }

    package mutating func remove(_ index: Int32) {
        elements[Int(index)].vacate()
        free.append(index)
    }

    @inline(__always)
    package func isUsed(_ index: Int32) -> Bool {
        index >= 0 && Int(index) < elements.count && !elements[Int(index)].isVacant
    }

    package subscript(_ index: Int32) -> Element {
        @inline(__always) _read { yield elements[Int(index)] }
        @inline(__always) _modify { yield &elements[Int(index)] }
    }
}
