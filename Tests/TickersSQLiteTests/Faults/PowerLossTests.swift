import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting

@Suite("Loss of power")
struct PowerLossTests {
    private static let seeds: Range<UInt64> = 0..<1_000

    /// What two losses of power did to one disk.
    private struct Outcome {
        /// Transactions that were answered, and are not there.
        var lost = 0
        /// How often the power went before the work was done.
        var cuts = 0
        var problems: [String] = []
    }

    @Test("with full durability every answered commit is there afterwards, and the file is whole")
    func full() throws {
        var failures: [String] = []
        var cuts = 0
        for seed in Self.seeds {
            let outcome = try outcome(.full, seed: seed)
            if outcome.lost > 0 { failures.append("seed \(seed): \(outcome.lost) answered commits are lost") }
            failures += outcome.problems.map { "seed \(seed): \($0)" }
            cuts += outcome.cuts
        }
        #expect(failures.isEmpty, "\(failures.count), the first of them \(failures.prefix(5))")
        #expect(cuts > Self.seeds.count, "the power was cut too seldom to show anything")
    }

    @Test("with normal durability what is there afterwards is a beginning of the work, and the file is whole")
    func normal() throws {
        var failures: [String] = []
        var losses = 0
        for seed in Self.seeds {
            let outcome = try outcome(.normal, seed: seed)
            failures += outcome.problems.map { "seed \(seed): \($0)" }
            losses += outcome.lost > 0 ? 1 : 0
        }
        #expect(failures.isEmpty, "\(failures.count), the first of them \(failures.prefix(5))")
        #expect(losses > 0, "the disk has never lost an unsynced commit")
    }

    @Test("without any syncs commits are lost and files are damaged, so the disk does lose what is unsynced")
    func control() throws {
        var losses = 0
        var damages = 0
        for seed in Self.seeds.prefix(200) {
            let outcome = try outcome(
                .normal,
                seed: seed,
                tuning: "PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=6"
            )
            losses += outcome.lost > 0 ? 1 : 0
            damages += outcome.problems.isEmpty ? 0 : 1
        }
        #expect(losses > 0)
        #expect(damages > 0)
    }

    private func outcome(_ durability: Durability, seed: UInt64, tuning: String? = nil) throws -> Outcome {
        let disk = FaultyDisk()
        var work = RawWork(disk: disk, durability: durability, seed: seed)
        if let tuning { work.tuning = tuning }
        var outcome = Outcome()
        for _ in 0..<2 {
            disk.losePower(after: Int.random(in: 0..<90, using: &work.generator))
            do {
                let connection = try work.open()
                try work.work(connection, transactions: 12)
                try connection.close()
            } catch is TickerError where disk.isOff {
                outcome.cuts += 1
            }
            disk.reboot(seed: work.generator.next())
            do {
                let (lost, problems) = try work.inspect(work.open())
                outcome.lost += lost
                outcome.problems += problems
            } catch let error as TickerError {
                outcome.problems.append("\(error)")
                return outcome
            }
        }
        return outcome
    }
}
