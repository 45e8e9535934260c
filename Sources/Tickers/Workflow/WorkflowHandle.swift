/// A workflow that has been stored.
public struct WorkflowHandle: Sendable, Hashable, Identifiable {
    /// The workflow's id.
    public let id: WorkflowID
    /// The ids of its steps, in the order in which they were added.
    public let tickers: [TickerID]
    /// Whether the workflow was there already and holds the unique key that was asked for: the call stored nothing.
    public let isExisting: Bool
    private let functions: [String]
    /// Whose steps they are; `nil` when what was there does not have as many as were asked for.
    private let origin: WorkflowOrigin?

    package init(_ stored: StoredWorkflow, of workflow: Workflow, plan: WorkflowPlan) {
        id = stored.id
        isExisting = stored.isExisting
        functions = workflow.functions
        // What was there is taken for the same workflow when it has as many steps: it has been given the same key.
        let isAlike = stored.tickers.count == workflow.count
        tickers = isAlike ? plan.inOrderOfSteps(stored.tickers) : stored.tickers
        origin = isAlike ? workflow.origin : nil
    }

    /// Handles are equal when they name the same workflow.
    public static func == (left: Self, right: Self) -> Bool { left.id == right.id }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// The ticker that a step became. The step is one of the workflow that was scheduled; one of another workflow, or one
    /// that was added later, is a mistake in the program and stops it. O(1).
    public subscript<Output>(step: WorkflowStep<Output>) -> TickerHandle<Output> {
        precondition(
            step.origin === origin && step.position < tickers.count,
            "step \(step.position) is not one of the \(tickers.count) steps of the workflow that was scheduled as \(id)"
        )
        return TickerHandle(id: tickers[step.position], workflowID: id, output: step.output)
    }

    /// The steps that run `function`, in the order in which they were added. O(steps).
    public func handles<Input, Output>(of function: TickerFunction<Input, Output>) -> [TickerHandle<Output>] {
        zip(tickers, functions).filter { $0.1 == function.name }.map {
            TickerHandle(id: $0.0, workflowID: id, output: function.output)
        }
    }

    /// The first step that runs `function`; `nil` when none does. O(steps).
    public func handle<Input, Output>(of function: TickerFunction<Input, Output>) -> TickerHandle<Output>? {
        handles(of: function).first
    }
}
