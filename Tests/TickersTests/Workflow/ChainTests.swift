import Testing
import Tickers
import TickersTesting

private let seeds: [UInt64] = [1, 2, 3]

/// What a chain's steps receive, and when they run.
@Suite struct ChainTests {
    private static let encodings: [PayloadEncoding] = [.never, .always]

    @Test(arguments: seeds, encodings)
    func pipedOutputReachesTheChildTyped(seed: UInt64, encoding: PayloadEncoding) async throws {
        let stage = Stage(seed: seed, encoding: encoding)
        let workflow = Workflow.begin(with: Stage.plusOne, 99)
            .then(Stage.text)
            .then(Stage.length)
            .then(Stage.plusOne)
            .then(Stage.note, "own input")
            .then(Stage.pulse)
            .then(Stage.seven)
            .then(Stage.plusOne)
            .build()
        let last = try await stage.play { scheduler in
            let run = try await scheduler.schedule(workflow)
            let last = try #require(run.handles(of: Stage.plusOne).last)
            return try await scheduler.output(of: last)
        }
        #expect(last == 8)
        let expected = [
            "plusOne 99", "text 100", "length <100>", "plusOne 5", "own input", "pulse", "seven", "plusOne 7",
        ]
        #expect(stage.journal.lines == expected)
    }

    @Test(arguments: seeds)
    func childReceivesOutputWhileTheChainStays(seed: UInt64) async throws {
        let stage = Stage(seed: seed, encoding: .always)
        let workflow = Workflow.begin(with: Stage.plusOne, 1)
            .child(Stage.text)
            .child(Stage.plusOne) { two in two.then(Stage.plusOne).child(Stage.text) }
            .then(Stage.plusOne)
            .build()
        _ = try await stage.run(workflow)
        #expect(stage.journal.lines.first == "plusOne 1")
        let all = ["plusOne 1", "plusOne 2", "plusOne 2", "plusOne 3", "text 2", "text 4"]
        #expect(stage.journal.lines.sorted() == all)
    }

    @Test(arguments: seeds)
    func functionsWithoutInputAndOutput(seed: UInt64) async throws {
        let stage = Stage(seed: seed, encoding: .always)
        let workflow = Workflow.begin(with: Stage.pulse)
            .then(Stage.pulse)
            .child(Stage.pulse)
            .child(Stage.pulse, when: .inProgress)
            .onCompletion(Stage.pulse) { $0.then(Stage.seven).then(Stage.text) }
            .onFailure(Stage.pulse)
            .onCancelled(Stage.pulse)
            .inProgress(Stage.seven)
            .build()
        let summary = try await stage.run(workflow)
        #expect(summary.tickers.count { $0.status == .succeeded } == 8)
        #expect(
            summary.tickers.filter { $0.status == .skipped }.map(\.parents[0].condition) == [.onFailure, .onCancelled]
        )
        #expect(stage.journal.lines.count { $0 == "pulse" } == 5)
        #expect(stage.journal.lines.last == "text 7")
    }

    @Test(arguments: seeds)
    func twentyStepsRunInOrder(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        var chain = Workflow.begin(with: Stage.plusOne, 0)
        for _ in 1..<20 { chain = chain.then(Stage.plusOne) }
        let summary = try await stage.run(chain.build())
        #expect(stage.journal.lines == (0..<20).map { "plusOne \($0)" })
        #expect(summary.tickers.allSatisfy { $0.status == .succeeded })
        let starts = summary.tickers.compactMap(\.startedAt)
        #expect(starts == starts.sorted() && starts.count == 20)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func inProgressRunsBesideItsParent(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.sleep, 60)
            .inProgress(Stage.note, "beside")
            .inProgress(Stage.note, "beside, later", due: .after(.seconds(10)))
            .then(Stage.note, "after")
            .build()
        let summary = try await stage.run(workflow)
        #expect(summary.tickers.map(\.startedAt) == [0, 0, 10, 60].map { stage.after($0) })
        #expect(stage.journal.lines == ["beside", "beside, later", "after"])
    }

    /// Nothing else goes on, so nothing but the parent's start can have the child looked at.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func inProgressStartsInAnIdleScheduler(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.sleep, 60).inProgress(Stage.note, "beside").build()
        let summary = try await stage.play { scheduler in
            try await stage.clock.sleep(for: .seconds(1))
            await stage.clock.rest()
            return try await scheduler.ended(scheduler.schedule(workflow))
        }
        #expect(summary.tickers.map(\.startedAt) == [stage.after(1), stage.after(1)])
    }

    @Test(arguments: seeds)
    func inProgressRunsOnceHoweverManyAttempts(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let retry = TickerOptions(retry: .fixed(maxAttempts: 4, every: .seconds(5)))
        let workflow = Workflow.begin(with: Stage.fail, "no", options: retry)
            .inProgress(Stage.pulse)
            .onFailure(Stage.alarm)
            .build()
        let summary = try await stage.run(workflow)
        #expect(summary.tickers.map(\.attempts) == [4, 1, 1])
        #expect(stage.journal.lines == ["pulse", "alarm no"])
    }

    @Test(arguments: seeds)
    func childWithItsOwnTimeStillHonoursItsCondition(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let early = stage.after(10)
        let late = stage.after(500)
        let workflow = Workflow.begin(with: Stage.sleep, 100)
            .child(Stage.note, "instant before the parent's end", due: .at(early))
            .child(Stage.note, "instant after the parent's end", due: .at(late))
            .child(Stage.note, "delay from the release", due: .after(.seconds(30)))
            .child(Stage.note, "both, the delay later", due: .at(early).after(.seconds(40)))
            .child(Stage.note, "both, the instant later", due: .at(late).after(.seconds(40)))
            .onFailure(Stage.note, "never", due: .at(early))
            .build()
        let summary = try await stage.run(workflow)
        let starts = [0, 100, 500, 130, 140, 500].map { Optional(stage.after($0)) }
        #expect(summary.tickers.map(\.startedAt) == starts + [nil])
        #expect(summary.tickers[6].status == .skipped)
        #expect(summary.tickers[6].endedAt == stage.after(100))
    }

    @Test(arguments: seeds)
    func rootWithItsOwnTime(seed: UInt64) async throws {
        let stage = Stage(seed: seed)
        let workflow = Workflow.begin(with: Stage.pulse, due: .at(stage.after(3_600)))
            .then(Stage.pulse, due: .after(.seconds(60)))
            .build()
        let summary = try await stage.run(workflow)
        #expect(summary.tickers.map(\.startedAt) == [stage.after(3_600), stage.after(3_660)])
        #expect(summary.endedAt == stage.after(3_660))
    }
}
