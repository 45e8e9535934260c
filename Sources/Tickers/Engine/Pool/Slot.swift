import Synchronization

/// One place for a run: a long-lived task that takes run after run, and what its handlers may ask for.
package final class Slot: ContextActions {
    package let number: Int
    private let intake: Intake
    /// The token of the run that has been told to stop, or zero, which no lease has.
    private let stopped = Atomic<UInt64>(0)
    /// Where and when its run's handler was called.
    private let thread = Atomic<UInt>(0)
    private let began = Atomic<Int64>(0)

    package init(number: Int, intake: Intake) {
        self.number = number
        self.intake = intake
    }

    package var clock: any TickerClock { intake.clock }

    package func isCancelled(_ lease: TickerLease) -> Bool {
        stopped.load(ordering: .acquiring) == lease.token
    }

    package func markStopped(_ lease: TickerLease) {
        stopped.store(lease.token, ordering: .releasing)
    }

    /// The handler is called on the present thread.
    package func handlerBegins(at now: MonotonicInstant) {
        thread.store(PresentThread.number, ordering: .relaxed)
        began.store(now.nanoseconds, ordering: .relaxed)
    }

    /// The thread on which its handler was called, and when; of its latest run, if none is under way.
    package var latestBegin: (thread: UInt, at: MonotonicInstant) {
        (thread.load(ordering: .relaxed), MonotonicInstant(nanoseconds: began.load(ordering: .relaxed)))
    }

    package func report(_ progress: TickerProgress, lease: TickerLease) async throws {
        try await intake.store.report(progress, lease: lease)
    }

    package func add(_ request: NewWorkflow) async throws -> StoredWorkflow {
        try await intake.add(request)
    }
}

extension Slot {
    package func parents(of lease: TickerLease) async throws -> [ParentResult] {
        try await intake.store.parents(of: lease, now: clock.wall)
    }

    package func cancelParents(of lease: TickerLease, includingStarted: Bool) async throws -> [CancelResult] {
        try await intake.store.cancelParents(of: lease, includingStarted: includingStarted, now: clock.wall)
    }
}

/// What a run is told when it is to stop, and what is recorded if its handler does not come back.
package struct StopOrder: Sendable {
    package enum Reason: Sendable, Hashable {
        case timedOut, cancelled, shutDown
    }

    package let reason: Reason
    package let outcome: AttemptOutcome

    package init(reason: Reason, outcome: AttemptOutcome) {
        self.reason = reason
        self.outcome = outcome
    }

    /// What is recorded when the handler does come back with `returned`.
    package func outcome(returned: AttemptOutcome) -> AttemptOutcome {
        switch (reason, returned) {
        case (.timedOut, _): outcome
        case (.cancelled, _): returned
        case (.shutDown, .succeeded), (.shutDown, .snoozed): returned
        case (.shutDown, .failed), (.shutDown, .interrupted): outcome
        }
    }
}
