import Foundation
import Testing
import Tickers

/// A workflow whose end follows from its shape and from what its handlers do, however often they are interrupted.
struct ReferenceGraph: Sendable, CustomTestStringConvertible {
    enum Handler: Sendable {
        case succeeds, fails, failsAtFirst, isCancelledBeforeStart, isCancelledWhileRunning
    }

    /// Where a step's input comes from.
    enum Input: Sendable {
        case ownName
        case output, outputs, failure
    }

    struct Parent: Sendable {
        var step: Int
        var condition = RunCondition.onSuccess
        var policy = ParentFailurePolicy.byCondition
    }

    struct Step: Sendable {
        /// The name of its function, which no other step has.
        var name: String
        var handler = Handler.succeeds
        var parents: [Parent] = []
        var join = JoinRule.all
        var input = Input.ownName
    }

    let name: String
    private(set) var steps: [Step] = []

    var testDescription: String { name }

    init(_ name: String, _ build: (inout ReferenceGraph) -> Void) {
        self.name = name
        build(&self)
    }

    /// Adds a step and answers with its position.
    @discardableResult
    mutating func add(
        _ name: String,
        _ handler: Handler = .succeeds,
        after parents: [Parent] = [],
        join: JoinRule = .all,
        input: Input = .ownName
    ) -> Int {
        steps.append(Step(name: name, handler: handler, parents: parents, join: join, input: input))
        return steps.count - 1
    }

    var functions: Set<String> { Set(steps.map(\.name)) }

    func step(named name: String) -> Step? { steps.first { $0.name == name } }

    /// What a caller asks the store to keep.
    var request: NewWorkflow {
        let tickers = steps.map { step in
            var options = TickerOptions()
            if step.handler == .failsAtFirst { options.retry = .fixed(maxAttempts: 3, every: .seconds(10)) }
            let input: NewInput =
                switch step.input {
                case .ownName: .payload(Payload(.encoded(Data("\"\(step.name)\"".utf8))))
                case .output: .outputOfStep(step.parents[0].step)
                case .outputs: .outputsOfSteps(step.parents.map(\.step), .encoded)
                case .failure: .failureOfStep(step.parents[0].step)
                }
            return NewTicker(
                spec: TickerSpec(function: step.name, options: options),
                input: input,
                due: step.handler == .isCancelledBeforeStart ? .after(.seconds(3_600)) : .now,
                join: step.join
            )
        }
        let edges = steps.enumerated().flatMap { position, step in
            step.parents.map {
                NewEdge(
                    parent: .step($0.step),
                    child: position,
                    condition: $0.condition,
                    onParentFailure: $0.policy
                )
            }
        }
        return NewWorkflow(name: name, tickers: tickers, edges: edges)
    }
}

extension ReferenceGraph {
    static let all = [single, chain, diamond, fanOut, fanIn, retrying] + RunCondition.allCases.map(condition)

    static let single = ReferenceGraph("single") { $0.add("alone") }

    static let chain = ReferenceGraph("chain of five") { graph in
        var last = graph.add("1")
        for name in 2...5 { last = graph.add("\(name)", after: [Parent(step: last)], input: .output) }
    }

    static let diamond = ReferenceGraph("diamond") { graph in
        let top = graph.add("top")
        let left = graph.add("left", after: [Parent(step: top)], input: .output)
        let right = graph.add("right", after: [Parent(step: top)])
        graph.add("bottom", after: [Parent(step: left), Parent(step: right)], input: .outputs)
    }

    static let fanOut = ReferenceGraph("fan-out of 100") { graph in
        let top = graph.add("top")
        for child in 0..<100 { graph.add("child \(child)", after: [Parent(step: top)], input: .output) }
    }

    static let fanIn = ReferenceGraph("fan-in of 100") { graph in
        let parents = (0..<100).map { Parent(step: graph.add("parent \($0)")) }
        graph.add("bottom", after: parents, input: .outputs)
    }

    static let retrying = ReferenceGraph("retrying parent") { graph in
        let top = graph.add("top", .failsAtFirst)
        graph.add("beside", after: [Parent(step: top, condition: .inProgress)])
        let below = graph.add("below", .failsAtFirst, after: [Parent(step: top)], input: .output)
        graph.add("alarm", after: [Parent(step: below, condition: .onFailure)], input: .failure)
    }

    /// A child under the condition for every end that a parent can come to, each with a child of its own; and joins of them.
    static func condition(_ condition: RunCondition) -> ReferenceGraph {
        ReferenceGraph("\(condition)") { graph in
            let success = graph.add("success")
            let failure = graph.add("failure", .fails)
            let unstarted = graph.add("cancelled unstarted", .isCancelledBeforeStart)
            let stopped = graph.add("cancelled running", .isCancelledWhileRunning)
            let skipped = graph.add("skipped", after: [Parent(step: failure)])
            let parents = [success, failure, unstarted, stopped, skipped]
            for parent in parents {
                let name = "after \(graph.steps[parent].name)"
                let child = graph.add(name, after: [Parent(step: parent, condition: condition)])
                graph.add("below \(name)", after: [Parent(step: child)])
            }
            let edges = parents.map { Parent(step: $0, condition: condition) }
            graph.add("any", after: edges, join: .any)
            graph.add("two", after: edges, join: .atLeast(2))
            graph.add("passed on", after: [Parent(step: failure, condition: condition, policy: .fail)])
            graph.add(
                "at once",
                after: edges.map { Parent(step: $0.step, condition: condition, policy: .runNow) }
            )
        }
    }
}
