/// What a handler last said of its progress.
public struct TickerProgress: Sendable, Hashable, Codable {
    /// From 0 to 1.
    public var fraction: Double
    /// A few words, cut at ``TickerLimits/progressBytes`` bytes.
    public var text: String

    /// Progress; a fraction outside 0 to 1 is moved to the nearer end, one that is not a number to 0.
    public init(fraction: Double, text: String = "") {
        self.fraction = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
        self.text = text.cut(toUTF8Bytes: TickerLimits.progressBytes)
    }
}

/// One ticker as it stood when it was asked about.
public struct Ticker: Sendable, Hashable, Identifiable {
    /// Its identity.
    public var id: TickerID
    /// The workflow it belongs to.
    public var workflowID: WorkflowID
    /// The name of its function.
    public var function: String
    /// The queue it runs in.
    public var queue: String
    /// What it competes with.
    public var priority: TickerPriority
    /// Words to find it by.
    public var tags: [String]
    /// What middleware stored with it.
    public var metadata: [String: String]
    /// Where it stands.
    public var status: TickerStatus
    /// Attempts started, those given back not counted.
    public var attempts: Int
    /// Attempts it may make in all.
    public var maxAttempts: Int
    /// When it was stored.
    public var createdAt: Timestamp
    /// From when it may run, or its next attempt; `nil` while its parents are undecided.
    public var due: Timestamp?
    /// When its latest attempt started.
    public var startedAt: Timestamp?
    /// When it ended.
    public var endedAt: Timestamp?
    /// Why it was skipped or cancelled, or failed with a parent's failure.
    public var reason: EndReason?
    /// The latest failure: final when the status is `failed`.
    public var failure: TickerFailure?
    /// What the handler last reported.
    public var progress: TickerProgress?
    /// Its parents, with their conditions.
    public var parents: [TickerParent]
    /// The attempts that did not end it for good, and how many before them are no longer kept.
    package var earlierAttempts: [TickerAttempt] = []
    package var earlierDropped = 0
    /// Whether it is in an attempt, or was ended by one.
    package var isInAttempt = false

    package init(
        id: TickerID,
        workflowID: WorkflowID,
        spec: TickerSpec,
        status: TickerStatus,
        createdAt: Timestamp
    ) {
        self.id = id
        self.workflowID = workflowID
        self.function = spec.function
        self.queue = spec.queue
        self.priority = spec.priority
        self.tags = spec.tags
        self.metadata = [:]
        self.status = status
        self.attempts = 0
        self.maxAttempts = spec.retry.maxAttempts
        self.createdAt = createdAt
        self.parents = []
    }
}

extension Ticker {
    /// Its attempts, oldest first: the latest ``TickerLimits/attemptsKept`` of them, the running one included.
    ///
    /// An end that a retry by hand took back stays here, with the attempts that led to it. A ticker that ended without an
    /// attempt (skipped, or cancelled before it started) leaves none. O(attempts kept).
    public var history: [TickerAttempt] {
        guard let latestAttempt else { return earlierAttempts }
        return earlierAttempts.suffix(TickerLimits.attemptsKept - 1) + [latestAttempt]
    }

    /// How many attempts were made before those in ``history``. O(attempts kept).
    public var attemptsDropped: Int {
        earlierDropped + earlierAttempts.count + (latestAttempt == nil ? 0 : 1) - history.count
    }

    private var latestAttempt: TickerAttempt? {
        guard isInAttempt, let startedAt else { return nil }
        return TickerAttempt(
            number: attempts,
            startedAt: startedAt,
            endedAt: endedAt ?? startedAt,
            status: status,
            failure: failure
        )
    }
}

/// What a retry by hand achieved.
public enum RetryAnswer: Sendable, Hashable {
    /// It runs again as soon as there is room.
    case retried
    /// Its status does not allow it: only retrying, failed, cancelled and skipped tickers can be retried.
    case refused(TickerStatus)
    /// A ticker below it is running; cancel that first, or wait for it.
    case descendantRunning
}

/// What a cancellation achieved.
public enum CancelResult: Sendable, Hashable {
    /// It had not started, and is now cancelled.
    case cancelled
    /// It is running: its handler has been asked to stop.
    case requested
    /// It had ended before.
    case alreadyEnded
}
