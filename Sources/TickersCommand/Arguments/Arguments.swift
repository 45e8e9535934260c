import Tickers

/// A command line that cannot be understood.
package struct UsageError: Error, Hashable {
    package let message: String

    init(_ message: String) { self.message = message }
}

/// What stands behind a command's name, taken apart: options with their values, and the words that belong to none.
///
/// `--name value` and `--name=value` are the same; behind `--` everything is a word.
struct Arguments: Sendable, Hashable {
    private(set) var words: [String] = []
    private var values: [String: String] = [:]

    init(_ arguments: [String], options: [CommandOption]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                return
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                words.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0] == "-h" ? "--help" : String(parts[0])
            guard let option = options.first(where: { $0.name == name }) else {
                throw UsageError("there is no option \(name)")
            }
            guard values[name] == nil else { throw UsageError("\(name) stands there twice") }
            values[name] = try Self.value(of: option, given: parts.count > 1 ? String(parts[1]) : nil, &rest)
        }
    }

    private static func value(
        of option: CommandOption,
        given: String?,
        _ rest: inout ArraySlice<String>
    ) throws -> String {
        switch option.value {
        case .none:
            guard given == nil else { throw UsageError("\(option.name) takes no value") }
            return ""
        case .needed(let what):
            guard let value = given ?? rest.popFirst() else {
                throw UsageError("\(option.name) needs a value: \(what)")
            }
            return value
        case .seconds:
            if let given { return given }
            guard let next = rest.first, Double(next) != nil else { return "" }
            return rest.removeFirst()
        }
    }

    /// Whether an option is there.
    func has(_ option: CommandOption) -> Bool { values[option.name] != nil }

    /// An option's value; `nil` when it is not there.
    func value(of option: CommandOption) -> String? { values[option.name] }

    /// The values of an option that takes several, with commas between; `nil` when it is not there.
    func list(of option: CommandOption) throws -> Set<String>? {
        guard let text = value(of: option) else { return nil }
        let parts = text.split(separator: ",").map(String.init)
        guard !parts.isEmpty else { throw UsageError("\(option.name) needs at least one value") }
        return Set(parts)
    }

    /// A whole number within bounds; `standard` when the option is not there.
    func number(of option: CommandOption, in bounds: ClosedRange<Int>, standard: Int) throws -> Int {
        guard let text = value(of: option) else { return standard }
        guard let number = Int(text), bounds.contains(number) else {
            throw UsageError(
                "\(option.name) takes a number from \(bounds.lowerBound) to \(bounds.upperBound), not \"\(text)\""
            )
        }
        return number
    }

    /// How often to draw again; `nil` for once.
    func watch() throws -> Duration? {
        guard let text = value(of: .watch) else { return nil }
        guard !has(.json) else { throw UsageError("--watch draws for people; leave out --json") }
        if text.isEmpty { return .seconds(2) }
        guard let seconds = Double(text), (0.1...86_400).contains(seconds) else {
            throw UsageError("--watch takes seconds from 0.1 to 86400, not \"\(text)\"")
        }
        return .clamped(seconds: seconds)
    }

    /// The words where there have to be some, called `what` in the complaint.
    func someWords(_ what: String) throws -> [String] {
        guard !words.isEmpty else { throw UsageError("\(what) is missing") }
        return words
    }

    /// The only word.
    func oneWord(_ what: String) throws -> String {
        let words = try someWords(what)
        guard words.count == 1 else { throw UsageError("only one \(what) is taken, and \(words[1]) is one more") }
        return words[0]
    }

    func noWords() throws {
        if let word = words.first { throw UsageError("nothing is called \(word) here") }
    }
}
