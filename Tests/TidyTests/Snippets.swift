/// The regions of compiled files that may be shown in Markdown.
///
/// A region begins with a line `// snippet:` and a name, and ends with `// end snippet`.
struct Snippets {
    private(set) var regions: [String: String] = [:]
    private(set) var violations: [Violation] = []

    init(_ files: [SwiftFile]) {
        for file in files where file.text.contains(Self.begin) { read(file) }
    }

    private static let begin = "// " + "snippet: "
    private static let end = "// end " + "snippet"

    private mutating func read(_ file: SwiftFile) {
        var open: (name: String, line: Int, lines: [Substring])?
        for (index, line) in TextFile(path: file.path, text: file.text).lines.enumerated() {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix(Self.begin) {
                let name = String(trimmed.dropFirst(Self.begin.count))
                if let open { violations.append(file.violation(open.line, "the snippet \(open.name) has no end")) }
                if regions[name] != nil {
                    violations.append(file.violation(index + 1, "there are two snippets \(name)"))
                }
                open = (name, index + 1, [])
            } else if trimmed.hasPrefix(Self.end) {
                if let open { regions[open.name] = Self.unindented(open.lines) }
                open = nil
            } else {
                open?.lines.append(line)
            }
        }
        if let open { violations.append(file.violation(open.line, "the snippet \(open.name) has no end")) }
    }

    /// The lines without the indentation that they share, empty lines at the ends, and spaces at line ends.
    static func unindented(_ lines: [Substring]) -> String {
        var lines = lines.map { line in
            line.lastIndex { $0 != " " }.map { line[...$0] } ?? ""
        }
        while lines.first == "" { lines.removeFirst() }
        while lines.last == "" { lines.removeLast() }
        let indentation = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { $0.dropFirst(indentation) }.joined(separator: "\n")
    }
}

/// A Markdown file as its lines, those in fences told from the others.
struct MarkdownFile {
    struct Block {
        let language: String
        /// The line of the opening fence, from 1.
        let line: Int
        /// The last line before the fence that is not empty.
        let lead: String
        var lines: [Substring] = []
    }

    let path: String
    private(set) var blocks: [Block] = []
    /// The lines outside of fences, with their numbers.
    private(set) var prose: [(line: Int, text: Substring)] = []

    init(_ file: TextFile) {
        path = file.path
        var open: (block: Block, fence: Substring)?
        var lead: Substring = ""
        for (index, line) in file.lines.enumerated() {
            let trimmed = line.drop { $0 == " " }
            let fence = trimmed.prefix { $0 == trimmed.first && ($0 == "`" || $0 == "~") }
            if let (block, opening) = open {
                let rest = trimmed.dropFirst(fence.count)
                if fence.hasPrefix(opening), rest.allSatisfy({ $0 == " " }) {
                    blocks.append(block)
                    open = nil
                } else {
                    open?.block.lines.append(line)
                }
            } else if fence.count >= 3 {
                let language = trimmed.dropFirst(fence.count).prefix { $0 != " " }
                open = (Block(language: String(language), line: index + 1, lead: String(lead)), fence)
                lead = ""
            } else {
                prose.append((index + 1, line))
                if !trimmed.isEmpty { lead = trimmed }
            }
        }
        if let open { blocks.append(open.block) }
    }
}
