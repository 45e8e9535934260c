import Tickers
import TickersSQLite

/// Whether edges and joins have come to what the rule book makes of them.
struct EdgeInspection {
    let problems: [String]

    init(_ connection: SQLiteConnection) throws {
        var found = try Self.dangling(connection)
        var joins: [Int64: Join] = [:]
        let statement = try connection.statement(Self.edges)
        defer { statement.reset() }
        while try statement.step() {
            guard let edge = Edge(statement) else {
                found.append("an edge to \(statement.integer(0)) cannot be read")
                continue
            }
            if let problem = edge.problem { found.append(problem) }
            joins[edge.child.serial, default: Join(edge.child)].count(edge.row.verdict)
        }
        problems = found + joins.values.compactMap(\.problem).sorted()
    }

    private static let edges = """
        SELECT e.child, e.parent, e.condition, e.on_parent_failure, e.verdict,
            c.status, c.has_started, coalesce(c.reason, ''), c.needed, c.is_retried_by_hand,
            p.status, p.has_started, coalesce(p.reason, ''), e.added_by_attempt IS NOT NULL
        FROM edges e JOIN tickers c ON c.serial = e.child JOIN tickers p ON p.serial = e.parent
        WHERE \(StoreInspection.isWhole("e.child"))
        """

    /// Edges whose ends are not there, or not where the edge says.
    private static func dangling(_ connection: SQLiteConnection) throws -> [String] {
        let statement = try connection.statement(
            """
            SELECT e.child, e.parent FROM edges e LEFT JOIN tickers c ON c.serial = e.child
                LEFT JOIN tickers p ON p.serial = e.parent
            WHERE \(StoreInspection.isWhole("e.child")) AND NOT \(StoreInspection.isBeingRemoved("e.workflow"))
                AND (c.serial IS NULL OR p.serial IS NULL
                OR c.workflow <> e.workflow OR p.workflow <> coalesce(e.parent_workflow, e.workflow)
                OR e.parent_workflow = e.workflow)
            LIMIT 3
            """
        )
        defer { statement.reset() }
        var found: [String] = []
        while try statement.step() {
            found.append("the edge from \(statement.integer(1)) to \(statement.integer(0)) has lost an end")
        }
        let lonely = try connection.statement(
            """
            SELECT serial FROM tickers t WHERE status = 'waiting' AND \(StoreInspection.isWhole("serial"))
            AND NOT EXISTS (SELECT 1 FROM edges WHERE workflow = t.workflow AND child = t.serial) LIMIT 3
            """
        )
        defer { lonely.reset() }
        while try lonely.step() { found.append("ticker \(lonely.integer(0)) waits for nobody") }
        return found
    }
}

/// A ticker at one end of an edge.
private struct End {
    let serial: Int64
    let status: String
    let hasStarted: Bool
    let isWithdrawn: Bool

    var phase: ParentPhase {
        let ends: [String: ParentPhase] = [
            "succeeded": .succeeded, "failed": .failed,
            "cancelled": hasStarted ? .cancelledAfterStart : .cancelledBeforeStart,
            "skipped": isWithdrawn ? .withdrawn : .skipped,
        ]
        return ends[status] ?? (hasStarted ? .started : .notStarted)
    }
}

/// The child of some edges, with what they have said together.
private struct Join {
    private let child: Edge.Child
    private var tally = EdgeTally()
    private var isOverruled = false

    init(_ child: Edge.Child) {
        self.child = child
        tally.needed = child.needed
    }

    mutating func count(_ verdict: EdgeVerdict) {
        tally.edges += 1
        switch verdict {
        case .wait: break
        case .run: tally.saidRun += 1
        case .never: tally.saidNever += 1
        case .runNow, .fail: isOverruled = true
        }
    }

    var problem: String? {
        guard !isOverruled else { return nil }
        let judgement = tally.judgement
        if child.end.status == "waiting", judgement != .wait {
            return "ticker \(child.serial) waits, but its parents say \(judgement)"
        }
        let isReleased = ["scheduled", "running", "retrying", "succeeded"].contains(child.end.status)
        if isReleased, judgement != .release, !child.isRetriedByHand {
            return "ticker \(child.serial) is \(child.end.status), but its parents say \(judgement)"
        }
        return nil
    }
}

/// An edge with what has become of its ends.
private struct Edge {
    struct Child {
        let end: End
        let needed: Int32
        let isRetriedByHand: Bool

        var serial: Int64 { end.serial }
    }

    private static let conditions = words(RunCondition.allCases)
    private static let policies = words(ParentFailurePolicy.allCases)
    private static let verdicts = words([EdgeVerdict.wait, .run, .never, .runNow, .fail])

    private static func words<Value>(_ values: [Value]) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: values.map { ("\($0)", $0) })
    }

    let child: Child
    let parent: End
    let isByHandler: Bool
    var row: EdgeRow

    init?(_ statement: SQLiteStatement) {
        func end(_ serial: Int, _ first: Int) -> End {
            End(
                serial: statement.integer(serial),
                status: statement.text(first),
                hasStarted: statement.integer(first + 1) == 1,
                isWithdrawn: statement.text(first + 2).hasPrefix("withdrawn")
            )
        }
        child = Child(
            end: end(0, 5),
            needed: Int32(clamping: statement.integer(8)),
            isRetriedByHand: statement.integer(9) == 1
        )
        parent = end(1, 10)
        isByHandler = statement.integer(13) == 1
        let (condition, policy, verdict) = (statement.text(2), statement.text(3), statement.text(4))
        guard let condition = Self.conditions[condition], let policy = Self.policies[policy],
            let verdict = Self.verdicts[verdict]
        else { return nil }
        row = EdgeRow(condition: condition, onParentFailure: policy)
        row.verdict = verdict
    }

    var problem: String? {
        let expected = row.judged(parent.phase)
        guard row.verdict != expected, !isSpokenBefore else { return nil }
        return "the edge from \(parent.serial), which is \(parent.status), to \(child.serial), which is "
            + "\(child.end.status), says \(row.verdict) where the rules say \(expected)"
    }

    /// What stays said: by a parent that started, in a withdrawal, and to a child whose parent's end was taken back without it.
    private var isSpokenBefore: Bool {
        (isByHandler && row.verdict != .wait)
            || (row.condition == .inProgress && row.verdict == .run && parent.hasStarted)
            || (row.verdict == .never && child.end.isWithdrawn)
    }
}
