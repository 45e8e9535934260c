/// What the command line asks for.
enum Command {
    case run(Settings)
    case generate(count: Int, seed: UInt64)
    case help
}

/// How a job is to run.
struct Settings {
    /// The file of orders; `nil` is the one that comes with the sample.
    var file: String?
    /// Steps at once; `nil` is what the scheduler does by itself.
    var concurrency: Int?
    var gatewayConnections = 8
    /// Multiplies the latencies of the simulated services.
    var latency = 1.0
    /// The order to draw; `nil` chooses one.
    var shown: String?
    /// The store's file, or `memory`; `nil` is a file for these orders in the folder of temporary files.
    var store: String?
    /// Whether what is in the file is thrown away first.
    var isFresh = false

    static let memory = "memory"
}

/// A command line that cannot be understood.
struct UsageError: Error {
    let message: String
}

extension Command {
    static let usage = """
        Takes a file of orders from validation to the parcel, as one workflow each.

        usage: OrderWorkflow [FILE] [options]
               OrderWorkflow generate [--count N] [--seed N]

        FILE is a JSON list of orders, or - for the standard input. Left out, it is
        the file that $ORDERS_FILE names, or Samples/OrderWorkflow/orders.json.

          --concurrency N    steps at once, 1 to 100000 (the scheduler's default)
          --gateway N        charges at once, 1 to 100000 (8)
          --latency FACTOR   how slow the simulated services are, 0 to 100 (1)
          --show ORDER       the order to draw at the end (one whose payment failed)
          --store FILE       where the orders are kept: `memory`, or a database (one for
                             these orders in the folder of temporary files)
          --fresh            begins anew, instead of going on with what is kept
          --help             this text

        Stopped half-way, by Ctrl-C or by kill -9, the same command finishes the rest.
        `generate` writes N made-up orders, the same ones for the same seed.

        Ends with 0, with 1 for a file that cannot be worked on, with 2 when the books
        do not add up, with 64 for a wrong command line, with 130 after Ctrl-C.

        """

    init(_ arguments: [String]) throws {
        var words = arguments[...]
        if words.contains("--help") || words.contains("-h") {
            self = .help
        } else if words.first == "generate" {
            words.removeFirst()
            self = try Self.generate(words)
        } else {
            self = try Self.run(words)
        }
    }

    private static func run(_ arguments: ArraySlice<String>) throws -> Command {
        var words = arguments
        var settings = Settings()
        while let word = words.popFirst() {
            switch word {
            case "--concurrency": settings.concurrency = try number(after: word, from: &words, in: 1...100_000)
            case "--gateway": settings.gatewayConnections = try number(after: word, from: &words, in: 1...100_000)
            case "--latency": settings.latency = try number(after: word, from: &words, in: 0...100)
            case "--store": settings.store = try value(after: word, from: &words)
            case "--fresh": settings.isFresh = true
            case "--show": settings.shown = try value(after: word, from: &words)
            case _ where word.hasPrefix("-") && word != "-": throw UsageError(message: "unknown option \(word)")
            case _ where settings.file != nil: throw UsageError(message: "more than one file: \(word)")
            case _: settings.file = word
            }
        }
        return .run(settings)
    }

    private static func generate(_ arguments: ArraySlice<String>) throws -> Command {
        var words = arguments
        var (count, seed) = (500, UInt64(7))
        while let word = words.popFirst() {
            switch word {
            case "--count": count = try number(after: word, from: &words, in: 0...1_000_000)
            case "--seed": seed = try number(after: word, from: &words, in: 0...UInt64.max)
            case _: throw UsageError(message: "unknown option \(word)")
            }
        }
        return .generate(count: count, seed: seed)
    }

    private static func number<Number: LosslessStringConvertible & Comparable>(
        after option: String,
        from words: inout ArraySlice<String>,
        in bounds: ClosedRange<Number>
    ) throws -> Number {
        let word = try value(after: option, from: &words)
        guard let number = Number(word), bounds.contains(number) else {
            let (low, high) = (plain(bounds.lowerBound), plain(bounds.upperBound))
            throw UsageError(message: "\(option) takes a number from \(low) to \(high), not \"\(word)\"")
        }
        return number
    }

    private static func plain(_ number: some LosslessStringConvertible) -> String {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func value(after option: String, from words: inout ArraySlice<String>) throws -> String {
        guard let word = words.popFirst() else { throw UsageError(message: "\(option) needs a value") }
        return word
    }
}
