import Foundation
import TickersCommand

/// The program `tickers`.
@main
enum Main {
    static func main() async {
        // A reader that has gone is noticed at the next write.
        signal(SIGPIPE, SIG_IGN)
        let environment = ProcessInfo.processInfo.environment
        let status = await TickersProgram.run(
            Array(CommandLine.arguments.dropFirst()),
            environment: environment,
            screen: .standard(environment: environment)
        )
        exit(status.rawValue)
    }
}
