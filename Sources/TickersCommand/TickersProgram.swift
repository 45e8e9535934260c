package import Tickers
import TickersSQLite

/// The program `tickers`: looks into a store's file, beside the scheduler that has it or without one, and changes it where
/// no scheduler has it.
package enum TickersProgram {
    static let all: [any Command.Type] = [
        List.self, Show.self, Tree.self, Explain.self, Stats.self, Recurrences.self,
        Retry.self, Cancel.self, Pause.self, Resume.self,
    ]

    /// How the program ends.
    package enum Status: Int32, Sendable {
        case done = 0
        /// What was asked for is not there, or cannot be done to it.
        case refused = 1
        /// The command line cannot be understood.
        case usage = 2
        /// The file cannot be used: it is missing, taken, damaged, or of something else.
        case file = 3
    }

    /// Does what a command line says.
    ///
    /// - Parameters:
    ///   - arguments: Without the program's name.
    ///   - environment: Where `TICKERS_STORE` is looked for.
    package static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        screen: Screen,
        clock: any TickerClock = SystemClock()
    ) async -> Status {
        guard let name = arguments.first, !["--help", "-h", "help"].contains(name) else {
            return overview(arguments, screen)
        }
        guard let command = all.first(where: { $0.name == name }) else {
            screen.complain("tickers: there is no command \"\(name)\"; tickers --help names them")
            return .usage
        }
        do {
            try await run(command, Array(arguments.dropFirst()), environment, screen, clock)
            return .done
        } catch let error as UsageError {
            screen.complain("tickers \(name): \(error.message); tickers \(name) --help says more")
            return .usage
        } catch let error as Refusal {
            screen.complain("tickers \(name): \(error.message)")
            return .refused
        } catch let error as TickerError {
            screen.complain("tickers \(name): \(error.message)")
            return error.code.rawValue.hasPrefix("store") ? .file : .refused
        } catch is ClosedPipe {
            // Whoever read it has seen enough, as head has.
            return .done
        } catch {
            screen.complain("tickers \(name): \(error)")
            return .refused
        }
    }

    private static func run(
        _ command: any Command.Type,
        _ words: [String],
        _ environment: [String: String],
        _ screen: Screen,
        _ clock: any TickerClock
    ) async throws {
        let arguments = try Arguments(words, options: command.allOptions)
        guard !arguments.has(.helping) else { return try screen.put(command.help) }
        let path = arguments.value(of: .store) ?? environment["TICKERS_STORE"] ?? ""
        let parsed = try command.init(arguments)
        guard !path.isEmpty else { throw UsageError("which file? --store FILE is missing") }
        let session = Session(path: path, isJSON: arguments.has(.json), screen: screen, clock: clock)
        try await parsed.run(session)
    }

    /// The help for all or, as in `tickers help list`, for one.
    private static func overview(_ arguments: [String], _ screen: Screen) -> Status {
        do {
            if arguments.count > 1, let command = all.first(where: { $0.name == arguments[1] }) {
                try screen.put(command.help)
                return .done
            }
            let text = usage
            if arguments.isEmpty {
                screen.complain(String(text.dropLast()))
                return .usage
            }
            try screen.put(text)
            return .done
        } catch {
            return .done
        }
    }

    private static var usage: String {
        let width = (all.map { $0.name.count }.max() ?? 0) + 2
        let commands = all.map { "  " + $0.name.padded(to: width) + $0.summary }
        return """
            Looks into the file of a SQLiteTickerStore, whether a scheduler has it or not.

            usage: tickers COMMAND --store FILE [options]

            \(commands.joined(separator: "\n"))

            Those that change something need that no scheduler has the file.
            An ID may be its last digits, as many as tell it from the others, or its first.
            $TICKERS_STORE names the file where --store is left out.
            tickers COMMAND --help says more of one.

            Ends with 0, with 1 when something is not there or cannot be done, with 2 for a
            wrong command line, with 3 when the file cannot be used.

            """
    }
}
