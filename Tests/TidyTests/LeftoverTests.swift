import Testing

/// Words that a finished project does not contain. Patterns and examples are put together from pieces, because this
/// file is read too.
@Suite("Leftovers")
struct LeftoverTests {
    private static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "[Nn]ot (yet )?" + "implemented"]
    private static let machine =
        "(^|[^A-Za-z0-9._-])/(" + ["work", "farm", "root", "home"].joined(separator: "|") + ")/[a-z]"

    @Test("nothing says that it is unfinished")
    func nothingIsUnfinished() throws {
        report(
            try Project.files.filter(isOurs).flatMap { try violations($0, Self.unfinished, "says it is unfinished") }
        )
    }

    @Test("nothing names a path of one machine")
    func nothingNamesMachines() throws {
        report(try Project.files.flatMap { try violations($0, [Self.machine], "names a path of one machine") })
    }

    private func isOurs(_ file: TextFile) -> Bool {
        ["Sources/", "Tests/", "Samples/", "Docs/"].contains { file.path.hasPrefix($0) }
    }

    private func violations(_ file: TextFile, _ patterns: [String], _ sentence: String) throws -> [Violation] {
        try Pattern(patterns.joined(separator: "|")).lines(in: file.text).map {
            Violation(path: file.path, line: $0, sentence: sentence)
        }
    }

    @Test("an unfinished line is seen, in comments too")
    func seesUnfinished() throws {
        let text = "// TO" + "DO: a\n/// FIX" + "ME\nlet a = \"not yet " + "implemented\"\nNot " + "implemented\nto do"
        #expect(try violations(TextFile(path: "A.md", text: text), Self.unfinished, "").map(\.line) == [1, 2, 3, 4])
    }

    @Test("a path of a machine is seen, a path in the repository is none")
    func seesPaths() throws {
        let text = "cd /" + "home/somebody\n`/" + "root/a`\na/home/b\n/home\nhttps://a.b/c"
        #expect(try violations(TextFile(path: "A.md", text: text), [Self.machine], "").map(\.line) == [1, 2])
    }
}
