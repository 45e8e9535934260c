import Foundation
import Testing

/// Links between the files of the repository lead somewhere.
@Suite("Links")
struct LinkTests {
    @Test("every relative link in Markdown leads to a file")
    func links() throws {
        report(try Project.markdown.flatMap { try violations($0, exists: Project.exists) })
    }

    private func violations(_ file: TextFile, exists: (String) -> Bool) throws -> [Violation] {
        let folder = file.path.split(separator: "/").dropLast()
        return try MarkdownFile(file).prose.flatMap { line, text in
            try targets(in: String(text)).compactMap { target in
                guard let path = resolve(target, in: folder) else { return nil }
                guard !exists(path) else { return nil }
                return Violation(path: file.path, line: line, sentence: "links to \(target), which is not there")
            }
        }
    }

    /// The targets of links and images on a line, and of a definition of a link, without titles. Code is passed over.
    private func targets(in line: String) throws -> [String] {
        let text = line.replacing(try Regex("`[^`]*`"), with: "")
        let inline = try Regex(#"\]\(\s*<?([^)\s>]+)"#, as: (Substring, Substring).self)
        let definition = try Regex(#"^\s*\[[^\]]+\]:\s*<?([^\s>]+)"#, as: (Substring, Substring).self)
        return (text.matches(of: inline) + text.matches(of: definition)).map { String($0.output.1) }
    }

    /// The path from the root of the repository; `nil` for what is not a file of it.
    private func resolve(_ target: String, in folder: ArraySlice<Substring>) -> String? {
        guard !target.contains("://"), !target.hasPrefix("mailto:") else { return nil }
        let path = target.prefix { $0 != "#" && $0 != "?" }
        guard !path.isEmpty else { return nil }
        var parts = path.hasPrefix("/") ? [] : Array(folder)
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if !parts.isEmpty {
                parts.removeLast()
            } else {
                return ".." + path
            }
        }
        let joined = parts.joined(separator: "/")
        return joined.removingPercentEncoding ?? joined
    }

    @Test("a dead link is seen, wherever it stands")
    func seesDeadLinks() throws {
        let text = """
            See [a](Guides/A.md#part), [b](../README.md) and [c](Guides/C.md).
            ![d](d.png "title") [e](https://example.org) [f](#here) `[g](g)`
            [h]: H.md

            ```text
            [i](i.md)
            ```
            [j](../../J.md)
            """
        let there: Set = ["Docs/Guides/A.md", "README.md"]
        let found = try violations(TextFile(path: "Docs/Index.md", text: text), exists: there.contains)
        #expect(found.map(\.line) == [1, 2, 3, 8])
        #expect(found.first?.sentence == "links to Guides/C.md, which is not there")
    }
}
