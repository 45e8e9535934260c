import class Foundation.ProcessInfo

/// How a scheduler works.
public struct SchedulerOptions: Sendable, Hashable {
    /// Which tickers a scheduler runs.
    public enum Runs: Sendable, Hashable {
        /// All whose function is registered.
        case everything
        /// None: it only adds, for functions that another scheduler on the same store runs.
        case nothing
    }

    /// What a call that schedules does when there is no room for it.
    public enum WhenFull: Sendable, Hashable {
        /// Throws `full`.
        case refuse
        /// Waits for room; who came first is let in first.
        case wait
    }

    /// Runs at once: 1 to ``TickerLimits/concurrentRuns``. 64, or eight per core if that is more: handlers wait, as a rule.
    public var maxConcurrent = max(64, 8 * ProcessInfo.processInfo.activeProcessorCount)
    /// Limits per queue; queues that are not named have none of their own.
    public var queues: [String: QueueOptions] = [:]
    /// How many tickers of the store may be open (scheduled, pending, waiting, running) for a call to add more; 1 or more,
    /// `nil` for any number.
    ///
    /// Calls of this scheduler never pass it, however many there are at once. What follows from tickers that are there is
    /// not held up by it: children that handlers add, retries, occurrences of recurrences. Each scheduler on a store has
    /// a limit of its own, and sees what the others have added at the latest after 1,000 adds, or a tenth of the limit.
    public var maxOpen: Int?
    /// What a call that schedules does when `maxOpen` tickers are open.
    public var whenFull = WhenFull.refuse
    /// Which tickers it runs.
    public var runs = Runs.everything
    /// How long a handler that was told to stop has to come back before its end is recorded without it; above zero.
    public var cancellationGrace: Duration = .seconds(5)
    /// How long running handlers have, when `run()` is cancelled, before they are told to stop; zero or more.
    public var shutdownGrace: Duration = .seconds(10)
    /// The longest sleep before the wall clock is looked at again, so that a jump is noticed; above zero.
    public var clockRecheck: Duration = .seconds(30)
    /// How many events an `events()` subscriber may be behind before it loses the oldest; 1 or more.
    public var eventBuffer = TickerLimits.eventBuffer

    /// The defaults written at the fields.
    public init() {}

    /// The defaults with another concurrency.
    public init(maxConcurrent: Int, queues: [String: QueueOptions] = [:]) {
        self.maxConcurrent = maxConcurrent
        self.queues = queues
    }

    /// What is wrong with them, in sentences.
    package var problems: [String] {
        var found: [String] = []
        let bounds = 1...TickerLimits.concurrentRuns
        if !bounds.contains(maxConcurrent) { found.append("maxConcurrent of \(maxConcurrent) is not in \(bounds)") }
        if let maxOpen, maxOpen < 1 { found.append("maxOpen of \(maxOpen) is below 1") }
        for (queue, limit) in queues.sorted(by: { $0.key < $1.key }) {
            found += TickerSpec.nameProblems(queue, of: "queue name")
            found += limit.problems(of: "queue \"\(queue)\"")
        }
        if cancellationGrace <= .zero { found.append("cancellationGrace of \(cancellationGrace) is not above zero") }
        if shutdownGrace < .zero { found.append("shutdownGrace of \(shutdownGrace) is negative") }
        if clockRecheck <= .zero { found.append("clockRecheck of \(clockRecheck) is not above zero") }
        if eventBuffer < 1 { found.append("eventBuffer of \(eventBuffer) is below 1") }
        return found
    }
}
