/// A first-in, first-out queue in a ring: append and pop in amortised O(1), storage reused.
package struct Deque<Element> {
    private var ring: [Element?] = []
    private var head = 0
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    package var first: Element? { count == 0 ? nil : ring[head] }

    package mutating func append(_ element: Element) {
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = element
        count += 1
    }

    package mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = ring[head].take()
        head = (head + 1) & (ring.count - 1)
        count -= 1
        if count == 0, ring.count > 4_096 { self = Deque() }
        return element
    }

    /// Calls `body` with each element, first to last. O(n).
    package func forEach(_ body: (Element) -> Void) {
        for offset in 0..<count {
            if let element = ring[(head + offset) & (ring.count - 1)] { body(element) }
        }
    }

    /// Keeps the elements that satisfy the predicate, in order. O(n).
    package mutating func filter(_ isKept: (Element) -> Bool) {
        var kept = Deque()
        while let element = popFirst() {
            if isKept(element) { kept.append(element) }
        }
        self = kept
    }

    private mutating func grow() {
        var larger: [Element?] = []
        larger.reserveCapacity(max(8, ring.count * 2))
        for offset in 0..<count { larger.append(ring[(head + offset) & (ring.count - 1)]) }
        larger.append(contentsOf: repeatElement(nil, count: max(8, ring.count * 2) - count))
        ring = larger
        head = 0
    }
}

extension Deque: Sendable where Element: Sendable {}
