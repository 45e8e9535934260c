import Foundation
import Tickers

/// A ticker's row, not decoded further than its caller needs.
struct TickerRecord {
    var image: TickerImage
    /// The workflow has no row of its own.
    var isAlone: Bool
    /// Attempts that were logged in all; those kept have to be read.
    var logged: Int64
}

/// Rows on their way out of the file. A row that makes no sense is a damaged file.
extension TickerFile {
    func ticker(_ serial: Int64) throws -> TickerRecord? {
        let statement = try statement(.ticker)
        try statement.bind(1, serial)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return try record(statement)
    }

    /// Some of the tickers of a workflow but its first, behind one of them, in the order of their ids.
    func members(of workflow: Int64, after serial: Int64, limit: Int) throws -> [TickerRecord] {
        let statement = try statement(.members)
        try statement.bind(1, workflow)
        try statement.bind(2, serial)
        try statement.bind(3, Int64(limit))
        defer { statement.reset() }
        var members: [TickerRecord] = []
        while try statement.step() { members.append(try record(statement)) }
        return members
    }

    /// The row that a statement over all columns stands on.
    func record(_ statement: SQLiteStatement) throws -> TickerRecord {
        var next = Reader(statement)
        let id = TickerID(serial: next.integer(), low: UInt64(bitPattern: next.integer()))
        let workflow = next.integer()
        let (function, queue, priority, options) = (next.text(), next.text(), next.integer(), next.textOrNil())
        guard let spec = try spec(function, queue, priority, options) else {
            throw damaged("ticker \(id) has options that cannot be read")
        }
        _ = next.textOrNil()
        let (ownInstant, delay) = (next.time(), max(0, next.integer()))
        var tally = EdgeTally()
        tally.needed = Int32(try counted(next.integer(), "parents"))
        let planned = TickerRow(
            id: id,
            spec: spec,
            ownInstant: ownInstant,
            delay: delay,
            tally: tally,
            createdAt: Timestamp(microseconds: next.integer())
        )
        let metadata = try next.textOrNil().map { try decoded([String: String].self, $0) }
        let (source, bytes) = (next.textOrNil(), next.payload())
        var input = TickerImage.Input.payload(bytes)
        if let source {
            guard let known = TickerImage.Input(source: source) else { throw damaged("\"\(source)\" is no input") }
            input = known
        }
        let word = next.text()
        guard let state = TickerState(text: word) else { throw damaged("\"\(word)\" is no status") }
        let isAlone = next.flag()
        _ = next.flag()
        var life = TickerRow.Life()
        life.state = state
        let (logged, output) = try readLife(&next, into: &life)
        let image = TickerImage(
            row: TickerRow(planned, life: life),
            workflow: workflow,
            input: input,
            output: output,
            metadata: metadata
        )
        return TickerRecord(image: image, isAlone: isAlone, logged: logged)
    }

    private func readLife(_ next: inout Reader, into life: inout TickerRow.Life) throws -> (Int64, Payload) {
        life.hasStarted = next.flag()
        life.isRetriedByHand = next.flag()
        life.cancelRequested = next.flag()
        life.crashes = UInt8(try counted(next.integer(), "crashes", most: Int64(TickerLimits.crashes)))
        life.due = next.time()
        _ = next.integer()
        life.releasedAt = Timestamp(microseconds: next.integer())
        life.firstStartedAt = next.time()
        life.startedAt = next.time()
        life.endedAt = next.time()
        _ = next.time()
        life.attempts = Int32(try counted(next.integer(), "attempts"))
        life.maxAttempts = Int32(try counted(next.integer(), "attempts"))
        life.lease = UInt64(bitPattern: next.integer())
        let logged = try counted(next.integer(), "attempts")
        if let text = next.textOrNil() {
            guard let reason = EndReason(text: text) else { throw damaged("\"\(text)\" is no reason") }
            life.reason = reason
        }
        life.failure = try next.textOrNil().map { FailureBox(try decoded(TickerFailure.self, $0)) }
        life.progress = try next.textOrNil().map { ProgressBox(try decoded(TickerProgress.self, $0)) }
        return (logged, next.payload())
    }

    /// A ticker with the attempts before the latest one.
    func withLog(_ record: TickerRecord) throws -> TickerRecord {
        guard record.logged > 0 else { return record }
        var record = record
        let statement = try statement(.attempts)
        try statement.bind(1, record.image.row.id.serial)
        defer { statement.reset() }
        var attempts: [TickerAttempt] = []
        var lease: UInt64 = 0
        while try statement.step() {
            var next = Reader(statement)
            lease = UInt64(bitPattern: next.integer())
            let number = Int(next.integer())
            let (started, ended) = (Timestamp(microseconds: next.integer()), next.timeOrNil())
            let word = next.text()
            let failure = try next.textOrNil().map { try decoded(TickerFailure.self, $0) }
            guard let outcome = TickerAttempt.Outcome(word: word, failure: failure) else {
                throw damaged("\"\(word)\" is no outcome of an attempt")
            }
            attempts.append(TickerAttempt(number: number, startedAt: started, endedAt: ended, outcome: outcome))
        }
        let dropped = max(0, Int(record.logged) - attempts.count)
        record.image.row.log = AttemptLog(attempts: attempts, dropped: dropped, lease: lease)
        return record
    }

    /// An edge with its place in the file.
    struct EdgeRecord {
        var position: Int32
        var image: EdgeImage
        var parentWorkflow: Int64?
    }

    /// Some of the edges to the tickers of a workflow, behind one of them, in the order of their children, to each in the order
    /// in which they were added.
    func edges(to workflow: Int64, afterChild child: Int64, position: Int64, limit: Int) throws -> [EdgeRecord] {
        let statement = try statement(.edges)
        try statement.bind(1, workflow)
        try statement.bind(2, child)
        try statement.bind(3, position)
        try statement.bind(4, Int64(limit))
        defer { statement.reset() }
        var edges: [EdgeRecord] = []
        while try statement.step() { edges.append(try edge(statement)) }
        return edges
    }

    private func edge(_ statement: SQLiteStatement) throws -> EdgeRecord {
        var next = Reader(statement)
        let (child, position, parent) = (next.integer(), Int32(clamping: next.integer()), next.integer())
        let (condition, policy) = (next.text(), next.text())
        let attempt = next.integerOrNil()
        let verdict = next.text()
        guard let condition = RunCondition(text: condition), let policy = ParentFailurePolicy(text: policy),
            let verdict = EdgeVerdict(text: verdict)
        else { throw damaged("edge \(position) to \(child) cannot be read") }
        var row = EdgeRow(
            condition: condition,
            onParentFailure: policy,
            addedByAttempt: attempt.map { Int32(clamping: $0) }
        )
        row.verdict = verdict
        let image = EdgeImage(row: row, parent: parent, child: child)
        return EdgeRecord(position: position, image: image, parentWorkflow: next.integerOrNil())
    }

    /// The workflows with a ticker whose parent is in this one and not in its own.
    func workflowsBelow(_ workflow: Int64) throws -> [Int64] {
        let statement = try statement(.edgesElsewhere)
        try statement.bind(1, workflow)
        defer { statement.reset() }
        var found: [Int64] = []
        while try statement.step() { found.append(statement.integer(0)) }
        return found
    }

    /// A workflow's own row; `nil` for one that has none.
    func workflow(_ serial: Int64) throws -> WorkflowImage? {
        let statement = try statement(.workflow)
        try statement.bind(1, serial)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        var next = Reader(statement)
        let name = next.text()
        var image = WorkflowImage(createdAt: Timestamp(microseconds: next.integer()))
        image.name = name
        image.endedAt = next.timeOrNil()
        image.options = try next.textOrNil().map { try decoded(StoredWorkflowOptions.self, $0).options }
        image.deadline = next.timeOrNil()
        image.isBeingCancelled = next.flag()
        image.isTied = next.flag()
        image.hasParentsElsewhere = next.flag()
        image.pins = Int(try counted(next.integer(), "workflows below"))
        image.removableSince = next.timeOrNil()
        return image
    }

    /// A number of something. What cannot be one is damage, and would overflow where it is counted on.
    func counted(_ number: Int64, _ what: String, most: Int64 = 1 << 30) throws -> Int64 {
        guard 0...most ~= number else { throw damaged("\(number) is no number of \(what)") }
        return number
    }

    private func spec(_ function: String, _ queue: String, _ priority: Int64, _ options: String?) throws -> TickerSpec?
    {
        do {
            return try specs.spec(function: function, queue: queue, priority: priority, options: options)
        } catch is DecodingError {
            return nil
        }
    }

    private func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        do {
            return try StoredJSON.value(type, text)
        } catch is DecodingError {
            throw damaged("\"\(text.prefix(80))\" is no \(type)")
        }
    }
}

/// Reads one column after the other.
struct Reader {
    private let statement: SQLiteStatement
    private var column = -1

    init(_ statement: SQLiteStatement) { self.statement = statement }

    mutating func integer() -> Int64 {
        column += 1
        return statement.integer(column)
    }

    mutating func integerOrNil() -> Int64? {
        column += 1
        return statement.integerOrNil(column)
    }

    mutating func text() -> String {
        column += 1
        return statement.text(column)
    }

    mutating func textOrNil() -> String? {
        column += 1
        return statement.textOrNil(column)
    }

    mutating func flag() -> Bool { integer() != 0 }

    /// The distant past for NULL.
    mutating func time() -> Timestamp { timeOrNil() ?? .distantPast }

    mutating func timeOrNil() -> Timestamp? { integerOrNil().map { Timestamp(microseconds: $0) } }

    mutating func payload() -> Payload {
        column += 1
        return statement.blobOrNil(column).map { Payload(.encoded($0)) } ?? .nothing
    }
}
