/// Every recurrence of a store, by name and by when it comes.
package struct RecurrenceBook: Sendable {
    private struct Entry: Comparable, Sendable {
        let next: Timestamp
        /// Of the record.
        let place: Int32

        static func < (left: Entry, right: Entry) -> Bool {
            left.next != right.next ? left.next < right.next : left.place < right.place
        }
    }

    /// Apart from the places, since a dictionary has far more room than it uses.
    private var records: [RecurrenceRecord] = []
    private var places: [String: Int32] = [:]
    /// What definitions say, once for all that say the same.
    private var terms: Set<RecurrenceTerms> = []
    /// An entry whose instant is not the record's any more is passed over when it comes up.
    private var heap = Heap<Entry>()
    /// When the clock showed what it has shown last; `nil` before it was asked.
    private var looked: Timestamp?
    private let isRecording: Bool
    /// Those that have changed since a store that writes them down last wrote.
    package var changed: Set<String> = []

    package init(isRecording: Bool = false) { self.isRecording = isRecording }

    package var count: Int { records.count }

    package subscript(name: String) -> RecurrenceRecord? { places[name].map { records[Int($0)] } }

    /// All of them, in the order of their names. O(n log n).
    package var all: [RecurrenceRecord] { records.sorted { $0.name < $1.name } }

    /// Keeps a record in the place of an earlier one. O(log n).
    package mutating func put(_ record: RecurrenceRecord) {
        if isRecording { changed.insert(record.name) }
        let before = places[record.name].flatMap { records[Int($0)].next }
        enter(keep(record), unlessAt: before)
    }

    /// Changes a record where it lies: what has not ended may be a long list. O(log n).
    ///
    /// - Parameter isWritten: Whether that is to be written down. What follows from the workflows is not, but what it leads to,
    ///   which is told by a new revision.
    package mutating func change(_ name: String, isWritten: Bool, _ change: (inout RecurrenceRecord) -> Void) {
        guard let place = places[name] else { return }
        let (before, revision) = (records[Int(place)].next, records[Int(place)].revision)
        change(&records[Int(place)])
        if isRecording, isWritten || records[Int(place)].revision != revision { changed.insert(name) }
        enter(place, unlessAt: before)
    }

    private mutating func enter(_ place: Int32, unlessAt before: Timestamp?) {
        guard records[Int(place)].next != before else { return }
        enter(place)
        // One entry per record is enough; what was overtaken is swept out when it is the most.
        guard heap.count > 64, heap.count > 2 * records.count else { return }
        heap = Heap()
        for place in records.indices { enter(Int32(place)) }
    }

    /// Takes in what a file says. O(log n).
    package mutating func restore(_ record: RecurrenceRecord) { enter(keep(record)) }

    /// The last record takes the place of the one that goes. O(log n).
    package mutating func remove(_ name: String) {
        if isRecording { changed.insert(name) }
        guard let place = places.removeValue(forKey: name), let last = records.popLast() else { return }
        guard last.name != name else { return }
        records[Int(place)] = last
        places[last.name] = place
        enter(place)
    }

    private mutating func enter(_ place: Int32) {
        if let next = records[Int(place)].next { heap.insert(Entry(next: next, place: place)) }
    }

    /// Returns where it is.
    private mutating func keep(_ record: RecurrenceRecord) -> Int32 {
        var record = record
        let place = places[record.name]
        let before = place.map { records[Int($0)] }
        if before?.definition !== record.definition || before?.declared !== record.declared {
            let isSame = record.declared == record.definition
            record.definition = shared(record.definition)
            record.declared = isSame ? record.definition : shared(record.declared)
        }
        if let place {
            records[Int(place)] = record
            return place
        }
        let end = Int32(records.count)
        records.append(record)
        places[record.name] = end
        return end
    }

    /// A definition that says the same in terms that others have as well.
    private mutating func shared(_ definition: RecurrenceDefinition) -> RecurrenceDefinition {
        // Schedules of one's own are equal by their names alone.
        guard !definition.rule.isCustom else { return definition }
        if terms.count > 64, terms.count > 4 * records.count { terms = Set(records.map(\.definition.terms)) }
        let known = terms.insert(definition.terms).memberAfterInsert
        return known === definition.terms ? definition : RecurrenceDefinition(definition, sharing: known)
    }

    /// A clock that goes back by less is not looked after: what it shows comes again soon.
    private static let smallestStep = Duration.milliseconds(500)

    /// Those whose time has come and that are served, at most `limit`, the earliest first. O(due × log n), and O(n log n) when
    /// the clock has gone back.
    package mutating func due(now: Timestamp, limit: Int, by serving: RecurrenceServing) -> DueRecurrences {
        if let looked, looked.since(now) < Self.smallestStep {
            self.looked = max(looked, now)
        } else {
            wentBack(to: now)
            looked = now
        }
        return come(now: now, limit: limit, by: serving)
    }

    /// Has all be decided on anew of which something comes sooner than when the clock showed more.
    ///
    /// For every scheduler at once: the first one to look may not be the one that serves them.
    private mutating func wentBack(to now: Timestamp) {
        for place in records.indices where records[place].comesSooner(at: now) {
            records[place].next = now
            heap.insert(Entry(next: now, place: Int32(place)))
        }
    }

    private mutating func come(now: Timestamp, limit: Int, by serving: RecurrenceServing) -> DueRecurrences {
        var due = DueRecurrences()
        var passed: [Entry] = []
        while due.records.count < limit, let entry = heap.first {
            guard entry.place < records.count, records[Int(entry.place)].next == entry.next else {
                _ = heap.popFirst()
                continue
            }
            guard entry.next <= now else { break }
            _ = heap.popFirst()
            passed.append(entry)
            let record = records[Int(entry.place)]
            if serving.serves(record.definition), due.records.last?.name != record.name { due.records.append(record) }
        }
        due.next = heap.first?.next
        due.hasRecurrences = !records.isEmpty
        for entry in passed { heap.insert(entry) }
        return due
    }
}
