import Testing
import Tickers
import TickersTesting

private let seeds: [UInt64] = [1, 2, 3]

/// Which steps of a chain run after which end, and why the others do not.
@Suite struct ChainConditionTests {
    private static let tell = TickerFunction<TickerFailure, Void>("Tell")
    private static let discard = TickerFunction<Void, Void>("Discard")
    /// JSON has no infinity, so a store that encodes cannot keep its output.
    private static let endless = TickerFunction<Void, Double>("Endless")

    private static let failing = [
        Workflow.begin(
            with: Stage.fail,
            "out of ink",
            options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(1)))
        ).onFailure(tell),
        Workflow.begin(with: Stage.sleep, 60, options: TickerOptions(timeout: .seconds(2))).onFailure(tell),
    ].map { $0.build() }

    private static let failingAtOnce = [
        Workflow.begin(with: discard, options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .zero)))
            .onFailure(tell).build(),
        Workflow.begin(with: endless).onFailure(tell).build(),
    ]

    @Test(arguments: seeds)
    func failureIsPipedWithItsStory(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let told = Recorder<TickerFailure>()
        var functions = stage.functions
        functions.register(Self.tell) { failure, _ in told.add(failure) }
        functions.register(Self.discard) { _ in throw TickerSignal.discard("hopeless") }
        functions.register(Self.endless) { _ in .infinity }
        let first = try await stage.clock.run { [functions] in
            let store = MemoryTickerStore(encoding: .always, seed: seed)
            let scheduler = Scheduler(functions: functions, store: store, clock: stage.clock)
            try await scheduler.start()
            var first: [TickerID] = []
            for workflow in Self.failing + Self.failingAtOnce {
                let run = try await scheduler.schedule(workflow)
                first.append(run.tickers[0])
                try await scheduler.ended(run)
            }
            await scheduler.shutdown()
            return first
        }
        #expect(told.values.map(\.ticker) == first)
        #expect(told.values.map(\.function) == ["Fail", "Sleep", "Discard", "Endless"])
        #expect(told.values.map(\.kind) == [.threw, .timedOut, .discarded, .unusablePayload])
        #expect(told.values.map(\.attempts) == [3, 1, 1, 1])
        #expect(told.values.map(\.errorType) == ["Mishap", "", "TickerSignal", "TickerError"])
        #expect(
            told.values.map(\.message).prefix(3) == [
                "out of ink", "The attempt took longer than \(Duration.seconds(2)).", "hopeless",
            ]
        )
    }

    @Test(arguments: seeds)
    func failureBranchWithItsOwnInput(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.fail, "broken")
            .onFailure(Stage.note, "recovered") { $0.then(Stage.note, "and reported") }
            .onFailure(Stage.alarm) { $0.then(Stage.length) }
            .onFailure(Stage.pulse)
            .then(Stage.plusOne)
            .build()
        let summary = try await stage.run(workflow)
        let ends: [TickerStatus] = [.failed, .succeeded, .succeeded, .succeeded, .succeeded, .succeeded, .skipped]
        #expect(summary.tickers.map(\.status) == ends)
        let all = ["alarm broken", "and reported", "length broken", "pulse", "recovered"]
        #expect(stage.journal.lines.sorted() == all)
    }

    @Test(arguments: seeds)
    func cancelledBeforeItStarted(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.plusOne, 1, due: .after(.seconds(3_600)))
            .onCancelled(Stage.note, "cancelled") { $0.then(Stage.pulse) }
            .onCompletion(Stage.note, "complete")
            .child(Stage.seven, when: .onFailureOrCancelled)
            .child(Stage.note, "always", when: .always)
            .inProgress(Stage.note, "never began")
            .onFailure(Stage.alarm)
            .then(Stage.text)
            .build()
        let summary = try await stage.play { scheduler in
            let run = try await scheduler.schedule(workflow)
            #expect(try await scheduler.cancel(run.tickers[0]) == .cancelled)
            return try await scheduler.ended(run)
        }
        let root = summary.tickers[0].id
        #expect(summary.tickers[0].reason == .byRequest)
        #expect(summary.tickers.dropFirst().prefix(5).allSatisfy { $0.status == .succeeded })
        #expect(summary.tickers.suffix(3).map(\.reason) == Array(repeating: .parentCancelled(root), count: 3))
        #expect(stage.clock.monotonic.nanoseconds == 0)
    }

    @Test(arguments: seeds)
    func cancelledWhileItRan(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.sleep, 3_600)
            .onCancelled(Stage.pulse)
            .inProgress(Stage.note, "began")
            .then(Stage.text)
            .build()
        let summary = try await stage.play { scheduler in
            let run = try await scheduler.schedule(workflow)
            try await stage.clock.sleep(for: .seconds(60))
            #expect(try await scheduler.cancel(run.tickers[0]) == .requested)
            return try await scheduler.ended(run)
        }
        #expect(summary.tickers.map(\.status) == [.cancelled, .succeeded, .succeeded, .skipped])
        #expect(summary.tickers.map(\.endedAt) == [60, 60, 0, 60].map { stage.after($0) })
    }

    @Test(arguments: seeds)
    func completionMeansEveryEndButSkipped(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.seven)
            .onCompletion(Stage.note, "after success")
            .child(Stage.fail, "no") { $0.onCompletion(Stage.note, "after failure") }
            .child(Stage.fail, "no") { failing in
                failing.child(Stage.text) { skipped in
                    skipped.onCompletion(Stage.note, "not after skip").child(Stage.note, "always", when: .always)
                }
            }
            .build()
        let summary = try await stage.run(workflow)
        #expect(stage.journal.lines.sorted() == ["after failure", "after success", "always", "seven"])
        #expect(summary.tickers[6].reason == .parentSkipped(summary.tickers[5].id))
    }

    @Test(arguments: seeds)
    func skipsCascadeWithTheirReasons(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.fail, "no", due: .after(.seconds(9)))
            .then(Stage.plusOne)
            .then(Stage.plusOne)
            .onFailure(Stage.pulse)
            .then(Stage.plusOne)
            .build()
        let tickers = try await stage.run(workflow).tickers
        #expect(tickers.map(\.status) == [.failed, .skipped, .skipped, .skipped, .skipped])
        let reasons: [EndReason?] = [
            nil, .parentFailed(tickers[0].id), .parentSkipped(tickers[1].id), .parentSkipped(tickers[2].id),
            .parentSkipped(tickers[2].id),
        ]
        #expect(tickers.map(\.reason) == reasons)
        #expect(tickers.allSatisfy { $0.endedAt == stage.after(9) })
        #expect(tickers.dropFirst().allSatisfy { $0.attempts == 0 && $0.startedAt == nil && $0.due == nil })
    }

    @Test(arguments: seeds)
    func skippedOutputSaysSo(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.seven).onFailure(Stage.alarm).build()
        let error = try await stage.play { scheduler in
            let run = try await scheduler.schedule(workflow)
            let alarm = try #require(run.handle(of: Stage.alarm))
            return await #expect(throws: TickerError.self) { try await scheduler.output(of: alarm) }
        }
        #expect(error?.code == .tickerSkipped)
        #expect(error?.message.contains("succeeded") == true)
    }

    @Test(arguments: seeds)
    func siblingFailureLeavesSiblingsAlone(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.seven)
            .child(Stage.sleep, 30) { $0.then(Stage.text) }
            .child(Stage.fail, "alone") { $0.then(Stage.text).then(Stage.length) }
            .child(Stage.text, due: .after(.seconds(60)))
            .then(Stage.plusOne)
            .build()
        let summary = try await stage.run(workflow)
        let ends: [TickerStatus] = [
            .succeeded, .succeeded, .succeeded, .failed, .skipped, .skipped, .succeeded, .succeeded,
        ]
        #expect(summary.tickers.map(\.status) == ends)
    }
}
