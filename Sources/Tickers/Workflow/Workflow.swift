/// Tickers that belong together, joined by run conditions: a plan that can be scheduled any number of times.
///
/// Either built by the chain that begins with ``begin(with:_:due:options:)``:
///
/// ```swift
/// let workflow = Workflow.begin(with: Orders.validate, order)
///     .then(Orders.charge, due: .after(.seconds(60)))
///     .onFailure(Orders.alarm)
///     .then(Orders.mail)
///     .build()
/// ```
///
/// or, for any graph, step by step with ``add(_:_:following:join:due:options:)`` and its sisters:
///
/// ```swift
/// var release = Workflow("release")
/// let build = release.add(Release.build, tag)
/// let test = release.add(Release.test, tag, following: build)
/// let docs = release.add(Release.docs, tag, following: build)
/// release.add(Release.deploy, tag, following: [test, docs])
/// ```
///
/// A flat value: its size on the stack does not grow with its depth. What is wrong with it is said, all at once, when it
/// is scheduled or by ``validate()``.
public struct Workflow: Sendable {
    /// A name for people; may be empty.
    public let name: String
    /// What it asks for as a whole.
    public var options: WorkflowOptions
    package private(set) var steps: [NewTicker] = []
    package private(set) var edges: [NewEdge] = []
    package let origin = WorkflowOrigin()
    private var foreignSteps = 0

    /// A workflow without steps.
    public init(_ name: String, options: WorkflowOptions = .none) {
        self.name = name
        self.options = options
    }

    package init(name: String, options: WorkflowOptions, steps chain: ChainSteps) {
        self.init(name, options: options)
        var (steps, edges) = (steps, edges)
        steps.reserveCapacity(chain.count)
        edges.reserveCapacity(chain.count)
        chain.forEach { step in
            for parent in step.parents {
                edges.append(
                    NewEdge(
                        parent: .step(parent.position),
                        child: steps.count,
                        condition: parent.condition,
                        onParentFailure: parent.onParentFailure
                    )
                )
            }
            steps.append(step.ticker)
        }
        (self.steps, self.edges) = (steps, edges)
    }

    /// The names of the steps' functions, in the order in which they were added.
    public var functions: [String] { steps.map(\.spec.function) }

    /// How many steps it has.
    public var count: Int { steps.count }

    package mutating func append(_ ticker: NewTicker, following parents: [WorkflowEdge]) -> Int {
        let position = steps.count
        steps.append(ticker)
        for parent in parents { connect(position, parent) }
        return position
    }

    /// Adds a parent to a step that has been added before.
    ///
    /// This is how a graph whose steps are not known in order is built, and the only way to build a cycle, which is
    /// refused with its path when the workflow is scheduled.
    public mutating func add<Output>(parent: some WorkflowStepReference, to step: WorkflowStep<Output>) {
        guard step.origin === origin else {
            foreignSteps += 1
            return
        }
        connect(step.position, parent.edge)
    }

    private mutating func connect(_ child: Int, _ parent: WorkflowEdge) {
        guard parent.origin === origin else {
            foreignSteps += 1
            return
        }
        edges.append(
            NewEdge(
                parent: .step(parent.position),
                child: child,
                condition: parent.condition,
                onParentFailure: parent.onParentFailure
            )
        )
    }

    package func step<Output>(at position: Int, _ output: PayloadCoder<Output>) -> WorkflowStep<Output> {
        WorkflowStep(position: position, output: output, origin: origin)
    }

    /// How many steps of other workflows have been named as parents or children.
    package var foreignCount: Int { foreignSteps }
}

/// Tells the steps of one workflow from those of another; copies of a workflow share it.
package final class WorkflowOrigin: Sendable, Hashable {
    package static func == (left: WorkflowOrigin, right: WorkflowOrigin) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A step of a workflow under construction.
public struct WorkflowStep<Output: Sendable>: WorkflowStepReference {
    package let position: Int
    package let output: PayloadCoder<Output>
    package let origin: WorkflowOrigin

    /// The step as a parent that has to succeed.
    public var edge: WorkflowEdge {
        WorkflowEdge(position: position, condition: .onSuccess, onParentFailure: .byCondition, origin: origin)
    }

    /// The step as a parent under a condition: `following: deploy.when(.onFailure)`.
    public func when(
        _ condition: RunCondition,
        onParentFailure: ParentFailurePolicy = .byCondition
    ) -> WorkflowEdge {
        WorkflowEdge(position: position, condition: condition, onParentFailure: onParentFailure, origin: origin)
    }
}

/// A step as a parent, with the condition under which its child runs.
public struct WorkflowEdge: WorkflowStepReference, Sendable {
    package let position: Int
    package let condition: RunCondition
    package let onParentFailure: ParentFailurePolicy
    package let origin: WorkflowOrigin

    package init(
        position: Int,
        condition: RunCondition,
        onParentFailure: ParentFailurePolicy,
        origin: WorkflowOrigin
    ) {
        self.position = position
        self.condition = condition
        self.onParentFailure = onParentFailure
        self.origin = origin
    }

    /// The step that `reference` names, under another condition: for parents whose types differ.
    public init(
        _ reference: any WorkflowStepReference,
        when condition: RunCondition,
        onParentFailure: ParentFailurePolicy = .byCondition
    ) {
        let edge = reference.edge
        self.init(
            position: edge.position,
            condition: condition,
            onParentFailure: onParentFailure,
            origin: edge.origin
        )
    }

    /// Itself.
    public var edge: WorkflowEdge { self }
}

/// Anything that can stand after `following:` in a workflow: a step (run on success) or one with a condition.
public protocol WorkflowStepReference: Sendable {
    /// The step as a parent.
    var edge: WorkflowEdge { get }
}
