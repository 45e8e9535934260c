import Testing
import Tickers
import TickersTesting

@Suite("The history of attempts")
struct AttemptHistoryTests {
    private let driver = TableDriver()

    /// One ticker's history in words: number, seconds from start to end, outcome.
    private func words(_ ref: Int32, _ driver: TableDriver) -> [String] {
        driver.table.snapshot(of: ref, now: driver.now).history.map { attempt in
            let length = attempt.endedAt.map { "\($0.since(attempt.startedAt).inWords)" } ?? "so far"
            let outcome =
                switch attempt.outcome {
                case .running: "running"
                case .succeeded: "succeeded"
                case .failed(let failure): "failed: \(failure.message)"
                case .snoozed: "snoozed"
                case .givenBack: "given back"
                case .crashed: "crashed"
                case .cancelled: "cancelled"
                }
            return "\(attempt.number), \(length), \(outcome)"
        }
    }

    @Test("nothing before the first start, then the attempt that runs, then how it ended")
    func single() throws {
        let driver = driver
        let ref = try driver.add([PlannedStep("A")])[0]
        #expect(words(ref, driver) == [])
        let run = try driver.start("A")
        #expect(words(ref, driver) == ["1, so far, running"])
        driver.advance(.seconds(3))
        driver.succeed(run)
        #expect(words(ref, driver) == ["1, 3 s, succeeded"])
        #expect(driver[ref].log == nil, "a ticker that runs once keeps no log")
    }

    @Test("failures, snoozes and interruptions in their order; only failures use a number")
    func several() throws {
        let driver = driver
        let retry = RetryPolicy.fixed(maxAttempts: 3, every: .seconds(1))
        let ref = try driver.add([PlannedStep("A", retry: retry)])[0]
        let outcomes: [AttemptOutcome?] = [nil, .snoozed(.seconds(1)), .interrupted, nil, .succeeded(.nothing)]
        for outcome in outcomes {
            driver.advance(.seconds(1))
            let run = try driver.start("A")
            driver.advance(.seconds(2))
            driver.finish(outcome.map { run.finished($0) } ?? run.failed())
        }
        #expect(
            words(ref, driver) == [
                "1, 2 s, failed: A broke", "2, 2 s, snoozed", "2, 2 s, given back", "2, 2 s, failed: A broke",
                "3, 2 s, succeeded",
            ]
        )
    }

    @Test("a cancelled attempt is cancelled; a cancellation between attempts or before the first adds none")
    func cancelled() throws {
        let driver = driver
        let retry = RetryPolicy.fixed(maxAttempts: 3, every: .seconds(1))
        let running = try driver.add([PlannedStep("A")])[0]
        let run = try driver.start("A")
        driver.cancel(running)
        #expect(words(running, driver) == ["1, so far, running"])
        driver.fail(run)
        #expect(words(running, driver) == ["1, 0 s, cancelled"])
        let between = try driver.add([PlannedStep("B", retry: retry)])[0]
        driver.fail(try driver.start("B"))
        driver.cancel(between)
        #expect(words(between, driver) == ["1, 0 s, failed: B broke"])
        let never = try driver.add([PlannedStep("C")])[0]
        driver.cancel(never)
        #expect(words(never, driver) == [])
    }

    @Test("a retry by hand keeps the end that it takes back, of the ticker and of what is below it")
    func byHand() throws {
        let driver = driver
        let steps = [
            PlannedStep("A"), PlannedStep("B", after: [.step(0, .always)]), PlannedStep("C", after: [.step(1)]),
            PlannedStep("D", after: [.step(0, .onSuccess)]),
        ]
        let refs = try driver.add(steps)
        driver.fail(try driver.start("A"))
        driver.succeed(try driver.start("B"))
        driver.succeed(try driver.start("C"))
        #expect(driver.state(refs[3]) == .skipped)
        #expect(driver.table.retry(refs[0], now: driver.now) == .retried)
        #expect(
            refs.map { words($0, driver) } == [
                ["1, 0 s, failed: A broke"], ["1, 0 s, succeeded"], ["1, 0 s, succeeded"], [],
            ]
        )
        driver.succeed(try driver.start("A"))
        driver.fail(try driver.start("B"))
        driver.succeed(try driver.start("D"))
        #expect(words(refs[0], driver) == ["1, 0 s, failed: A broke", "2, 0 s, succeeded"])
        #expect(words(refs[1], driver) == ["1, 0 s, succeeded", "1, 0 s, failed: B broke"])
        #expect(driver.state(refs[2]) == .skipped)
        #expect(words(refs[2], driver) == ["1, 0 s, succeeded"], "its earlier end stays, and the skip adds none")
        #expect(words(refs[3], driver) == ["1, 0 s, succeeded"])
    }

    @Test("only the latest attempts are kept, the others are counted", arguments: [0, 1, 2, 30])
    func bound(beyond: Int) throws {
        let driver = driver
        let kept = TickerLimits.attemptsKept
        let ref = try driver.add([PlannedStep("A", retry: .fixed(maxAttempts: kept + 100, every: .zero))])[0]
        for _ in 0..<(kept + beyond - 1) { driver.fail(try driver.start("A")) }
        let run = try driver.start("A")
        let whileItRuns = driver.table.snapshot(of: ref, now: driver.now)
        driver.succeed(run)
        for ticker in [whileItRuns, driver.table.snapshot(of: ref, now: driver.now)] {
            #expect(ticker.history.map(\.number) == Array((beyond + 1)...(beyond + kept)))
            #expect(ticker.attemptsDropped == beyond)
        }
        #expect(driver.table.snapshot(of: ref, now: driver.now).history.last?.outcome == .succeeded)
    }

    @Test("an attempt survives being written down")
    func codable() throws {
        let failure = TickerFailure(
            ticker: TickerID(high: 1, low: 2),
            function: "A",
            attempts: 1,
            kind: .threw,
            message: "broke"
        )
        let outcomes: [TickerAttempt.Outcome] = [
            .running, .succeeded, .failed(failure), .snoozed, .givenBack, .cancelled,
        ]
        for outcome in outcomes {
            let attempt = TickerAttempt(number: 3, startedAt: driver.now, endedAt: nil, outcome: outcome)
            let payload = PayloadCoder<TickerAttempt>.codable.payload(attempt)
            let stored = try payload.stored(.always)
            #expect(try PayloadCoder<TickerAttempt>.codable.value(stored) == attempt)
        }
    }
}
