/// The facts about one ticker from which the rules decide, and the outcome of what they decided.
package struct TickerRow: Sendable {
    package let id: TickerID
    package private(set) var spec: TickerSpec
    package private(set) var state: TickerState = .waiting
    /// Whether an attempt has ever started: what `.inProgress` children and the reason of a cancellation ask.
    package private(set) var hasStarted = false
    /// Whether a caller had it run again, whatever its parents and its expiry say.
    package private(set) var isRetriedByHand = false
    /// Whether a caller has asked the running attempt to stop.
    package var cancelRequested = false
    /// Whether the caller wished a delay, or nothing or an instant only.
    private let isWishDelay: Bool
    /// How often the process has ended while an attempt was under way.
    package var crashes: UInt8 = 0
    package var tally: EdgeTally
    /// The delay that the caller wished, or else the instant: most have one of them at most.
    private let wish: Int64
    /// From when it may run; meaningful once it is queued.
    package var due: Timestamp = .distantPast
    package let createdAt: Timestamp
    /// When its parents allowed it, or when it was stored, for a root.
    package var releasedAt: Timestamp
    package private(set) var startedAt: Timestamp = .distantPast
    package var endedAt: Timestamp = .distantPast
    package var attempts: Int32 = 0
    package var maxAttempts: Int32
    /// Identifies the attempt that may report; a report with another token is late.
    package private(set) var lease: UInt64 = 0
    /// What most tickers have nothing of.
    fileprivate var remarks: TickerRemarks?

    package init(id: TickerID, spec: TickerSpec, due: TickerDue, tally: EdgeTally, createdAt: Timestamp) {
        let instant = due.instant ?? .distantPast
        let delay = max(0, due.delay?.wholeMicroseconds ?? 0)
        self.init(id: id, spec: spec, ownInstant: instant, delay: delay, tally: tally, createdAt: createdAt)
    }

    package init(
        id: TickerID,
        spec: TickerSpec,
        ownInstant: Timestamp,
        delay: Int64,
        tally: EdgeTally,
        createdAt: Timestamp
    ) {
        self.id = id
        self.spec = spec
        self.tally = tally
        isWishDelay = delay > 0
        wish = delay > 0 ? delay : ownInstant.microseconds
        self.createdAt = createdAt
        releasedAt = createdAt
        maxAttempts = Int32(clamping: spec.retry.maxAttempts)
        if delay > 0, ownInstant != .distantPast { remark { $0.instantBesideDelay = ownInstant } }
    }

    /// A row as a file has kept it.
    ///
    /// - Parameters:
    ///   - planned: The row as it was when it was stored.
    ///   - life: What has become of it since.
    package init(_ planned: TickerRow, life: Life) {
        self = planned
        state = life.state
        hasStarted = life.hasStarted
        isRetriedByHand = life.isRetriedByHand
        cancelRequested = life.cancelRequested
        crashes = life.crashes
        due = life.due
        releasedAt = life.releasedAt
        startedAt = life.startedAt
        endedAt = life.endedAt
        attempts = life.attempts
        maxAttempts = life.maxAttempts
        lease = life.lease
        reason = life.reason
        failure = life.failure
        progress = life.progress
        log = life.log
        if life.firstStartedAt != life.startedAt { firstStartedAt = life.firstStartedAt }
    }

    /// What becomes of a ticker after it was stored; the fields are those of the row.
    package struct Life: Sendable {
        package var state = TickerState.waiting
        package var hasStarted = false
        package var isRetriedByHand = false
        package var cancelRequested = false
        package var crashes: UInt8 = 0
        package var due = Timestamp.distantPast
        package var releasedAt = Timestamp.distantPast
        package var firstStartedAt = Timestamp.distantPast
        package var startedAt = Timestamp.distantPast
        package var endedAt = Timestamp.distantPast
        package var attempts: Int32 = 0
        package var maxAttempts: Int32 = 1
        package var lease: UInt64 = 0
        package var reason: EndReason?
        package var failure: FailureBox?
        package var progress: ProgressBox?
        package var log: AttemptLog?

        package init() {}
    }

    /// Lets go of what it refers to, because its ticker is not kept any more.
    package mutating func vacate() {
        spec = Self.noSpec
        remarks = nil
    }

    private static let noSpec = TickerSpec(function: "", options: .inherited)

    /// Goes to `next`; crashes on a step that the life of a ticker does not have.
    package mutating func go(to next: TickerState) {
        assert(state.mayGo(to: next), "ticker \(id) may not go from \(state) to \(next)")
        state = next
    }

    /// Goes where it runs from when it is due.
    package mutating func release(now: Timestamp) {
        releasedAt = now
        due = dueInstant(releasedAt: now)
        go(to: .scheduled)
    }

    /// Begins an attempt.
    package mutating func beginAttempt(lease: UInt64, now: Timestamp) {
        go(to: .running)
        self.lease = lease
        attempts += 1
        // The first start is the latest one until there is another.
        let isFirst = !hasStarted
        let earlier = isFirst ? nil : firstStartedAt
        hasStarted = true
        startedAt = now
        if !isFirst || remarks != nil { remark { $0.firstStartedAt = earlier } }
    }

    /// Takes back its end, and what it had made of its attempts: it waits for its parents as it did at first.
    package mutating func rearm() {
        logEnd()
        state = .waiting
        hasStarted = false
        isRetriedByHand = false
        cancelRequested = false
        attempts = 0
        crashes = 0
        maxAttempts = Int32(clamping: spec.retry.maxAttempts)
        endedAt = .distantPast
        reason = nil
        failure = nil
        progress = nil
    }

    /// Queues it to run at once, with one more attempt if they are used up.
    package mutating func grantAnotherRun(now: Timestamp) {
        logEnd()
        state = .scheduled
        isRetriedByHand = true
        // Its next start is a first one again, so its `.inProgress` children run beside it once more.
        hasStarted = false
        cancelRequested = false
        maxAttempts = max(maxAttempts, attempts + 1)
        crashes = 0
        due = .distantPast
        releasedAt = now
        endedAt = .distantPast
        reason = nil
    }

    /// The instant from which it may run when its parents allow it at `release`: `.distantPast` when nothing holds it,
    /// so that no jump of the clock can hold it either.
    package func dueInstant(releasedAt release: Timestamp) -> Timestamp {
        guard delay > 0 else { return ownInstant }
        return max(ownInstant, release.advanced(by: .microseconds(delay)))
    }

    fileprivate mutating func remark(_ change: (inout TickerRemarks.Values) -> Void) {
        var values = remarks?.values ?? TickerRemarks.Values()
        change(&values)
        remarks = TickerRemarks(values)
    }

    /// What it has become, as far as its children care.
    package var phase: ParentPhase {
        switch state {
        case .waiting, .scheduled, .running, .retrying: hasStarted ? .started : .notStarted
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: hasStarted ? .cancelledAfterStart : .cancelledBeforeStart
        case .skipped: isWithdrawn ? .withdrawn : .skipped
        }
    }

    private var isWithdrawn: Bool {
        if case .withdrawn = reason { true } else { false }
    }
}

extension TickerState {
    /// The steps of a ticker's life.
    package func mayGo(to next: TickerState) -> Bool {
        switch self {
        case .waiting: next == .scheduled || next == .skipped || next == .cancelled || next == .failed
        case .scheduled, .retrying: next == .running || next == .cancelled || next == .skipped
        case .running: next != .waiting && next != .running && next != .skipped
        case .succeeded, .failed, .cancelled, .skipped: false
        }
    }
}

/// What few tickers have, kept apart from the row so that it costs the others one word.
fileprivate final class TickerRemarks: Sendable {
    struct Values: Sendable {
        var reason: EndReason?
        var failure: FailureBox?
        var progress: ProgressBox?
        var log: AttemptLog?
        var instantBesideDelay: Timestamp?
        /// `nil` where the latest start is the first.
        var firstStartedAt: Timestamp?
    }

    let values: Values

    init(_ values: Values) {
        self.values = values
    }
}

extension TickerRow {
    /// Not before this instant, by the caller's wish; `.distantPast` when nothing was wished.
    package var ownInstant: Timestamp {
        isWishDelay ? remarks?.values.instantBesideDelay ?? .distantPast : Timestamp(microseconds: wish)
    }

    /// Microseconds after release.
    package var delay: Int64 { isWishDelay ? wish : 0 }

    /// Why it was skipped or cancelled, or failed with a parent's failure.
    package var reason: EndReason? {
        get { remarks?.values.reason }
        set { if newValue != nil || remarks != nil { remark { $0.reason = newValue } } }
    }

    /// The latest failure.
    package var failure: FailureBox? {
        get { remarks?.values.failure }
        set { if newValue != nil || remarks != nil { remark { $0.failure = newValue } } }
    }

    /// What the handler last reported.
    package var progress: ProgressBox? {
        get { remarks?.values.progress }
        set { if newValue != nil || remarks != nil { remark { $0.progress = newValue } } }
    }

    /// The attempts before the latest one; `nil` for most tickers, which make only one.
    package var log: AttemptLog? {
        get { remarks?.values.log }
        set { if newValue != nil || remarks != nil { remark { $0.log = newValue } } }
    }

    /// When its first attempt started, or its first one since a caller had it run again.
    package private(set) var firstStartedAt: Timestamp {
        get { remarks?.values.firstStartedAt ?? startedAt }
        set { remark { $0.firstStartedAt = newValue } }
    }
}

/// A failure, kept apart from the row because few tickers have one.
package final class FailureBox: Sendable {
    package let failure: TickerFailure
    package init(_ failure: TickerFailure) { self.failure = failure }
}

/// Reported progress, kept apart from the row because few tickers report any.
package final class ProgressBox: Sendable {
    package let progress: TickerProgress
    package init(_ progress: TickerProgress) { self.progress = progress }
}
