import Foundation

/// This program once more, in a process of its own: what one scenario has allocated, cached or warmed up is then no part
/// of another's figures.
struct ChildRun {
    private struct Line: Decodable {
        let value: Double
        let limit: Double
    }

    /// The child ended with something else than zero.
    struct Failed: Error, CustomStringConvertible {
        let words: [String]
        let code: Int32
        var description: String { "\(words.joined(separator: " ")) exited with \(code)" }
    }

    private let words: [String]
    /// The processors that it may use; `nil` for all.
    private let cores: Int?

    init(_ words: [String], cores: Int? = nil) {
        self.words = words
        self.cores = cores
    }

    /// Runs it with this process's output; returns its exit code.
    func exitCode() throws -> Int32 {
        let process = try started(output: nil)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Runs it, with `--json` among its words, and returns value and limit of each line that it prints.
    func measured() throws -> [(value: Double, limit: Double)] {
        let pipe = Pipe()
        let process = try started(output: pipe)
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(words: words, code: process.terminationStatus) }
        return try output.split(separator: UInt8(ascii: "\n")).map { text in
            let line = try JSONDecoder().decode(Line.self, from: Data(text))
            return (line.value, line.limit)
        }
    }

    /// The values and the limits of a scenario's rounds, each in a process of its own.
    static func rounds(of scenario: String, _ settings: Settings) throws -> (values: [Double], limits: [Double]) {
        var (values, limits): ([Double], [Double]) = ([], [])
        for _ in 0..<settings.rounds {
            let words = [scenario, "--json", "--rounds", "1", "--count", "\(settings.count)"]
            for (value, limit) in try ChildRun(words).measured() {
                values.append(value)
                limits.append(limit)
            }
        }
        return (values, limits)
    }

    /// Whether a child can be kept to some processors here.
    static var canLimitCores: Bool { FileManager.default.isExecutableFile(atPath: taskset) }

    private static let taskset = "/usr/bin/taskset"

    private func started(output: Pipe?) throws -> Process {
        guard let program = Bundle.main.executableURL else { throw Failed(words: words, code: -1) }
        let process = Process()
        process.executableURL = program
        process.arguments = words
        if let cores {
            process.executableURL = URL(filePath: Self.taskset)
            process.arguments = ["-c", "0-\(cores - 1)", program.path] + words
        }
        if let output { process.standardOutput = output }
        try process.run()
        return process
    }
}
