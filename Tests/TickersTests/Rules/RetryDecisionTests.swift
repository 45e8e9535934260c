import Testing
import Tickers
import TickersTesting

@Suite("Whether and when a failed attempt is repeated")
struct RetryDecisionTests {
    private static let seed: UInt64 = 20_270_115

    @Test("fixed and listed delays are what they say; the last listed one repeats")
    func plainBackoffs() {
        var random = SeededGenerator(seed: Self.seed)
        let fixed = RetryPolicy.Backoff.fixed(.seconds(7))
        let listed = RetryPolicy.Backoff.intervals([.seconds(1), .seconds(5), .seconds(30)])
        let none = RetryPolicy.Backoff.intervals([])
        #expect((1...4).map { fixed.delay(afterAttempt: $0, random: &random) } == [7, 7, 7, 7].map { .seconds($0) })
        #expect(
            (1...5).map { listed.delay(afterAttempt: $0, random: &random) } == [1, 5, 30, 30, 30].map { .seconds($0) }
        )
        #expect(none.delay(afterAttempt: 1, random: &random) == .zero)
    }

    @Test("without jitter the delay grows by its factor and stops at its cap")
    func exponentialWithoutJitter() {
        var random = SeededGenerator(seed: Self.seed)
        let backoff = RetryPolicy.Backoff.exponential(
            first: .seconds(1),
            factor: 3,
            cap: .seconds(20),
            fullJitter: false
        )
        let delays = [1, 2, 3, 4, 5, 10_000].map { backoff.delay(afterAttempt: $0, random: &random) }
        #expect(delays == [1, 3, 9, 20, 20, 20].map { .seconds($0) })
    }

    @Test("a first delay over the cap is cut to it, and one of zero stays zero")
    func ends() {
        var random = SeededGenerator(seed: Self.seed)
        let over = RetryPolicy.Backoff.exponential(first: .seconds(60), factor: 2, cap: .seconds(5), fullJitter: false)
        let zero = RetryPolicy.Backoff.exponential(first: .zero, factor: 2, cap: .seconds(5), fullJitter: true)
        #expect(over.delay(afterAttempt: 1, random: &random) == .seconds(5))
        #expect(zero.delay(afterAttempt: 10_000, random: &random) == .zero)
    }

    @Test("no delay of an accepted policy is negative or over its cap, however large the numbers")
    func bounds() {
        var random = SeededGenerator(seed: Self.seed)
        for round in 0..<2_000 {
            let first = Duration.nanoseconds(Int64.random(in: 0...(1 << Int64.random(in: 0...62)), using: &random))
            let cap = Duration.nanoseconds(Int64.random(in: 0...(1 << Int64.random(in: 0...62)), using: &random))
            let factor = Double.random(in: 1...100, using: &random)
            let jitter = Bool.random(using: &random)
            let backoff = RetryPolicy.Backoff.exponential(first: first, factor: factor, cap: cap, fullJitter: jitter)
            let what: Comment = "seed \(Self.seed), round \(round): \(backoff)"
            #expect(RetryPolicy(maxAttempts: 3, backoff: backoff).problems.isEmpty, what)
            for attempt in [1, 2, 3, 17, 64, 10_000] {
                let delay = backoff.delay(afterAttempt: attempt, random: &random)
                #expect(delay >= .zero, what)
                // A cap of parts of a second goes through a Double: to the microsecond is all that is kept of time.
                #expect(delay <= cap + .microseconds(1), what)
            }
        }
    }

    @Test("full jitter spreads evenly from zero to the ceiling, and a seed repeats it")
    func jitter() {
        let backoff = RetryPolicy.Backoff.exponential(first: .seconds(2), factor: 2, cap: .seconds(8), fullJitter: true)
        for (attempt, ceiling) in [(1, 2.0), (2, 4.0), (3, 8.0), (4, 8.0)] {
            var random = SeededGenerator(seed: Self.seed)
            var again = SeededGenerator(seed: Self.seed)
            var quarters = [0, 0, 0, 0]
            for _ in 0..<4_000 {
                let delay = backoff.delay(afterAttempt: attempt, random: &random)
                #expect(delay == backoff.delay(afterAttempt: attempt, random: &again))
                quarters[min(3, Int(delay.inSeconds / ceiling * 4))] += 1
            }
            for count in quarters {
                #expect((850...1_150).contains(count), "seed \(Self.seed), attempt \(attempt): \(quarters)")
            }
        }
    }

    @Test("policies with negative or endless numbers are refused with every problem")
    func problems() {
        let endless = RetryPolicy.Backoff.exponential(
            first: .seconds(-1),
            factor: .infinity,
            cap: .seconds(-1),
            fullJitter: true
        )
        #expect(RetryPolicy(maxAttempts: 0, backoff: endless, budget: .seconds(-1)).problems.count == 5)
        #expect(RetryPolicy(maxAttempts: 2, backoff: .fixed(.seconds(-1))).problems.count == 1)
        #expect(
            RetryPolicy(maxAttempts: 2, backoff: .intervals([.zero, .seconds(-1), .seconds(-2)])).problems.count == 2
        )
        #expect(RetryPolicy.exponential(maxAttempts: 2, first: .seconds(1), factor: .nan).problems.count == 1)
        #expect(RetryPolicy.exponential(maxAttempts: 2, first: .seconds(1), factor: 0.5).problems.count == 1)
        #expect(RetryPolicy.fixed(maxAttempts: TickerLimits.attempts + 1, every: .zero).problems.count == 1)
        #expect(RetryPolicy.fixed(maxAttempts: TickerLimits.attempts, every: .zero).problems.isEmpty)
        #expect(RetryPolicy.none.problems.isEmpty)
    }

    struct Decision: Sendable {
        let policy: RetryPolicy
        let advice: RetryAdvice
        /// Seconds that the first attempt took.
        let took: Int
        /// Seconds until the next attempt; `nil` for none.
        let delay: Int?
    }

    static let decisions: [Decision] = [
        Decision(policy: .none, advice: .byPolicy, took: 1, delay: nil),
        Decision(policy: .none, advice: .after(.seconds(3)), took: 1, delay: nil),
        Decision(policy: .none, advice: .never, took: 1, delay: nil),
        Decision(policy: .fixed(maxAttempts: 2, every: .seconds(5)), advice: .byPolicy, took: 1, delay: 5),
        Decision(policy: .fixed(maxAttempts: 2, every: .seconds(5)), advice: .after(.seconds(3)), took: 1, delay: 3),
        Decision(policy: .fixed(maxAttempts: 2, every: .seconds(5)), advice: .after(.seconds(-3)), took: 1, delay: 0),
        Decision(policy: .fixed(maxAttempts: 2, every: .seconds(5)), advice: .never, took: 1, delay: nil),
        Decision(policy: .intervals([.seconds(9)]), advice: .byPolicy, took: 1, delay: 9),
        Decision(policy: .intervals([]), advice: .byPolicy, took: 1, delay: nil),
        // The budget runs from the first start to the next start, and its last instant is inside.
        Decision(
            policy: .fixed(maxAttempts: 2, every: .seconds(5)).within(.seconds(15)),
            advice: .byPolicy,
            took: 10,
            delay: 5
        ),
        Decision(
            policy: .fixed(maxAttempts: 2, every: .seconds(5)).within(.seconds(15)),
            advice: .byPolicy,
            took: 11,
            delay: nil
        ),
        Decision(
            policy: .fixed(maxAttempts: 2, every: .seconds(5)).within(.seconds(15)),
            advice: .after(.seconds(16)),
            took: 0,
            delay: nil
        ),
    ]

    @Test("attempts left, the worker's advice and the budget decide together", arguments: decisions)
    func decides(_ decision: Decision) throws {
        let driver = TableDriver(seed: Self.seed)
        let ref = try driver.add([PlannedStep("Work", retry: decision.policy)])[0]
        let run = try driver.start("Work")
        driver.advance(.seconds(decision.took))
        let result = driver.fail(run, decision.advice)
        guard let delay = decision.delay else {
            #expect(result == .ended(.failed))
            #expect(driver[ref].endedAt == driver.now)
            return
        }
        #expect(result == .queued(.retrying))
        #expect(driver[ref].due == driver.now.advanced(by: .seconds(delay)))
    }

    @Test("attempts are used up by failures only: snoozes and interruptions give theirs back")
    func usedUp() throws {
        let driver = TableDriver()
        let ref = try driver.add([PlannedStep("Work", retry: .fixed(maxAttempts: 3, every: .zero))])[0]
        var results: [FinishResult] = []
        var attempts: [Int] = []
        let script: [RetryAdvice?] = [nil, .byPolicy, nil, .byPolicy, nil, .byPolicy]
        for (index, advice) in script.enumerated() {
            let run = try driver.start("Work")
            attempts.append(run.attempt)
            if let advice {
                results.append(driver.fail(run, advice))
            } else {
                results.append(driver.finish(run.finished(index == 0 ? .interrupted : .snoozed(.zero))))
            }
        }
        #expect(attempts == [1, 1, 2, 2, 3, 3])
        let expected: [FinishResult] = [
            .queued(.scheduled), .queued(.retrying), .queued(.scheduled), .queued(.retrying), .queued(.scheduled),
            .ended(.failed),
        ]
        #expect(results == expected)
        #expect(driver[ref].attempts == 3)
    }

    @Test("a report under an old lease changes nothing")
    func lateReports() throws {
        let driver = TableDriver()
        let ref = try driver.add([PlannedStep("Work", retry: .fixed(maxAttempts: 3, every: .zero))])[0]
        let first = try driver.start("Work")
        driver.fail(first)
        #expect(driver.succeed(first) == .late)
        #expect(driver.state(ref) == .retrying)
        let second = try driver.start("Work")
        #expect(driver.succeed(first) == .late)
        #expect(driver.state(ref) == .running)
        #expect(driver.succeed(second) == .ended(.succeeded))
        #expect(driver.fail(second) == .late)
        #expect(driver.state(ref) == .succeeded)
    }
}
