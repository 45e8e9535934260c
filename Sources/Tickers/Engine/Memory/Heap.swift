/// A heap whose smallest element is on top.
///
/// Four children per node (Johnson, "Priority Queues with Update and Finding Minimum Spanning Trees", 1975): half the
/// levels of a binary heap, and neighbours in one cache line.
package struct Heap<Element: Comparable> {
    private var elements: [Element] = []

    package init() {}

    package var count: Int { elements.count }
    package var first: Element? { elements.first }

    /// O(log n).
    package mutating func insert(_ element: Element) {
        elements.append(element)
        siftUp(elements.count - 1)
    }

    /// O(log n).
    package mutating func popFirst() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let top = elements.first else { return last }
        elements[0] = last
        siftDown(0)
        return top
    }

    /// O(n).
    package mutating func removeAll(where isRemoved: (Element) -> Bool) {
        elements.removeAll(where: isRemoved)
        for index in stride(from: elements.count / 4, through: 0, by: -1) where index < elements.count {
            siftDown(index)
        }
    }

    /// Whether no element is smaller than its parent. O(n).
    package var isOrdered: Bool {
        elements.indices.dropFirst().allSatisfy { !(elements[$0] < elements[($0 - 1) / 4]) }
    }

    private mutating func siftUp(_ start: Int) {
        let element = elements[start]
        var index = start
        while index > 0 {
            let parent = (index - 1) / 4
            guard element < elements[parent] else { break }
            elements[index] = elements[parent]
            index = parent
        }
        elements[index] = element
    }

    private mutating func siftDown(_ start: Int) {
        let element = elements[start]
        var index = start
        while true {
            let firstChild = 4 * index + 1
            guard firstChild < elements.count else { break }
            var best = firstChild
            var child = firstChild + 1
            while child < min(firstChild + 4, elements.count) {
                if elements[child] < elements[best] { best = child }
                child += 1
            }
            guard elements[best] < element else { break }
            elements[index] = elements[best]
            index = best
        }
        elements[index] = element
    }
}

extension Heap: Sendable where Element: Sendable {}
