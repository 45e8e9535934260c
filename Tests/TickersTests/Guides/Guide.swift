import Foundation
import Testing

/// A guide as its readers see it, so that what it shows can be held against what happens.
struct Guide {
    private let lines: [Substring]

    /// The guide of this name.
    init(_ name: String) throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Docs/Guides/\(name).md"), encoding: .utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The contents of the fences in this language, in order.
    func blocks(_ language: String) -> [String] {
        var found: [String] = []
        var open: [Substring]?
        for line in lines {
            if let block = open {
                if line == "```" {
                    found.append(block.joined(separator: "\n"))
                    open = nil
                } else {
                    open?.append(line)
                }
            } else if line == "```\(language)" {
                open = []
            }
        }
        return found
    }

    /// The rows of the first table whose first column is headed `heading`, without marks of code and of weight.
    func table(_ heading: String) -> [[String]] {
        let start = lines.firstIndex { $0.hasPrefix("| \(heading) |") } ?? lines.endIndex
        return lines[start...].prefix { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { cell in
                cell.filter { $0 != "`" && $0 != "*" }.trimmingCharacters(in: .whitespaces)
            }
        }
    }

    /// Fails the test unless a fence in this language shows exactly `text`.
    func shows(_ text: String, as language: String = "text", at location: SourceLocation = #_sourceLocation) {
        #expect(blocks(language).contains(text), "not shown:\n\(text)", sourceLocation: location)
    }
}
