import Testing
import Tickers

/// The rule table of the design, cell by cell. It is written out so that a change of one cell is a change of one word
/// here, seen in review, and not a consequence of something else.
@Suite("The rule table")
struct RunConditionTableTests {
    struct Row: Sendable {
        let condition: RunCondition
        let verdicts: [EdgeVerdict]
    }

    /// The columns, in the order of the rows' verdicts.
    static let phases: [ParentPhase] = [
        .notStarted, .started, .succeeded, .failed,
        .cancelledAfterStart, .cancelledBeforeStart, .skipped, .withdrawn,
    ]

    // swift-format-ignore
    static let rows: [Row] = [
        //                                             notSt. started succ.   failed  canc.a. canc.b. skipped withdr.
        Row(condition: .onSuccess,            verdicts: [.wait, .wait, .run,   .never, .never, .never, .never, .never]),
        Row(condition: .onFailure,            verdicts: [.wait, .wait, .never, .run,   .never, .never, .never, .never]),
        Row(condition: .onCancelled,          verdicts: [.wait, .wait, .never, .never, .run,   .run,   .never, .never]),
        Row(condition: .onFailureOrCancelled, verdicts: [.wait, .wait, .never, .run,   .run,   .run,   .never, .never]),
        Row(condition: .onCompletion,         verdicts: [.wait, .wait, .run,   .run,   .run,   .run,   .never, .never]),
        Row(condition: .always,               verdicts: [.wait, .wait, .run,   .run,   .run,   .run,   .run,   .never]),
        Row(condition: .inProgress,           verdicts: [.wait, .run,  .run,   .run,   .run,   .never, .never, .never]),
    ]

    @Test("every cell is as designed", arguments: rows)
    func everyCell(_ row: Row) {
        for (phase, verdict) in zip(Self.phases, row.verdicts) {
            #expect(row.condition.verdict(for: phase) == verdict, "\(row.condition) of a parent that is \(phase)")
        }
    }

    @Test("the table has every condition and every phase once")
    func total() {
        #expect(Self.rows.map(\.condition) == RunCondition.allCases)
        #expect(Self.phases == ParentPhase.allCases)
        for row in Self.rows { #expect(row.verdicts.count == Self.phases.count) }
    }

    @Test("a parent that has not started decides nothing, and one that was withdrawn allows nothing")
    func edgesOfTheTable() {
        for condition in RunCondition.allCases {
            #expect(condition.verdict(for: .notStarted) == .wait, "\(condition)")
            #expect(condition.verdict(for: .withdrawn) == .never, "\(condition)")
        }
    }

    @Test("a failure policy speaks only for a failed parent")
    func policiesSpeakForFailuresOnly() {
        for row in Self.rows {
            for (phase, verdict) in zip(Self.phases, row.verdicts) {
                let runNow = EdgeRow(condition: row.condition, onParentFailure: .runNow).judged(phase)
                let fail = EdgeRow(condition: row.condition, onParentFailure: .fail).judged(phase)
                #expect(EdgeRow(condition: row.condition).judged(phase) == verdict)
                #expect(runNow == (phase == .failed ? .runNow : verdict), "\(row.condition), \(phase)")
                #expect(fail == (phase == .failed ? .fail : verdict), "\(row.condition), \(phase)")
            }
        }
    }
}
