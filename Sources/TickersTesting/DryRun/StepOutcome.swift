public import Tickers

/// What becomes of some steps of a workflow in a dry run.
///
/// Named by their function it is for all steps that run it, named by a ``WorkflowStep`` for that one, which counts more. Steps
/// for which nothing is said succeed at their first attempt and take no time. Of two that contradict each other the later one
/// counts.
public struct StepOutcome: Sendable {
    /// Which steps it is for.
    enum Target: Sendable {
        case function(String)
        case step(Int, WorkflowOrigin)
    }

    enum Change: Sendable {
        /// Attempts throw the error: so many, or all of them.
        case failures(Int?, any Error)
        case cancellation(DryRun.Script.Cancellation)
        case duration(Duration)
    }

    let target: Target
    let change: Change

    /// Attempts throw `error`, and what follows is up to the retry policy.
    ///
    /// - Parameters:
    ///   - times: How many attempts throw before one succeeds; `nil` for all of them.
    ///   - error: What they throw; a ``TickerSignal`` is understood as a wish.
    public static func fails(
        _ subject: some DryRunSubject,
        times: Int? = nil,
        with error: any Error = DryRunFailure()
    ) -> StepOutcome {
        StepOutcome(target: subject.dryRunTarget.target, change: .failures(times, error))
    }

    /// Someone cancels the step when its turn has come: before it starts, or while it runs.
    public static func isCancelled(_ subject: some DryRunSubject, whileRunning: Bool = false) -> StepOutcome {
        let moment = whileRunning ? DryRun.Script.Cancellation.whileRunning : .beforeStart
        return StepOutcome(target: subject.dryRunTarget.target, change: .cancellation(moment))
    }

    /// Each attempt takes this long; one that takes longer than its timeout ends with it.
    public static func takes(_ subject: some DryRunSubject, _ duration: Duration) -> StepOutcome {
        StepOutcome(target: subject.dryRunTarget.target, change: .duration(duration))
    }
}

/// What can be named in a ``StepOutcome``: a function, for every step that runs it, or one step.
public protocol DryRunSubject {
    /// Which steps it names.
    var dryRunTarget: DryRunTarget { get }
}

/// Which steps of a workflow are meant.
public struct DryRunTarget: Sendable {
    let target: StepOutcome.Target
}

extension TickerFunction: DryRunSubject {
    /// Every step that runs the function.
    public var dryRunTarget: DryRunTarget { DryRunTarget(target: .function(name)) }
}

extension WorkflowStep: DryRunSubject {
    /// The step alone.
    public var dryRunTarget: DryRunTarget { DryRunTarget(target: .step(position, origin)) }
}

/// What steps throw in a dry run that is not told what.
public struct DryRunFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// A failure without a story.
    public init() {}
    /// A word that is easy to find.
    public var description: String { "made to fail" }
}
