import Tickers
import TickersSQLite

/// Whether a store's file agrees with itself: what the rules and the store promise of the rows, asked of the rows alone.
///
/// ```swift
/// let problems = try StoreInspection.problems(of: "app.db")
/// #expect(problems == [])
/// ```
///
/// It looks at one state of the file, beside a store or without one, and changes nothing. Of a file that no store has opened since its
/// process was killed it allows what opening puts right: attempts that were under way, adds in pieces. With rows in its redo log the
/// file says nothing but which rows it will have, so only whether SQLite finds it whole is asked then.
public enum StoreInspection {
    /// What is wrong with a file, in sentences; empty for one that is whole. O(rows × log rows).
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - disk: The disk that has it; `nil` for the operating system's.
    /// - Throws: ``TickerError`` where the file cannot be opened or read.
    public static func problems(of path: String, on disk: FaultyDisk? = nil) throws -> [String] {
        let connection = try SQLiteConnection(path: path, access: .readOnly, vfs: disk?.name)
        let damage = try rows(of: "PRAGMA integrity_check(3)", connection).filter { $0 != "ok" }
        // What a damaged file says about itself leads nowhere.
        guard damage.isEmpty else { return damage.map { "SQLite finds damage: \($0)" } }
        try connection.execute("BEGIN")
        defer { connection.rollback() }
        guard try rows(of: "SELECT ordinal FROM redo_log LIMIT 1", connection).isEmpty else { return [] }
        var problems: [String] = []
        for (problem, sql) in statements {
            problems += try rows(of: sql, connection).prefix(examples).map { "\(problem): \($0)" }
        }
        return try problems + EdgeInspection(connection).problems.prefix(2 * examples)
    }

    /// How many examples of one problem are told.
    private static let examples = 3

    private static func rows(of sql: String, _ connection: SQLiteConnection) throws -> [String] {
        let statement = try connection.statement(sql)
        defer { statement.reset() }
        var found: [String] = []
        while try statement.step() { found.append(statement.textOrNil(0) ?? "nothing") }
        return found
    }
}

extension StoreInspection {
    /// Rows that no add under way has written, which nobody may see.
    static func isWhole(_ serial: String) -> String {
        "NOT EXISTS (SELECT 1 FROM unfinished_adds u WHERE \(serial) BETWEEN u.first AND u.last)"
    }

    /// A workflow of which a part has been removed, which nobody may see either.
    static func isBeingRemoved(_ workflow: String) -> String {
        "EXISTS (SELECT 1 FROM workflows r WHERE r.serial = \(workflow) AND r.removable = \(SQLiteTickerStore.removalBegan))"
    }

    private static let isOver = "status IN ('succeeded', 'failed', 'cancelled', 'skipped')"
    private static let isQueued = "status IN ('scheduled', 'retrying')"

    /// Sentences, each with the statement that finds what it is about.
    private static var statements: [(problem: String, sql: String)] { totals + tickers + workflows + others }

    private static let totals = [
        (
            "a total is not the number of its tickers",
            """
            SELECT printf('%s: %d, but there are %d', word, total, there) FROM (
                SELECT column1 AS word, coalesce((SELECT tickers FROM totals WHERE status = column1), 0) AS total,
                    (SELECT count(*) FROM tickers
                        WHERE iif(status = 'retrying', 'scheduled', status) = column1 AND \(isWhole("serial"))) AS there
                FROM (VALUES ('waiting'), ('scheduled'), ('retrying'), ('running'), ('succeeded'), ('failed'),
                    ('cancelled'), ('skipped')))
            WHERE total <> there
            """
        )
    ]

    private static let tickers = [
        (
            "a ticker has a status that there is not",
            """
            SELECT serial || ' ' || status FROM tickers
            WHERE NOT \(isOver) AND NOT \(isQueued) AND status NOT IN ('waiting', 'running')
            """
        ),
        (
            "a ticker's workflow is not there",
            """
            SELECT serial FROM tickers t
            WHERE NOT EXISTS (SELECT 1 FROM tickers f WHERE f.serial = t.workflow AND f.workflow = f.serial)
            AND NOT \(isBeingRemoved("t.workflow"))
            """
        ),
        (
            "a ticker is said to be alone and is not, or not to be and is",
            """
            SELECT serial FROM tickers t WHERE \(isWhole("serial")) AND is_alone = (
                EXISTS (SELECT 1 FROM workflows w WHERE w.serial = t.workflow)
                OR workflow <> serial OR EXISTS (SELECT 1 FROM tickers o WHERE o.workflow = t.serial AND o.workflow <> o.serial))
            """
        ),
        (
            "a ticker's end and its status do not agree",
            "SELECT serial || ' ' || status FROM tickers WHERE (ended IS NOT NULL) <> (\(isOver))"
        ),
        (
            "a ticker that is due has no due time that its index can find",
            """
            SELECT serial FROM tickers WHERE \(isQueued)
            AND (is_timed <> (due IS NOT NULL) OR ready <> max(coalesce(due, released), released))
            """
        ),
        (
            "a ticker that runs has no attempt",
            """
            SELECT serial FROM tickers WHERE status = 'running'
            AND (has_started = 0 OR lease = 0 OR attempts < 1 OR started IS NULL OR first_started IS NULL)
            """
        ),
        (
            "a ticker has made more attempts than it may",
            "SELECT serial FROM tickers WHERE attempts < 0 OR attempts > max_attempts"
        ),
        (
            "a ticker's attempts are not those that were counted",
            """
            SELECT t.serial FROM tickers t WHERE logged < (SELECT count(*) FROM attempts WHERE ticker = t.serial)
            OR logged > 0 AND NOT EXISTS (SELECT 1 FROM attempts WHERE ticker = t.serial AND ordinal = logged - 1)
            """
        ),
        (
            "a ticker expires that has started or ended",
            "SELECT serial FROM tickers WHERE expires IS NOT NULL AND (has_started = 1 OR ended IS NOT NULL)"
        ),
    ]

    private static let workflows = [
        (
            "a workflow has no tickers",
            """
            SELECT serial FROM workflows w WHERE \(isBeingRemoved("w.serial")) = (
                EXISTS (SELECT 1 FROM tickers WHERE serial = w.serial))
            """
        ),
        (
            "a workflow of several tickers has no row",
            """
            SELECT workflow FROM tickers t WHERE workflow <> serial AND \(isWhole("serial"))
            AND NOT EXISTS (SELECT 1 FROM workflows WHERE serial = t.workflow)
            """
        ),
        (
            "a workflow's end is not that of its tickers",
            """
            SELECT serial FROM workflows w WHERE \(isWhole("serial")) AND (ended IS NULL) <> (
                EXISTS (SELECT 1 FROM tickers WHERE serial = w.serial AND ended IS NULL)
                OR EXISTS (SELECT 1 FROM tickers WHERE workflow = w.serial AND workflow <> serial AND ended IS NULL))
            """
        ),
        (
            "a workflow does not know what it is tied to",
            """
            SELECT serial FROM workflows w WHERE is_tied = 0 AND (
                EXISTS (SELECT 1 FROM edges WHERE parent_workflow = w.serial)
                OR EXISTS (SELECT 1 FROM edges WHERE workflow = w.serial AND parent_workflow IS NOT NULL))
            """
        ),
        (
            "a workflow is not pinned by the open ones below it",
            """
            SELECT serial FROM workflows w WHERE pins <> (
                SELECT count(*) FROM edges e JOIN workflows c ON c.serial = e.workflow
                WHERE e.parent_workflow = w.serial AND c.ended IS NULL)
            """
        ),
        (
            "a workflow may be removed too early or never",
            "SELECT serial FROM workflows WHERE (removable IS NULL) = (ended IS NOT NULL AND pins = 0)"
        ),
    ]

    private static let others = [
        (
            "a row is said to have been written before the rest of a redo log that is not there",
            "SELECT ticker FROM redo_ahead"
        ),
        (
            "an attempt has no ticker",
            "SELECT ticker FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM tickers WHERE serial = a.ticker)"
        ),
        (
            "a unique key is held until the end by a ticker that is not there or has ended",
            """
            SELECT key FROM unique_keys k WHERE until IS NULL AND function <> ''
            AND NOT EXISTS (SELECT 1 FROM tickers t WHERE t.serial = k.ticker AND t.random = k.ticker_random
                AND t.workflow = k.workflow AND t.ended IS NULL)
            """
        ),
        (
            "a unique key is held until the end by a workflow that is not there or has ended",
            """
            SELECT key FROM unique_keys k WHERE until IS NULL AND function = ''
            AND NOT EXISTS (SELECT 1 FROM tickers f WHERE f.serial = k.workflow AND f.random = k.workflow_random
                AND (f.ended IS NULL OR EXISTS (
                    SELECT 1 FROM tickers t WHERE t.workflow = f.serial AND t.workflow <> t.serial AND t.ended IS NULL)))
            """
        ),
    ]
}
