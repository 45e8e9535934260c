import Foundation
import Tickers

/// Kills a process with `SIGKILL` again and again while it works through chains of tickers on a file, and checks after each kill
/// what it has left behind.
///
/// The same program is the process that is killed, where it is called as `CrashSweep child`.
@main
enum CrashSweep {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            if words.first == "child" {
                try await SweptProcess(Array(words.dropFirst())).run()
                return
            }
            guard let plan = try SweepPlan(words) else {
                print(SweepPlan.usage)
                return
            }
            var sweep = try Sweep(plan)
            exit(try await sweep.run() ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("CrashSweep: \(error)\n".utf8))
            exit(64)
        }
    }
}

/// What the command line asks for.
struct SweepPlan: Sendable {
    static let usage = """
        Usage: Tests/crash-sweep [--kills N] [--chains N] [--workers N] [--seed N] [--keep]

        Runs chains of five tickers in a process of its own that is killed with SIGKILL at seeded random points and started
        again until all are drained. After each kill: the file is whole, nothing that is recorded as succeeded starts again,
        and no more tickers start a second time than there are workers.

          --kills N     How often to kill; 20 unless given.
          --chains N    Chains per file; 2000 unless given. When a file is drained before the last kill, a new one is begun.
          --workers N   Runs at once; 8 unless given.
          --seed N      Where the points come from; a random one unless given, and printed.
          --keep        Leaves the files where they are, and says where.
        """

    var kills = 20
    var chains = 2_000
    var workers = 8
    var seed = UInt64.random(in: 1..<1_000_000)
    var isKept = false

    struct Misuse: Error, CustomStringConvertible {
        let description: String
    }

    /// `nil` where only the usage was asked for.
    init?(_ words: [String]) throws {
        var rest = words[...]
        func number(of word: String, atMost most: Int) throws -> Int {
            guard let text = rest.popFirst(), let number = Int(text), (1...most).contains(number) else {
                throw Misuse(description: "\(word) takes a whole number from 1 to \(most).\n\n\(Self.usage)")
            }
            return number
        }
        while let word = rest.popFirst() {
            switch word {
            case "--help", "-h": return nil
            case "--kills": kills = try number(of: word, atMost: 100_000)
            case "--chains": chains = try number(of: word, atMost: 100_000)
            case "--workers": workers = try number(of: word, atMost: 1_000)
            case "--seed": seed = UInt64(try number(of: word, atMost: .max))
            case "--keep": isKept = true
            default: throw Misuse(description: "\"\(word)\" is not known.\n\n\(Self.usage)")
            }
        }
    }
}
