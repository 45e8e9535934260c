/// What a check found to be otherwise than expected.
///
/// The checks throw it, so they work under any test framework: the description is what a failed test prints.
public struct ExpectationMismatch: Error, Sendable, Hashable, CustomStringConvertible {
    /// What differs, expected and actual below each other; several lines.
    public let message: String
    /// The file of the check, as `#fileID` gives it.
    public let fileID: String
    /// The line of the check in that file, from 1.
    public let line: Int

    init(_ message: String, fileID: String, line: Int) {
        self.message = message
        self.fileID = fileID
        self.line = line
    }

    /// The message, and where the check stands.
    public var description: String { "\(message)\nExpected at \(fileID):\(line)." }
}

/// One property in which something differs from what was expected.
struct Difference: Sendable {
    let property: String
    let expected: String
    let actual: String
}

extension [Difference] {
    /// Two lines per difference, expected above actual, values in one column.
    func lines(actualWord: String) -> [String] {
        let width = map(\.property.count).max() ?? 0
        let word = Swift.max("expected".count, actualWord.count)
        return flatMap { difference in
            [
                "\(difference.property.padded(to: width))  \("expected".padded(to: word))  \(difference.expected)",
                "\("".padded(to: width))  \(actualWord.padded(to: word))  \(difference.actual)",
            ]
        }
    }
}

extension [String] {
    /// The lines as one text, cut at a length that a person still reads.
    var message: String {
        let limit = 100
        guard count > limit else { return joined(separator: "\n") }
        return (prefix(limit) + ["… and \(count - limit) more lines"]).joined(separator: "\n")
    }

    func indented(by count: Int) -> [String] { map { String(repeating: " ", count: count) + $0 } }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}

extension Int {
    /// How often something happened.
    var times: String {
        switch self {
        case 0: "never"
        case 1: "once"
        case let count: "\(count) times"
        }
    }
}
