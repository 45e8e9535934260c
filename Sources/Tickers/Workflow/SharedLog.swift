/// An array that is only ever added to, and whose copies share one storage.
///
/// A value is a storage and a length. A value that ends where its storage ends adds in place, in amortised O(1); one
/// that ends earlier, because a longer one was made from it meanwhile, copies what it sees first. So these are values,
/// and building one in a loop is linear, though the old value is alive during each call.
package struct SharedLog<Element> {
    private let storage: LogStorage<Element>
    package let count: Int

    package init() {
        storage = LogStorage()
        count = 0
    }

    private init(storage: LogStorage<Element>, count: Int) {
        self.storage = storage
        self.count = count
    }

    /// These elements and one more.
    package func appending(_ element: Element) -> SharedLog {
        let storage = storage.elements.count == count ? storage : LogStorage(copying: storage, first: count)
        storage.append(element)
        return SharedLog(storage: storage, count: count + 1)
    }

    /// Whether these begin with all of `other`, by descent and not by comparison. O(1).
    package func extends(_ other: SharedLog) -> Bool {
        guard storage.origin === other.storage.origin, count >= other.count else { return false }
        return other.count == 0 || storage.serials[other.count - 1] == other.storage.serials[other.count - 1]
    }

    package var elements: ArraySlice<Element> { storage.elements[..<count] }
}

private final class LogStorage<Element> {
    /// Numbers the additions of all storages that have one beginning.
    final class Origin {
        var lastSerial = 0
    }

    let origin: Origin
    private(set) var elements: [Element]
    /// The number of each addition: two storages with one number at one place agree up to there.
    private(set) var serials: [Int]

    init() {
        origin = Origin()
        elements = []
        serials = []
    }

    init(copying storage: LogStorage, first count: Int) {
        origin = storage.origin
        elements = Array(storage.elements[..<count])
        serials = Array(storage.serials[..<count])
    }

    func append(_ element: Element) {
        origin.lastSerial += 1
        elements.append(element)
        serials.append(origin.lastSerial)
    }
}
