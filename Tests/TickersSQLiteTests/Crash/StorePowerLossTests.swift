import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting
import TickersTesting

/// The power goes at a seeded point of whatever a store does, opening, working or closing, over and over on one disk.
@Suite("A store whose power is cut")
struct StorePowerLossTests {
    private static let cuts: UInt64 = isLongRun ? 1_000 : 60
    private static let cutsPerDisk: UInt64 = 4

    @Test("has lost nothing that was answered, where each commit waits for the disk")
    func full() async throws {
        for seed in 0..<Self.cuts / Self.cutsPerDisk {
            try await Self.cut(durability: .full, seed: seed) { found, seed in
                #expect(!found.contains(false), "seed \(seed)")
            }
        }
    }

    @Test("has lost nothing but the latest of what was answered, where commits do not wait")
    func normal() async throws {
        var lost = 0
        for seed in 0..<Self.cuts / Self.cutsPerDisk {
            try await Self.cut(durability: .normal, seed: seed) { found, seed in
                let kept = found.firstIndex(of: false) ?? found.count
                #expect(!found[kept...].contains(true), "seed \(seed): \(found)")
                lost += found.count - kept
            }
        }
        #expect(lost > 0, "nothing was ever lost, so that nothing was tested")
    }

    private static func cut(
        durability: Durability,
        seed: UInt64,
        check: ([Bool], UInt64) -> Void
    ) async throws {
        let clock = VirtualClock(seed: seed)
        let disk = FaultyDisk()
        let work = AnsweredWork(seed: seed, clock: clock)
        for _ in 0..<cutsPerDisk {
            check(try await clock.run { try await work.lived(on: disk, durability: durability) }, seed)
        }
    }
}
