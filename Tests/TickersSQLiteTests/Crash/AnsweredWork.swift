import Foundation
import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// Random calls to a store, one after the other, and what each that was answered has promised.
actor AnsweredWork {
    /// What can be asked of a file afterwards.
    private enum Fact {
        case stored(TickerID)
        case ended(TickerID, TickerStatus)
    }

    private let clock: VirtualClock
    private var generator: SeededGenerator
    private var facts: [Fact] = []
    private var number = 0

    init(seed: UInt64, clock: VirtualClock) {
        generator = SeededGenerator(seed: seed)
        self.clock = clock
    }

    /// Lives until the power is cut or it has had enough, and looks at what is there when the power is back.
    ///
    /// - Returns: For each promise, in the order in which they were made, whether it has been kept. Those that were not are
    ///   forgotten.
    func lived(on disk: FaultyDisk, durability: Durability) async throws -> [Bool] {
        disk.losePower(after: Int.random(in: 0..<400, using: &generator))
        do {
            let store = try disk.store(clock: clock, durability: durability)
            for _ in 0..<Int.random(in: 0..<30, using: &generator) { try await step(on: store) }
            try await store.close()
        } catch let error as TickerError {
            #expect(disk.isOff, "\(error)")
        }
        disk.reboot(seed: generator.next())
        let store = try disk.store(clock: clock, durability: durability)
        try expectWhole(disk)
        var found: [Bool] = []
        for fact in facts { found.append(try await isKept(fact, in: store)) }
        facts = Array(facts.prefix(found.firstIndex(of: false) ?? facts.count))
        try await store.close()
        return found
    }

    private func isKept(_ fact: Fact, in store: SQLiteTickerStore) async throws -> Bool {
        switch fact {
        case .stored(let id): try await store.ticker(id, now: clock.wall) != nil
        case .ended(let id, let status): try await store.ticker(id, now: clock.wall)?.status == status
        }
    }

    private func step(on store: SQLiteTickerStore) async throws {
        number += 1
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
            let stored = try await store.add(
                Self.ticker("lone", size: Int.random(in: 0..<3_000, using: &generator)),
                now: clock.wall
            )
            facts.append(.stored(stored.id))
        case 1:
            let steps = (0..<5).map { _ in Self.ticker("step", size: 50) }
            let edges = (1..<5).map { NewEdge(parent: .step($0 - 1), child: $0, condition: .onSuccess) }
            let stored = try await store.add(
                NewWorkflow(name: "\(number)", tickers: steps, edges: edges),
                now: clock.wall
            )
            facts += stored.tickers.map { .stored($0) }
        default:
            let limit = Int.random(in: 1..<8, using: &generator)
            let claim = try await store.claim(ClaimRequest(limit: limit, serving: ["lone", "step"]), now: clock.wall)
            #expect(ended.isDisjoint(with: claim.runs.map(\.lease.ticker)), "what has ended was started again")
            let runs = claim.runs.map { FinishedRun(run: $0, outcome: .succeeded(.nothing)) }
            _ = try await store.finish(runs, now: clock.wall)
            facts += claim.runs.map { .ended($0.lease.ticker, .succeeded) }
        }
    }

    private var ended: Set<TickerID> {
        Set(facts.compactMap { if case .ended(let id, _) = $0 { id } else { nil } })
    }

    private static func ticker(_ function: String, size: Int) -> NewTicker {
        NewTicker(
            spec: TickerSpec(function: function, options: TickerOptions()),
            input: .payload(Payload(.encoded(Data("\"\(String(repeating: "x", count: size))\"".utf8)))),
            due: .now
        )
    }
}
