/// Every recurrence of a store, by name and by when it comes.
package struct RecurrenceBook: Sendable {
    private struct Entry: Comparable, Sendable {
        let next: Timestamp
        let name: String

        static func < (left: Entry, right: Entry) -> Bool {
            left.next != right.next ? left.next < right.next : left.name < right.name
        }
    }

    private var records: [String: RecurrenceRecord] = [:]
    /// An entry whose instant is not the record's any more is passed over when it comes up.
    private var heap = Heap<Entry>()
    /// When the clock showed what it has shown last; `nil` before it was asked.
    private var looked: Timestamp?
    /// The latest end of what comes again in any record if the clock goes back; one that is gone may still count.
    private var opensBefore = Timestamp.distantPast
    private let isRecording: Bool
    /// Those that have changed since a store that writes them down last wrote.
    package var changed: Set<String> = []

    package init(isRecording: Bool = false) { self.isRecording = isRecording }

    package var count: Int { records.count }

    package subscript(name: String) -> RecurrenceRecord? { records[name] }

    /// All of them, in the order of their names. O(n log n).
    package var all: [RecurrenceRecord] { records.values.sorted { $0.name < $1.name } }

    /// Keeps a record in the place of an earlier one. O(log n).
    package mutating func put(_ record: RecurrenceRecord) {
        let old = records.updateValue(record, forKey: record.name)
        opensBefore = max(opensBefore, record.cursor.opensBefore)
        if isRecording { changed.insert(record.name) }
        guard old?.next != record.next, let next = record.next else { return }
        heap.insert(Entry(next: next, name: record.name))
        // One entry per record is enough; what was overtaken is swept out when it is the most.
        guard heap.count > 64, heap.count > 2 * records.count else { return }
        heap = Heap()
        for record in records.values {
            if let next = record.next { heap.insert(Entry(next: next, name: record.name)) }
        }
    }

    /// Takes in what a file says. O(log n).
    package mutating func restore(_ record: RecurrenceRecord) {
        records[record.name] = record
        opensBefore = max(opensBefore, record.cursor.opensBefore)
        if let next = record.next { heap.insert(Entry(next: next, name: record.name)) }
    }

    package mutating func remove(_ name: String) {
        records[name] = nil
        if isRecording { changed.insert(name) }
    }

    /// A clock that goes back by less is not looked after: what it shows comes again soon.
    private static let smallestStep = Duration.milliseconds(500)

    /// Those whose time has come and that are served, at most `limit`, the earliest first. O(due × log n), and O(n) when the
    /// clock has gone back.
    package mutating func due(now: Timestamp, limit: Int, by serving: RecurrenceServing) -> DueRecurrences {
        var due = come(now: now, limit: limit, by: serving)
        guard due.records.isEmpty else { return due }
        if let looked, looked.since(now) < Self.smallestStep {
            self.looked = max(looked, now)
        } else {
            due.records = reopened(now: now, limit: limit, by: serving)
            // Looked after again until there are no more.
            if due.records.isEmpty { looked = now }
        }
        due.mayComeAgain = now.since(opensBefore) < .seconds(86_400)
        return due
    }

    /// Those that have something to come sooner than when the clock showed more.
    private func reopened(now: Timestamp, limit: Int, by serving: RecurrenceServing) -> [RecurrenceRecord] {
        let found = records.values.lazy.filter { record in
            guard serving.serves(record.definition) else { return false }
            guard let next = record.cursor.next(at: now, record.definition.rule) else { return false }
            return record.next.map { next < $0 } ?? true
        }
        return Array(found.prefix(limit))
    }

    private mutating func come(now: Timestamp, limit: Int, by serving: RecurrenceServing) -> DueRecurrences {
        var due = DueRecurrences()
        var passed: [Entry] = []
        while due.records.count < limit, let entry = heap.first {
            guard let record = records[entry.name], record.next == entry.next else {
                _ = heap.popFirst()
                continue
            }
            guard entry.next <= now else { break }
            _ = heap.popFirst()
            passed.append(entry)
            if serving.serves(record.definition), due.records.last?.name != record.name { due.records.append(record) }
        }
        due.next = heap.first?.next
        for entry in passed { heap.insert(entry) }
        return due
    }
}
