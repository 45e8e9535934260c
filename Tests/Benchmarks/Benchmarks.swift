import Foundation

/// Measures the scheduler against limits of the machine that are taken in the same run.
///
/// Nothing here is isolated to the main actor: a hop to it and back would be part of every figure.
@main
enum Benchmarks {
    static func main() async {
        switch CommandLineRequest.parsed(Array(CommandLine.arguments.dropFirst())) {
        case .help:
            print(Usage.text)
        case .misuse(let sentence):
            complain("\(sentence)\n\n\(Usage.text)")
            exit(64)
        case .run(let request):
            exit(await run(request))
        }
    }

    /// Runs one scenario here, or each of several in a process of its own; returns the exit code.
    private static func run(_ request: CommandLineRequest) async -> Int32 {
        if request.hasHeading {
            print(Report.heading)
            flush()
        }
        var exitCode: Int32 = 0
        for scenario in request.scenarios {
            do {
                if request.scenarios.count > 1 {
                    exitCode = max(exitCode, try ChildRun(request.words(for: scenario)).exitCode())
                } else {
                    for report in try await scenario.run(request.settings(for: scenario)) {
                        print(request.isJSON ? report.json : report.line)
                        flush()
                        if !holds(report, request) { exitCode = 1 }
                    }
                }
            } catch {
                complain("\(scenario.name): \(error)")
                exitCode = 1
            }
        }
        return exitCode
    }

    /// Whether no promise is broken and, where that is asked for, no target is missed. Says which.
    private static func holds(_ report: Report, _ request: CommandLineRequest) -> Bool {
        var sentences = report.breaches
        if let part = request.checkedPart { sentences += report.shortfalls(within: part) }
        for sentence in sentences { complain("\(report.scenario): \(sentence)") }
        return sentences.isEmpty
    }

    /// Whoever reads a pipe should see each line when it is measured.
    private static func flush() { fflush(nil) }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
