import Testing

/// Swift in the README, in Docs and in Samples is a slice of a compiled file.
///
/// A block stands under a comment `<!-- snippet: NAME -->` and equals the region of that name, indentation apart.
@Suite("Snippets")
struct SnippetTests {
    @Test("every Swift block is a slice of a compiled file")
    func blocks() {
        let snippets = Snippets(Project.swiftFiles(in: "Tests", "Samples"))
        report(snippets.violations)
        let shown = Project.markdown.filter { file in
            file.path == "README.md" || ["Docs/", "Samples/"].contains { file.path.hasPrefix($0) }
        }
        report(shown.flatMap { violations($0, snippets) })
    }

    private func violations(_ file: TextFile, _ snippets: Snippets) -> [Violation] {
        MarkdownFile(file).blocks.filter { $0.language.lowercased() == "swift" }.compactMap { block in
            guard let name = name(in: block.lead) else {
                return Violation(
                    path: file.path,
                    line: block.line,
                    sentence: "a Swift block has no snippet's name above it"
                )
            }
            guard let region = snippets.regions[name] else {
                return Violation(
                    path: file.path,
                    line: block.line,
                    sentence: "no compiled file has the snippet \(name)"
                )
            }
            let shown = Snippets.unindented(block.lines)
            guard shown != region else { return nil }
            let sentence = "the snippet \(name) differs.\n--- shown\n\(shown)\n--- compiled\n\(region)\n---"
            return Violation(path: file.path, line: block.line, sentence: sentence)
        }
    }

    private func name(in lead: String) -> String? {
        let (begin, end) = ("<!-- snippet: ", " -->")
        guard lead.hasPrefix(begin), lead.hasSuffix(end) else { return nil }
        return String(lead.dropFirst(begin.count).dropLast(end.count))
    }

    private func snippets(_ lines: String...) -> Snippets {
        Snippets([SwiftFile(path: "Samples/A.swift", text: lines.joined(separator: "\n"))])
    }

    private func sentences(_ markdown: String) -> [String] {
        let snippets = snippets(
            "func a() {",
            "    // " + "snippet: one",
            "    b()",
            "",
            "        c()",
            "    // end " + "snippet",
            "}"
        )
        return violations(TextFile(path: "README.md", text: markdown), snippets).map(\.sentence)
    }

    @Test("a block that equals its region passes")
    func equal() {
        #expect(sentences("a\n<!-- snippet: one -->\n\n```swift\nb()\n\n    c()\n```\n") == [])
        #expect(sentences("- a\n  <!-- snippet: one -->\n  ```swift\n  b()\n\n      c()\n  ```\n") == [])
    }

    @Test("a block that differs is seen, and both are printed")
    func different() throws {
        let sentence = try #require(sentences("<!-- snippet: one -->\n```swift\nb()\n\nc()\n```").first)
        #expect(sentence.contains("--- shown\nb()\n\nc()\n"))
        #expect(sentence.contains("--- compiled\nb()\n\n    c()\n"))
    }

    @Test("a block without a name or with a wrong one is seen, other languages are free")
    func unnamed() {
        #expect(sentences("a\n```swift\nb()\n```").count == 1)
        #expect(sentences("<!-- snippet: two -->\n```swift\nb()\n```").count == 1)
        #expect(sentences("<!-- snippet: one -->\na\n```swift\nb()\n```").count == 1)
        #expect(sentences("```sh\nb\n```\n````text\n```swift\n```\n````\n~~~\na\n~~~") == [])
    }

    @Test("a region without an end and a name used twice are seen")
    func regions() {
        let (begin, end) = ("// " + "snippet: one", "// end " + "snippet")
        #expect(snippets(begin, "a", end).violations == [])
        #expect(snippets(begin, "a").violations.map(\.line) == [1])
        #expect(snippets(begin, "a", end, begin, "b", end).violations.map(\.line) == [4])
    }
}
