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
        let storage = storage.entries.count == count ? storage : LogStorage(copying: storage, first: count)
        storage.append(element)
        return SharedLog(storage: storage, count: count + 1)
    }

    /// Whether these begin with all of `other`, by descent and not by comparison. O(1).
    package func extends(_ other: SharedLog) -> Bool {
        guard storage.origin === other.storage.origin, count >= other.count else { return false }
        guard other.count > 0 else { return true }
        return storage.entries[other.count - 1].serial == other.storage.entries[other.count - 1].serial
    }

    /// Calls `body` with each element, first to last. O(n).
    package func forEach(_ body: (Element) throws -> Void) rethrows {
        let entries = storage.entries
        for index in 0..<count { try body(entries[index].element) }
    }

    /// O(n).
    package var elements: [Element] { storage.entries[..<count].map(\.element) }
}

private final class LogStorage<Element> {
    /// Numbers the additions of all storages that have one beginning.
    final class Origin {
        var lastSerial = 0
    }

    struct Entry {
        let element: Element
        /// The number of the addition: two storages with one number at one place agree up to there.
        let serial: Int
    }

    let origin: Origin
    private(set) var entries: [Entry]

    init() {
        origin = Origin()
        entries = []
    }

    init(copying storage: LogStorage, first count: Int) {
        origin = storage.origin
        entries = Array(storage.entries[..<count])
    }

    func append(_ element: Element) {
        // Most chains have no more; growing by doubling from one would copy the first steps three times.
        if entries.isEmpty { entries.reserveCapacity(8) }
        origin.lastSerial += 1
        entries.append(Entry(element: element, serial: origin.lastSerial))
    }
}
