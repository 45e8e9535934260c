import Foundation
import Tickers

/// The rows of a store's file: written from the images that a ticker table gives, and read back as such.
///
/// It knows no rule and keeps nothing in memory but prepared statements and the options that many tickers share.
final class TickerFile {
    let connection: SQLiteConnection
    var specs = SpecCache()
    /// Prepared once: looking one up by its text costs more than running it.
    private var kept: [Statement: SQLiteStatement] = [:]
    /// Whether rows are recorded for the redo log instead of being written into their tables.
    var isRecording = false
    /// The rows that have been recorded and are not in the log yet.
    var recorder = RedoRecorder()
    /// The text of the latest reason and failure: in a large change many tickers have the same one.
    var latestReason: (reason: EndReason, text: String)?
    var latestFailure: (failure: TickerFailure, text: String)?

    init(_ connection: SQLiteConnection) {
        self.connection = connection
    }

    /// The statements that are on the way of every ticker.
    ///
    /// Those that write rows stand in redo logs by their numbers: one that comes to mean something else gets a new number, and the
    /// old one stays as it is.
    enum Statement: UInt8 {
        case insertTicker = 1
        case startTicker, updateTicker, insertEdge, speakEdge, insertAttempt, trimAttempts
        case upsertWorkflow = 64
        case unalone, upsertTotal
        case ticker, members, edges, workflow, attempts, edgesElsewhere

        /// Whether it may stand in a redo log.
        var isOfRows: Bool { rawValue < Self.upsertWorkflow.rawValue }
    }

    func statement(_ name: Statement) throws -> SQLiteStatement {
        if let known = kept[name] { return known }
        let prepared = try connection.statement(Self.sql(name))
        kept[name] = prepared
        return prepared
    }

    /// Writes a row, or keeps it for the redo log while it is being recorded.
    ///
    /// - Parameter bind: Binds every value in the order of the statement's parameters.
    func run(_ name: Statement, _ bind: (inout Binder) throws -> Void) throws {
        if isRecording {
            // Moved out and in again: a property of an object is checked at each access.
            var next = Binder(recorder.move())
            next.begin(name)
            try bind(&next)
            recorder = next.recorder
        } else {
            let statement = try statement(name)
            // What a failure leaves bound would be taken for the next row's.
            defer { statement.reset() }
            var next = Binder(statement)
            try bind(&next)
            while try statement.step() {}
        }
    }

    /// Does all of it or nothing.
    func transaction(_ body: () throws -> Void) throws {
        try connection.begin()
        do {
            try body()
            try connection.commit()
        } catch {
            connection.rollback()
            throw error
        }
    }

    func damaged(_ what: String) -> TickerError {
        TickerError.sqlite(code: 11, message: what, path: connection.path, doing: "reading a row")
    }

    // MARK: SQL

    /// The columns of a ticker, in the order in which they are bound and read.
    static let columns = [
        "serial", "random", "workflow", "function", "queue", "priority", "options", "limit_key", "own_instant", "delay",
        "needed", "created", "metadata", "input_from", "input",
    ]

    /// The columns that change after a ticker was stored, behind the others.
    static let changing = [
        "status", "is_alone", "is_timed", "has_started", "is_retried_by_hand", "is_stopping", "crashes", "due", "ready",
        "released", "first_started", "started", "ended", "expires", "attempts", "max_attempts", "lease", "logged",
        "reason",
        "failure", "progress", "output",
    ]

    private static let allColumns = (columns + changing).joined(separator: ", ")

    private static func sql(_ name: Statement) -> String {
        switch name {
        case .insertTicker:
            let marks = (columns + changing).map { _ in "?" }.joined(separator: ", ")
            return "INSERT INTO tickers (\(allColumns)) VALUES (\(marks))"
        case .startTicker:
            return """
                UPDATE tickers SET status = 'running', has_started = 1, first_started = ?, started = ?, attempts = ?, lease = ?
                WHERE serial = ?
                """
        case .updateTicker:
            return "UPDATE tickers SET \(changing.map { "\($0) = ?" }.joined(separator: ", ")) WHERE serial = ?"
        case .insertEdge:
            return """
                INSERT INTO edges (workflow, child, position, parent, parent_workflow, condition, on_parent_failure,
                    added_by_attempt, verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        case .speakEdge: return "UPDATE edges SET verdict = ? WHERE workflow = ? AND child = ? AND position = ?"
        case .upsertWorkflow:
            return """
                INSERT OR REPLACE INTO workflows (serial, name, created, ended, options, deadline, is_being_cancelled,
                    is_tied, has_parents_elsewhere, pins, removable, occurrence)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        case .unalone: return "UPDATE tickers SET is_alone = 0 WHERE serial = ?"
        case .upsertTotal: return "INSERT OR REPLACE INTO totals (status, tickers) VALUES (?, ?)"
        case .insertAttempt:
            return """
                INSERT OR IGNORE INTO attempts (ticker, ordinal, lease, number, started, ended, outcome, failure)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        case .trimAttempts: return "DELETE FROM attempts WHERE ticker = ? AND ordinal < ?"
        case .ticker: return "SELECT \(allColumns) FROM tickers WHERE serial = ?"
        case .members:
            return """
                SELECT \(allColumns) FROM tickers WHERE workflow = ? AND workflow <> serial AND serial > ?
                ORDER BY serial LIMIT ?
                """
        case .edges:
            return """
                SELECT child, position, parent, condition, on_parent_failure, added_by_attempt, verdict, parent_workflow
                FROM edges WHERE workflow = ? AND (child, position) > (?, ?) ORDER BY child, position LIMIT ?
                """
        case .edgesElsewhere: return "SELECT DISTINCT workflow FROM edges WHERE parent_workflow = ?"
        case .workflow:
            return """
                SELECT name, created, ended, options, deadline, is_being_cancelled, is_tied, has_parents_elsewhere, pins,
                    removable
                FROM workflows WHERE serial = ?
                """
        case .attempts:
            return """
                SELECT lease, number, started, ended, outcome, failure FROM attempts WHERE ticker = ? ORDER BY ordinal
                """
        }
    }

    /// All columns of tickers, of which a condition or an order is asked.
    func tickers(_ rest: String) throws -> SQLiteStatement {
        try connection.statement("SELECT \(Self.allColumns) FROM tickers \(rest)")
    }
}

/// Options that many tickers share, each decoded and encoded once.
struct SpecCache {
    private struct Name: Hashable {
        let function: String
        let queue: String
        let priority: Int64
        let options: String?
    }

    /// More than the functions of any program; tickers with options of their own come and go.
    private static let capacity = 4_096

    private var specs: [Name: TickerSpec] = [:]
    private var texts: [ObjectIdentifier: (spec: TickerSpec, text: String?)] = [:]

    /// The text of a spec's options; `nil` for one that asks for nothing.
    mutating func text(of spec: TickerSpec) throws -> String? {
        if let known = texts[ObjectIdentifier(spec)] { return known.text }
        let options = StoredOptions(spec.options)
        let text = options.isEmpty ? nil : try StoredJSON.text(options)
        // The spec is kept with it, or another one could come to lie at its address.
        if texts.count >= Self.capacity { texts = [:] }
        texts[ObjectIdentifier(spec)] = (spec, text)
        return text
    }

    mutating func spec(function: String, queue: String, priority: Int64, options: String?) throws -> TickerSpec? {
        let name = Name(function: function, queue: queue, priority: priority, options: options)
        if let known = specs[name] { return known }
        guard let level = UInt8(exactly: priority).flatMap(TickerPriority.init(rawValue:)) else { return nil }
        var asked = TickerOptions(queue: queue, priority: level)
        if let options {
            asked = try StoredJSON.value(StoredOptions.self, options).options(queue: queue, priority: level)
        }
        let spec = TickerSpec(function: function, options: asked)
        if specs.count >= Self.capacity { specs = [:] }
        specs[name] = spec
        return spec
    }
}
