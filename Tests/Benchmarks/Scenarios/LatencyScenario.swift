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

    func run(_ settings: Settings) async throws -> [Report] {
        var rounds: [(delays: Delays, wakes: Delays)] = []
        for _ in 0..<settings.rounds { rounds.append(try await round(max(1, settings.count / settings.rounds))) }
        let (values, limits) = (rounds.map(\.delays.p50), rounds.map(\.wakes.p50))
        let p99 = rounds.map(\.delays.p99).median
        var report = Report(name, count: settings.count, values: values, unit: "us p50", limits: limits)
        report.details = [
            Report.Detail(key: "p99", figure: p99),
            Report.Detail(key: "limit_p99", figure: rounds.map(\.wakes.p99).median),
            Report.Detail(key: "max", figure: rounds.map(\.delays.max).max() ?? p99),
        ]
        report.targets = [
            .atMost(30, report.value, "30 us"),
            .atMost(300, p99, "300 us p99"),
        ]
        return [report]
    }

    private func round(_ count: Int) async throws -> (delays: Delays, wakes: Delays) {
        let arrivals = Mailbox()
        let tally = Tally(expecting: count + Self.uncounted)
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
        for number in 0..<count + Self.uncounted {
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
        return (Delays(measured), Delays(wakes))
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
