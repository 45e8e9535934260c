import Testing
import Tickers
import TickersTesting

/// The same seed is the same run, event by event; other seeds are other legal runs.
@Suite struct VirtualTraceTests {
    private static func workflow() -> Workflow {
        Workflow.begin(with: Stage.seven)
            .child(Stage.plusOne) { $0.then(Stage.text).then(Stage.note) }
            .child(Stage.sleep, 3) { $0.inProgress(Stage.pulse).onCancelled(Stage.pulse).then(Stage.text) }
            .child(
                Stage.fail,
                "no",
                options: TickerOptions(retry: .exponential(maxAttempts: 3, first: .seconds(1)))
            ) { $0.onFailure(Stage.alarm).then(Stage.text) }
            .inProgress(Stage.note, "beside")
            .onCompletion(Stage.sleep, 5) { $0.child(Stage.seven).child(Stage.plusOne).child(Stage.text) }
            .then(Stage.plusOne, due: .after(.seconds(2)))
            .build(name: "mixed")
    }

    /// Everything that happened in a run with this seed, in order.
    private func trace(seed: UInt64) async throws -> [String] {
        let stage = Stage(seed: seed)
        return try await stage.play { scheduler in
            let events = scheduler.events()
            let runs = [
                try await scheduler.schedule(Self.workflow()),
                try await scheduler.schedule(Self.workflow()),
            ]
            try await stage.clock.sleep(for: .seconds(4))
            let asleep = runs[0].handles(of: Stage.sleep)[1]
            try await scheduler.cancel(asleep)
            for run in runs { try await scheduler.ended(run) }
            let lone = try await scheduler.schedule(Stage.pulse)
            var lines: [String] = []
            for await event in events {
                lines.append("\(stage.clock.wall) \(event)")
                if case .ticker(let change) = event, change.id == lone.id, change.status.isEnd { break }
            }
            return lines + stage.journal.lines
        }
    }

    @Test func sameSeedSameTrace() async throws {
        for seed: UInt64 in 0..<200 {
            let first = try await trace(seed: seed)
            let second = try await trace(seed: seed)
            let difference = zip(first, second).first { $0 != $1 }
            #expect(first == second, "seed \(seed) parts at \(String(describing: difference))")
            #expect(first.count > 60, "seed \(seed)")
        }
    }

    @Test func otherSeedsAreOtherInterleavings() async throws {
        var orders: Set<[String]> = []
        for seed: UInt64 in 0..<20 {
            let stage = Stage(seed: seed)
            _ = try await stage.run(Self.workflow())
            orders.insert(stage.journal.lines)
        }
        #expect(orders.count >= 2)
    }
}
