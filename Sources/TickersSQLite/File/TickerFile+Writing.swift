import Foundation
import Tickers

/// Rows on their way into the file, inside of a transaction that somebody else has begun.
extension TickerFile {
    /// Writes a ticker down for the first time.
    func insert(_ image: TickerImage, isAlone: Bool) throws {
        let row = image.row
        try run(.insertTicker) { next in
            try next.integer(row.id.serial)
            try next.integer(Int64(bitPattern: row.id.low))
            try next.integer(image.workflow)
            try next.text(row.spec.function)
            try next.text(row.spec.queue)
            try next.integer(Int64(row.spec.priority.rawValue))
            try next.text(try specs.text(of: row.spec))
            try next.text(row.spec.limitKey?.key)
            try next.time(row.ownInstant)
            try next.integer(row.delay)
            try next.integer(Int64(row.tally.needed))
            try next.integer(row.createdAt.microseconds)
            try next.text(try image.metadata.map { try StoredJSON.text($0) })
            try next.text(image.input.source)
            var input = Payload.nothing
            if case .payload(let payload) = image.input { input = payload }
            try next.payload(input)
            try bindChanging(row, output: image.output, isAlone: isAlone, &next)
        }
        try writeLog(of: row)
    }

    /// Writes down that an attempt has begun, and nothing else.
    func started(_ row: TickerRow) throws {
        try run(.startTicker) { next in
            try next.time(row.firstStartedAt)
            try next.time(row.startedAt)
            try next.integer(Int64(row.attempts))
            try next.integer(Int64(bitPattern: row.lease))
            try next.integer(row.id.serial)
        }
    }

    /// Writes down what has become of a ticker.
    func update(_ row: TickerRow, output: Payload, isAlone: Bool) throws {
        let digest = isRecording ? RowDigest(row, output: output, isAlone: isAlone) : nil
        if let digest, recorder.repeats(digest) { return }
        try run(.updateTicker) { next in
            try bindChanging(row, output: output, isAlone: isAlone, &next)
            try next.ticker(row.id.serial)
        }
        try writeLog(of: row)
        if let digest { recorder.recorded(digest) }
    }

    private func bindChanging(_ row: TickerRow, output: Payload, isAlone: Bool, _ next: inout Binder) throws {
        try next.text(row.state.text)
        try next.flag(isAlone)
        try next.flag(row.due != .distantPast)
        try next.flag(row.hasStarted)
        try next.flag(row.isRetriedByHand)
        try next.flag(row.cancelRequested)
        try next.integer(Int64(row.crashes))
        try next.time(row.due)
        try next.integer(max(row.due, row.releasedAt).microseconds)
        try next.integer(row.releasedAt.microseconds)
        try next.time(row.firstStartedAt)
        try next.time(row.startedAt)
        try next.time(row.endedAt)
        try next.time(row.expiryInstant ?? .distantPast)
        try next.integer(Int64(row.attempts))
        try next.integer(Int64(row.maxAttempts))
        try next.integer(Int64(bitPattern: row.lease))
        try next.integer(Int64(row.log.map { $0.dropped + $0.attempts.count } ?? 0))
        try next.text(text(of: row.reason))
        try next.text(try text(of: row.failure?.failure))
        try next.text(try row.progress.map { try StoredJSON.text($0.progress) })
        try next.payload(output)
    }

    private func text(of reason: EndReason?) -> String? {
        guard let reason else { return nil }
        if let latestReason, latestReason.reason == reason { return latestReason.text }
        let text = reason.text
        latestReason = (reason, text)
        return text
    }

    private func text(of failure: TickerFailure?) throws -> String? {
        guard let failure else { return nil }
        if let latestFailure, latestFailure.failure == failure { return latestFailure.text }
        let text = try StoredJSON.text(failure)
        latestFailure = (failure, text)
        return text
    }

    /// Writes down the attempts that are not there yet, the newest first, until one is.
    private func writeLog(of row: TickerRow) throws {
        guard let log = row.log else { return }
        for (index, attempt) in log.attempts.enumerated().reversed() {
            let (word, failure) = attempt.outcome.stored
            try run(.insertAttempt) { next in
                try next.integer(row.id.serial)
                try next.integer(Int64(log.dropped + index))
                try next.integer(Int64(bitPattern: log.lease))
                try next.integer(Int64(attempt.number))
                try next.integer(attempt.startedAt.microseconds)
                try next.time(attempt.endedAt ?? .distantPast)
                try next.text(word)
                try next.text(try text(of: failure))
            }
            // What is only recorded says nothing of what is there.
            if !isRecording, connection.changes == 0 { break }
        }
        guard log.dropped > 0 else { return }
        try run(.trimAttempts) { next in
            try next.integer(row.id.serial)
            try next.integer(Int64(log.dropped))
        }
    }

    /// Writes a new edge down.
    ///
    /// - Parameters:
    ///   - workflow: The child's.
    ///   - parentWorkflow: The parent's, if it is another one.
    func insert(_ edge: EdgeImage, position: Int32, workflow: Int64, parentWorkflow: Int64?) throws {
        try run(.insertEdge) { next in
            try next.integer(workflow)
            try next.integer(edge.child)
            try next.integer(Int64(position))
            try next.integer(edge.parent)
            try next.integer(parentWorkflow)
            try next.text(edge.row.condition.description)
            try next.text(edge.row.onParentFailure.text)
            try next.integer(edge.row.addedByAttempt.map { Int64($0) })
            try next.text(edge.row.verdict.text)
        }
    }

    /// Writes down what an edge has said.
    func spoken(_ edge: ChangedEdge, position: Int32) throws {
        if isRecording, recorder.repeats(edge.row.verdict, in: edge.workflowSerial) { return }
        try run(.speakEdge) { next in
            try next.text(edge.row.verdict.text)
            try next.integer(edge.workflowSerial)
            try next.ticker(edge.childSerial)
            try next.position(position)
        }
        if isRecording { recorder.recorded(edge.row.verdict, in: edge.workflowSerial) }
    }

    /// Writes a workflow's row down, whether it is there or not.
    func write(_ image: WorkflowImage, serial: Int64) throws {
        let statement = try statement(.upsertWorkflow)
        var next = Binder(statement)
        try next.integer(serial)
        try next.text(image.name)
        try next.integer(image.createdAt.microseconds)
        try next.time(image.endedAt ?? .distantPast)
        try next.text(try image.options.map { try StoredJSON.text(StoredWorkflowOptions($0)) })
        try next.time(image.deadline ?? .distantPast)
        try next.flag(image.isBeingCancelled)
        try next.flag(image.isTied)
        try next.flag(image.hasParentsElsewhere)
        try next.integer(Int64(image.pins))
        try next.time(image.removableSince ?? .distantPast)
        try next.text(image.options?.occurrence?.name)
        try statement.run()
    }

    /// Says that a workflow is not one ticker and nothing else any more.
    func noLongerAlone(_ serial: Int64) throws {
        let statement = try statement(.unalone)
        try statement.bind(1, serial)
        try statement.run()
    }

    func write(_ count: Int, total status: String) throws {
        let statement = try statement(.upsertTotal)
        try statement.bind(1, status)
        try statement.bind(2, Int64(count))
        try statement.run()
    }
}

/// Binds one value after the other, or records it.
struct Binder {
    /// `nil` where values are recorded.
    private let statement: SQLiteStatement?
    private(set) var recorder: RedoRecorder
    private var index = 0

    init(_ statement: SQLiteStatement) { (self.statement, recorder) = (statement, RedoRecorder()) }

    init(_ recorder: consuming RedoRecorder) { (statement, self.recorder) = (nil, recorder) }

    /// Begins a statement that is recorded.
    mutating func begin(_ name: TickerFile.Statement) { recorder.begin(name) }

    mutating func integer(_ value: Int64) throws {
        index += 1
        if let statement { try statement.bind(index, value) } else { recorder.add(value) }
    }

    mutating func integer(_ value: Int64?) throws {
        if let value { try integer(value) } else { null() }
    }

    /// The serial of the row's ticker.
    mutating func ticker(_ serial: Int64) throws {
        index += 1
        if let statement { try statement.bind(index, serial) } else { recorder.addTicker() }
    }

    /// The row's place among the edges to its ticker.
    mutating func position(_ place: Int32) throws {
        index += 1
        if let statement { try statement.bind(index, Int64(place)) } else { recorder.addPosition() }
    }

    mutating func text(_ value: String) throws {
        index += 1
        if let statement { try statement.bind(index, value) } else { recorder.add(value) }
    }

    mutating func text(_ value: String?) throws {
        if let value { try text(value) } else { null() }
    }

    mutating func flag(_ value: Bool) throws { try integer(value ? 1 : 0) }

    /// NULL for the distant past, which stands for no time.
    mutating func time(_ value: Timestamp) throws {
        if value == .distantPast { null() } else { try integer(value.microseconds) }
    }

    mutating func payload(_ value: Payload) throws {
        switch value.content {
        case .nothing: null()
        case .encoded(let bytes): try blob(bytes)
        case .value(let box): try blob(try box.encoded())
        }
    }

    private mutating func blob(_ value: Data) throws {
        index += 1
        if let statement { try statement.bind(index, value) } else { recorder.add(value) }
    }

    private mutating func null() {
        index += 1
        // Bindings have been cleared, so what is not bound is NULL.
        if statement == nil { recorder.addNull() }
    }
}

extension TickerAttempt.Outcome {
    var stored: (word: String, failure: TickerFailure?) {
        switch self {
        case .running: ("running", nil)
        case .succeeded: ("succeeded", nil)
        case .failed(let failure): ("failed", failure)
        case .snoozed: ("snoozed", nil)
        case .givenBack: ("givenBack", nil)
        case .crashed: ("crashed", nil)
        case .cancelled: ("cancelled", nil)
        }
    }

    init?(word: String, failure: TickerFailure?) {
        switch (word, failure) {
        case ("running", nil): self = .running
        case ("succeeded", nil): self = .succeeded
        case ("failed", let failure?): self = .failed(failure)
        case ("snoozed", nil): self = .snoozed
        case ("givenBack", nil): self = .givenBack
        case ("crashed", nil): self = .crashed
        case ("cancelled", nil): self = .cancelled
        default: return nil
        }
    }
}
