import Testing
import Tickers
import TickersTesting

@Suite("What a graph may not be")
struct GraphProblemTests {
    private static let number = TickerFunction<Int, Int>("Number")

    private func problems(of graph: Workflow) -> String {
        do {
            try graph.validate()
            return ""
        } catch {
            return "\(error)"
        }
    }

    private func ring(_ count: Int) -> Workflow {
        var graph = Workflow("ring")
        let steps = (0..<count).map { graph.add(Self.number, $0) }
        for (child, parent) in zip(steps, steps.dropFirst() + steps.prefix(1)) { graph.add(parent: parent, to: child) }
        return graph
    }

    @Test("cycles of one, two and a thousand steps are refused with their path")
    func cycles() {
        #expect(problems(of: ring(1)).contains("a cycle: 0 (Number) → 0 (Number)"))
        #expect(problems(of: ring(2)).contains("a cycle: 1 (Number) → 0 (Number) → 1 (Number)"))
        #expect(problems(of: ring(1_000)).contains("a cycle of 1000 steps"))
    }

    @Test("a cycle that hangs below good steps, closed by the last edge")
    func closedLate() {
        var graph = Workflow("late")
        let root = graph.add(Self.number, 0)
        let first = graph.add(Self.number, 1, following: root)
        let second = graph.add(Self.number, 2, following: first)
        let third = graph.add(Self.number, 3, following: second)
        graph.add(Self.number, 4, following: third)
        #expect(problems(of: graph) == "")
        graph.add(parent: third, to: first)
        let message = problems(of: graph)
        #expect(message.contains("a cycle: "))
        #expect(!message.contains("0 (Number) →") && !message.contains("4 (Number)"), "\(message)")
    }

    @Test("joins beyond the parents, conditions that exclude each other, foreign steps: all at once, nothing stored")
    func allAtOnce() async throws {
        var other = Workflow("other")
        let foreign = other.add(Self.number, 0)
        var graph = Workflow("bad")
        let parent = graph.add(Self.number, 1)
        graph.add(Self.number, 2, following: [parent], join: .atLeast(2))
        graph.add(Self.number, 3, following: [], join: .any)
        graph.add(Self.number, 4, following: [], join: .atLeast(0))
        graph.add(Self.number, 5, following: [parent.when(.onSuccess), parent.when(.onFailure)])
        graph.add(Self.number, 6, following: foreign)
        let message = problems(of: graph)
        #expect(message.split(separator: ";").count == 5, "\(message)")
        #expect(message.contains("\"bad\""))
        let functions = registry { $0.register(Self.number) { value, _ in value } }
        let plan = graph
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            await expectError(.invalidWorkflow) { try await scheduler.schedule(plan) }
            await expectError(.invalidWorkflow) { try await scheduler.schedule(Workflow("empty")) }
            let counts = try await scheduler.counts()
            #expect(counts.open == 0)
        }
    }

    @Test("what is wrong with steps by themselves is said with what is wrong with the whole")
    func withSteps() async throws {
        let missing = TickerFunction<Int, Int>("Missing")
        let functions = registry { $0.register(Self.number) { value, _ in value } }
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            func refusal(_ graph: Workflow) async throws -> TickerError? {
                do {
                    try await scheduler.schedule(graph)
                    return nil
                } catch let error as TickerError {
                    return error
                }
            }
            var graph = Workflow("bad")
            graph.add(missing, 1)
            graph.add(missing, 2)
            let unregistered = try await refusal(graph)
            #expect(unregistered?.code == .unregisteredFunction)
            #expect(unregistered?.message.split(separator: ";").count == 2, "once, with what to do about it")
            graph.add(Self.number, 3, due: .after(.seconds(-1)), options: TickerOptions(timeout: .zero))
            let arguments = try await refusal(graph)
            #expect(arguments?.code == .invalidArgument)
            graph.add(Self.number, 4, following: [], join: .any)
            let whole = try await refusal(graph)
            #expect(whole?.code == .invalidWorkflow)
            for part in ["of no parents", "negative", "timeout", "\"Missing\""] {
                #expect(whole?.message.contains(part) == true, "\(part) is not in: \(whole?.message ?? "")")
            }
        }
    }

    @Test("two conditions on one parent exclude each other where no end of it meets both, and one where none meets it")
    func pairs() {
        let policies: [ParentFailurePolicy] = [.byCondition, .runNow, .fail]
        let edges = RunCondition.allCases.flatMap { condition in policies.map { (condition, $0) } }
        let ends: [ParentPhase] = [.succeeded, .failed, .cancelledAfterStart, .cancelledBeforeStart, .skipped]
        func runs(_ edge: (RunCondition, ParentFailurePolicy), _ end: ParentPhase) -> Bool {
            let verdict = EdgeRow(condition: edge.0, onParentFailure: edge.1).judged(end)
            return verdict == .run || verdict == .runNow
        }
        for first in edges {
            for second in edges {
                var graph = Workflow("pair")
                let parent = graph.add(Self.number, 1)
                let other = graph.add(Self.number, 2)
                graph.add(
                    Self.number,
                    3,
                    following: [
                        parent.when(first.0, onParentFailure: first.1), other.when(.always),
                        parent.when(second.0, onParentFailure: second.1),
                    ]
                )
                let isPossible = ends.contains { runs(first, $0) && runs(second, $0) }
                #expect(graph.impossibleSteps().isEmpty == isPossible, "\(first) and \(second)")
            }
            var chain = Workflow("one")
            let parent = chain.add(Self.number, 1)
            chain.add(Self.number, 2, following: parent.when(first.0, onParentFailure: first.1))
            #expect(chain.impossibleSteps().isEmpty == ends.contains { runs(first, $0) }, "\(first)")
        }
    }

    @Test("conditions on one parent that can hold together are no problem")
    func compatible() {
        var graph = Workflow("fine")
        let parent = graph.add(Self.number, 1)
        graph.add(Self.number, 2, following: [parent.when(.onCompletion), parent.when(.onFailure)])
        graph.add(Self.number, 3, following: [parent.when(.inProgress), parent.when(.onSuccess)])
        graph.add(Self.number, 4, following: [parent.when(.onSuccess), parent.when(.onFailure)], join: .any)
        graph.add(
            Self.number,
            5,
            following: [parent.when(.onSuccess, onParentFailure: .runNow), parent.when(.onFailure)]
        )
        #expect(problems(of: graph) == "")
    }
}
