/// What the command line asks for.
struct CommandLineRequest: Sendable {
    /// What to do about a command line.
    enum Answer: Sendable {
        case run(CommandLineRequest)
        case help
        /// It makes no sense, for the reason given.
        case misuse(String)
    }

    private(set) var scenarios: [any Scenario] = []
    private(set) var isJSON = false
    private var count: Int?
    private var rounds: Int?
    private var isQuick = false
    private var isChecking = false
    private var isBare = false

    /// How much of each target has to be reached; `nil` when nothing is checked.
    ///
    /// A quick run is to notice a collapse and not the noise of a busy machine.
    var checkedPart: Double? { isChecking ? (isQuick ? 0.6 : 1) : nil }

    var hasHeading: Bool { !isJSON && !isBare }

    /// Reads the words after the program's name.
    static func parsed(_ words: [String]) -> Answer {
        var request = CommandLineRequest()
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--help", "-h":
                return .help
            case "--json":
                request.isJSON = true
            case "--quick":
                request.isQuick = true
            case "--check":
                request.isChecking = true
            case "--bare":
                request.isBare = true
            case "--count":
                guard let count = number(rest.popFirst(), atMost: 10_000_000) else {
                    return .misuse("--count takes a whole number from 1 to 10,000,000.")
                }
                request.count = count
            case "--rounds":
                guard let rounds = number(rest.popFirst(), atMost: 1_000) else {
                    return .misuse("--rounds takes a whole number from 1 to 1,000.")
                }
                request.rounds = rounds
            default:
                guard request.scenarios.isEmpty else { return .misuse("\"\(word)\" is one word too many.") }
                request.scenarios = scenarios(named: word)
                guard !request.scenarios.isEmpty else { return .misuse("There is no scenario \"\(word)\".") }
            }
        }
        return request.scenarios.isEmpty ? .misuse("Name a scenario.") : .run(request)
    }

    /// The settings for one scenario: its own where nothing else is asked for.
    func settings(for scenario: any Scenario) -> Settings {
        let usual = isQuick ? scenario.quickCount : scenario.defaultCount
        return Settings(count: count ?? usual, rounds: rounds ?? (isQuick ? 3 : 5), isQuick: isQuick)
    }

    /// The command line that asks for one of the scenarios in the same way.
    func words(for scenario: any Scenario) -> [String] {
        var words = [scenario.name, "--bare"]
        if isJSON { words.append("--json") }
        if isQuick { words.append("--quick") }
        if isChecking { words.append("--check") }
        if let count { words += ["--count", "\(count)"] }
        if let rounds { words += ["--rounds", "\(rounds)"] }
        return words
    }

    private static func number(_ word: String?, atMost bound: Int) -> Int? {
        guard let word, let number = Int(word), (1...bound).contains(number) else { return nil }
        return number
    }

    private static func scenarios(named name: String) -> [any Scenario] {
        name == "all" ? Scenarios.all : Scenarios.all.filter { $0.name == name }
    }
}

/// What `--help` prints.
enum Usage {
    static var text: String {
        let scenarios = Scenarios.all.map { scenario in
            "  \(scenario.name.padded(to: 17))\(scenario.summary); \(scenario.defaultCount.grouped) by default"
        }
        return """
            Usage: Benchmarks <scenario> [--count N] [--rounds N] [--quick] [--check] [--json] [--bare]

            Scenarios:
            \(scenarios.joined(separator: "\n"))
              all              each of them, one after the other, in a process of its own

            Options:
              --count N   how many tickers, tasks or steps, 1 to 10,000,000
              --rounds N  how often each is measured, 1 to 1,000; 5 by default, the median counts
              --quick     3 rounds, timers over 2 s instead of 10 s, and fewer tickers where it takes millions
              --check     exits with 1 when a target is missed, with --quick when a quarter of it is; figures that
                          speak of one machine are shown and not checked
              --json      one JSON object per line instead of a table
              --bare      no heading above the table

            Figures of a shared machine are noisy: the ratio to the limit measured in the same run counts.
            Exits with 1 when a promise was broken, such as a timer that fired early, and with 64 on a bad command line.
            """
    }
}
