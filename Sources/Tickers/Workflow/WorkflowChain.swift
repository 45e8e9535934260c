/// A workflow under construction, standing on one step whose output is `Output`.
///
/// ``then(_:_:due:options:)`` adds a step and stands on it; `child`, `onFailure`, `onCancelled`, `onCompletion` and
/// `inProgress` add one and stay. Each takes a closure in which the added step is built on, to any depth. A chain is a
/// value: two chains made from one share nothing. Conditions and due times are per step; a step without `due:` runs as
/// soon as its parent allows it.
public struct WorkflowChain<Output: Sendable>: WorkflowBranch {
    /// What has been added so far.
    public let steps: ChainSteps
    /// The position of the step it stands on.
    public let current: Int

    package init(steps: ChainSteps, current: Int) {
        self.steps = steps
        self.current = current
    }

    /// The finished workflow.
    ///
    /// - Parameters:
    ///   - name: For people; it is shown with the workflow.
    ///   - options: What the workflow asks for as a whole.
    public func build(name: String = "", options: WorkflowOptions = .none) -> Workflow {
        Workflow(name: name, options: options, steps: steps)
    }

    /// What `nested` makes of a step.
    public typealias Nested<ChildOutput: Sendable> = (WorkflowChain<ChildOutput>) -> any WorkflowBranch

    package func adding<ChildOutput>(
        _ spec: TickerSpec,
        input: StepInput,
        when condition: RunCondition,
        due: TickerDue,
        output: ChildOutput.Type
    ) -> WorkflowChain<ChildOutput> {
        let source: NewInput
        switch input {
        case .payload(let payload): source = .payload(payload)
        case .parentOutput: source = .outputOfStep(current)
        case .parentFailure: source = .failureOfStep(current)
        }
        let ticker = NewTicker(spec: spec, input: source, due: due)
        let added = steps.appending(ChainStep(ticker: ticker, parents: [ChainParent(current, condition)]))
        return WorkflowChain<ChildOutput>(steps: added, current: added.count - 1)
    }

    /// The same step, after `nested` has built on `child`.
    package func branching<ChildOutput>(
        _ child: WorkflowChain<ChildOutput>,
        _ nested: Nested<ChildOutput>?
    ) -> WorkflowChain {
        let branch = nested?(child).steps ?? child.steps
        precondition(
            branch.extends(child.steps),
            "a closure for nested steps returned a chain that does not go on from the one it was given"
        )
        return WorkflowChain(steps: branch, current: current)
    }
}

/// What a closure for nested steps returns: a chain, whatever it stands on.
public protocol WorkflowBranch {
    /// What has been added so far.
    var steps: ChainSteps { get }
    /// The position of the step it stands on.
    var current: Int { get }
}

/// Where a step's input comes from.
package enum StepInput {
    case payload(Payload)
    case parentOutput
    case parentFailure
}

extension Workflow {
    /// Begins a chain with its root.
    ///
    /// - Parameter due: From when the root may run.
    public static func begin<Input, Output>(
        with function: TickerFunction<Input, Output>,
        _ input: Input,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowChain<Output> {
        let ticker = function.ticker(input, due: due, options: options)
        let step = ChainStep(ticker: ticker, parents: [])
        return WorkflowChain(steps: ChainSteps().appending(step), current: 0)
    }

    /// Begins a chain with a root that has no input.
    public static func begin<Output>(
        with function: TickerFunction<Void, Output>,
        due: TickerDue = .now,
        options: TickerOptions = .inherited
    ) -> WorkflowChain<Output> {
        begin(with: function, (), due: due, options: options)
    }
}

extension TickerFunction {
    /// Inlined, so that generic code need not ask the runtime for the function's own type.
    @inline(__always)
    package func ticker(_ input: Input, due: TickerDue, options: TickerOptions) -> NewTicker {
        NewTicker(spec: spec.overridden(by: options), input: .payload(self.input.payload(input)), due: due)
    }
}
