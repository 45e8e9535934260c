import Synchronization
import Tickers

/// One ticker at a time on an idle scheduler: from the call that schedules it to the start of its handler.
///
/// The limit is what the machine takes to get another task going at all: a hop to an actor and the wake of a parked
/// task, measured in turn with the tickers and after the same idle gap.
struct LatencyScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Latency")
    /// Long enough for the threads to go to sleep.
    private static let idleGap = Duration.microseconds(300)
    private static let uncounted = 100

    let name = "latency"
    let summary = "run-now latency on an idle scheduler"
    let defaultCount = 2_000

    func run(_ settings: Settings) async throws -> Report {
        let arrivals = Mailbox()
        let tally = Tally(expecting: settings.count + Self.uncounted)
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in
            arrivals.put(ContinuousClock.now)
            tally.hit()
        }
        let scheduler = Scheduler(functions: functions)
        try await scheduler.start()
        let reference = WakeReference()
        async let parked: Void = reference.serve()
        var measured: [Duration] = []
        var wakes: [Duration] = []
        let clock = ContinuousClock()
        for number in 0..<settings.count + Self.uncounted {
            try await clock.sleep(for: Self.idleGap)
            let wake = await reference.latency()
            try await clock.sleep(for: Self.idleGap)
            let began = clock.now
            try await scheduler.schedule(Self.work, number)
            let latency = await arrivals.take() - began
            guard number >= Self.uncounted else { continue }
            wakes.append(wake)
            measured.append(latency)
        }
        reference.stop()
        await parked
        await scheduler.shutdown()
        tally.check(name)
        return report(Delays(measured), limit: Delays(wakes), count: settings.count)
    }

    private func report(_ delays: Delays, limit: Delays, count: Int) -> Report {
        Report(
            scenario: name,
            count: count,
            value: delays.p99,
            unit: "us",
            limit: limit.p99,
            details: delays.details + [Report.Detail(key: "limit_p50", figure: limit.p50)],
            targets: [
                Report.Target(text: "p50 ≤ 30 us", isMet: delays.p50 <= 30),
                Report.Target(text: "p99 ≤ 300 us", isMet: delays.p99 <= 300),
            ]
        )
    }
}

/// Hands one instant at a time from one task to another.
private final class Mailbox: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<ContinuousClock.Instant, Never>)
        case full(ContinuousClock.Instant)
    }

    private let state = Mutex(State.empty)

    func put(_ instant: ContinuousClock.Instant) {
        let waiter = state.withLock { state -> CheckedContinuation<ContinuousClock.Instant, Never>? in
            switch state {
            case .empty:
                state = .full(instant)
                return nil
            case .awaited(let waiter):
                state = .empty
                return waiter
            case .full:
                preconditionFailure("an instant was put in before the last was taken")
            }
        }
        waiter?.resume(returning: instant)
    }

    func take() async -> ContinuousClock.Instant {
        await withCheckedContinuation { continuation in
            let instant = state.withLock { state -> ContinuousClock.Instant? in
                if case .full(let instant) = state {
                    state = .empty
                    return instant
                }
                state = .awaited(continuation)
                return nil
            }
            if let instant { continuation.resume(returning: instant) }
        }
    }
}

/// A task that is parked on a continuation, woken by way of an actor, and says when it woke.
private final class WakeReference: Sendable {
    private actor Hop {
        func wake(_ continuation: CheckedContinuation<Bool, Never>?) { continuation?.resume(returning: true) }
    }

    private let parked = Mutex<CheckedContinuation<Bool, Never>?>(nil)
    private let isStopped = Atomic(false)
    private let arrivals = Mailbox()
    private let hop = Hop()

    /// Parks and wakes until stopped.
    func serve() async {
        while await park() { arrivals.put(ContinuousClock.now) }
    }

    /// How long the parked task took to wake.
    func latency() async -> Duration {
        var continuation = parked.withLock { $0.take() }
        // It has parked long before, unless the machine gave it no time in the idle gap.
        while continuation == nil {
            await Task.yield()
            continuation = parked.withLock { $0.take() }
        }
        let began = ContinuousClock.now
        await hop.wake(continuation)
        return await arrivals.take() - began
    }

    /// Ends ``serve()``, now or when it parks next.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        parked.withLock { $0.take() }?.resume(returning: false)
    }

    private func park() async -> Bool {
        await withCheckedContinuation { continuation in
            parked.withLock { $0 = continuation }
            if isStopped.load(ordering: .sequentiallyConsistent) { stop() }
        }
    }
}
