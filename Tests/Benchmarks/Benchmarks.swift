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

    /// Runs the scenarios one after the other; returns the exit code.
    private static func run(_ request: CommandLineRequest) async -> Int32 {
        if !request.isJSON { print(Report.heading) }
        var exitCode: Int32 = 0
        for scenario in request.scenarios {
            do {
                let report = try await scenario.run(request.settings(for: scenario))
                print(request.isJSON ? report.json : report.line)
                // Whoever reads a pipe should see each line when it is measured.
                fflush(nil)
                for breach in report.breaches {
                    complain("\(scenario.name): \(breach)")
                    exitCode = 1
                }
            } catch {
                complain("\(scenario.name): \(error)")
                exitCode = 1
            }
        }
        return exitCode
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
