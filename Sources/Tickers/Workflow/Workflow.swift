/// Tickers that belong together, joined by run conditions: a plan that can be scheduled any number of times.
///
/// Built by the chain that begins with ``begin(with:_:due:options:)``:
///
/// ```swift
/// let workflow = Workflow.begin(with: Orders.validate, order)
///     .then(Orders.charge, due: .after(.seconds(60)))
///     .onFailure(Orders.alarm)
///     .then(Orders.mail)
///     .build()
/// ```
///
/// A flat value: its size on the stack does not grow with its depth.
public struct Workflow: Sendable {
    /// A name for people; may be empty.
    public let name: String
    package let request: NewWorkflow

    package init(name: String, steps: [ChainStep]) {
        self.name = name
        var request = NewWorkflow(name: name, tickers: [])
        request.tickers.reserveCapacity(steps.count)
        request.edges.reserveCapacity(steps.count)
        for (position, step) in steps.enumerated() {
            request.tickers.append(step.ticker)
            guard let parent = step.parent else { continue }
            request.edges.append(NewEdge(parent: .step(parent), child: position, condition: step.condition))
        }
        self.request = request
    }

    /// The names of the steps' functions, in the order in which they were added.
    public var functions: [String] { request.tickers.map(\.spec.function) }

    /// How many steps it has.
    public var count: Int { request.tickers.count }
}

/// A workflow that has been stored.
public struct WorkflowHandle: Sendable, Hashable, Identifiable {
    /// The workflow's id.
    public let id: WorkflowID
    /// The ids of its steps, in the order in which they were added to the chain.
    public let tickers: [TickerID]
    private let functions: [String]

    package init(id: WorkflowID, tickers: [TickerID], workflow: Workflow) {
        self.id = id
        self.tickers = tickers
        functions = workflow.functions
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
