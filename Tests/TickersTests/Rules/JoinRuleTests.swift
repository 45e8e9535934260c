import Testing
import Tickers
import TickersTesting

@Suite("Join rules")
struct JoinRuleTests {
    struct Row: Sendable {
        let join: JoinRule
        let parents: Int
        let needed: Int
    }

    static let rows: [Row] = [
        Row(join: .all, parents: 0, needed: 0),
        Row(join: .all, parents: 1, needed: 1),
        Row(join: .all, parents: 7, needed: 7),
        Row(join: .any, parents: 1, needed: 1),
        Row(join: .any, parents: 7, needed: 1),
        Row(join: .atLeast(1), parents: 7, needed: 1),
        Row(join: .atLeast(3), parents: 7, needed: 3),
        Row(join: .atLeast(7), parents: 7, needed: 7),
    ]

    @Test("a join says how many edges it needs", arguments: rows)
    func needed(_ row: Row) {
        #expect(row.join.needed(of: row.parents) == row.needed)
    }

    struct Case: Sendable {
        let join: JoinRule
        let verdicts: [EdgeVerdict]
        let judgements: [JoinJudgement]
    }

    /// Three edges that speak one after the other, and what the join makes of each word.
    static let cases: [Case] = [
        Case(join: .all, verdicts: [.run, .run, .run], judgements: [.wait, .wait, .release]),
        Case(join: .all, verdicts: [.run, .never], judgements: [.wait, .skip]),
        Case(join: .all, verdicts: [.never], judgements: [.skip]),
        Case(join: .all, verdicts: [.wait, .run, .wait], judgements: [.wait, .wait, .wait]),
        Case(join: .any, verdicts: [.never, .never, .run], judgements: [.wait, .wait, .release]),
        Case(join: .any, verdicts: [.run], judgements: [.release]),
        Case(join: .any, verdicts: [.never, .never, .never], judgements: [.wait, .wait, .skip]),
        Case(join: .atLeast(2), verdicts: [.never, .run, .run], judgements: [.wait, .wait, .release]),
        Case(join: .atLeast(2), verdicts: [.never, .run, .never], judgements: [.wait, .wait, .skip]),
        Case(join: .atLeast(2), verdicts: [.never, .never], judgements: [.wait, .skip]),
        Case(join: .all, verdicts: [.runNow], judgements: [.release]),
        Case(join: .atLeast(2), verdicts: [.never, .runNow], judgements: [.wait, .release]),
        Case(join: .any, verdicts: [.never, .fail], judgements: [.wait, .fail]),
        Case(join: .all, verdicts: [.run, .fail], judgements: [.wait, .fail]),
    ]

    @Test("a join decides the moment it can, and not before", arguments: cases)
    func judges(_ row: Case) {
        var tally = EdgeTally(join: row.join, edges: 3)
        var judgements: [JoinJudgement] = []
        for verdict in row.verdicts { judgements.append(tally.count(verdict)) }
        #expect(judgements == row.judgements, "\(row.join), \(row.verdicts)")
    }

    @Test(
        "a join that needs nothing, or more than there is, is refused and nothing is stored",
        arguments: [-1, 0, 3, .max]
    )
    func impossibleJoins(_ count: Int) throws {
        let driver = TableDriver()
        let error = #expect(throws: TickerError.self) {
            try driver.add([
                PlannedStep("A"), PlannedStep("B"),
                PlannedStep("C", after: [.step(0), .step(1)], join: .atLeast(count)),
            ])
        }
        #expect(error?.code == .invalidArgument)
        #expect(driver.table.counts.totals == [0, 0, 0])
    }

    @Test("a join of 10,000 parents is released by the last that it needs and not before")
    func wideJoin() throws {
        let driver = TableDriver()
        let width = 10_000
        var steps = (0..<width).map { _ in PlannedStep("Parent") }
        steps.append(PlannedStep("All", after: (0..<width).map { .step($0) }))
        steps.append(PlannedStep("Half", after: (0..<width).map { .step($0) }, join: .atLeast(width / 2)))
        steps.append(PlannedStep("Any", after: (0..<width).map { .step($0) }, join: .any))
        let refs = try driver.add(steps)
        let joins = Array(zip(steps.map(\.name), refs).suffix(3))
        var released: [String: Int] = [:]
        for (index, run) in driver.claim("Parent", limit: width).enumerated() {
            driver.succeed(run)
            for (name, ref) in joins where released[name] == nil && driver.state(ref) == .scheduled {
                released[name] = index + 1
            }
        }
        #expect(released == ["Any": 1, "Half": width / 2, "All": width])
    }
}
